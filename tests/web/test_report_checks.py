"""The check of a report's text through the page and at the command line."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from docx import Document
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.bootstrap import Registry
from tests.annual.reports import of_2017
from tests.factories import create_user
from tests.pages import Page, Pages

ADDRESS = "/annual-reports/check"


@pytest.fixture
def form(registry: Registry, page: Pages, sign_in: Callable[..., Page]) -> Page:
    create_user(registry, "editor", roles=("editor",))
    sign_in("editor")
    return page(ADDRESS)


def test_a_pasted_report_is_checked_and_stays_in_the_form(page: Pages, form: Page) -> None:
    result = page.submit(form, {"report_text": of_2017()}, form="check")
    assert "“七、其他需要报告的事项等内容进行编制。”按顺序应为“八”" in result.text
    assert "发布公共资源交易信息133条 = 19 + 16 + 98，相符" in result.text
    assert "不合计" not in result.text
    assert "楚雄市鹿城南路148号" in result.text


def test_the_year_before_is_compared(page: Pages, form: Page) -> None:
    texts = {"report_text": "公开教育领域信息40条。", "previous_text": "公开教育领域信息20条。"}
    assert "上年20条，今年40条" in page.submit(form, texts, form="check").text


def test_a_word_file_is_read(form: Page, client: FlaskClient) -> None:
    document, buffer = Document(), io.BytesIO()
    for line in of_2017().splitlines():
        document.add_paragraph(line)
    document.save(buffer)
    assert "受理点83个 = 56 + 12 + 15，相符" in _upload(form, client, buffer.getvalue()).text


def test_what_cannot_be_checked_is_told(page: Pages, form: Page, client: FlaskClient) -> None:
    assert "没有要核对的文字" in page.submit(form, {}, form="check", status=422).text
    broken = _upload(form, client, b"PK\x03\x04", report_text="这一句留着")
    assert broken.status_code == 422
    assert "这一句留着" in broken.text


def _upload(form: Page, client: FlaskClient, content: bytes, **texts: str) -> TestResponse:
    token = form.form("check").find(".//input[@name='csrf_token']").get("value")
    return client.post(
        ADDRESS, data={"csrf_token": token, "report_file": (io.BytesIO(content), "report.docx"), **texts}
    )


def test_the_command_prints_the_same_and_fails_when_something_must_change(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "report.txt"
    file.write_text(of_2017(), encoding="utf-8")
    answer = run("report", "check", str(file), "--json", exit_code=1)
    found = json.loads(answer.stdout)
    assert set(found) == {"counts", "remarks"}
    assert found["counts"]["holds"] == 2
    assert sum(found["counts"].values()) == len(found["remarks"])
    assert {"check", "name", "weight", "places", "sentence", "context"} == set(found["remarks"][0])
    file.write_text("公开信息3条。", encoding="utf-8")
    assert run("report", "check", str(file)).exit_code == 0
