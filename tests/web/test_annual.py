"""The annual report on the pages: filling in, confirming, compiling, and opening every number."""

import io
import json
from collections.abc import Callable

import pytest
from docx import Document
from flask.testing import FlaskClient

from registry.bootstrap import Registry
from tests import factories
from tests.pages import Page, Pages, text_of

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FORM = "/annual-reports/2025/units/CX-101"
NEW, GRANTED, TOTAL = "requests.new.persons", "requests.granted.persons", "requests.new.total"


@pytest.fixture
def people(registry: Registry) -> None:
    factories.create_user(registry, "editor")
    factories.create_user(registry, "reviewer", roles=("reviewer",))
    for name in ("office", "office2"):
        factories.create_user(registry, name, roles=("office",), unit=None)


def sign_out(page: Pages) -> None:
    page.submit(page("/annual-reports"), form="sign-out")


def value(page: Page, name: str) -> str:
    return page.first("input", name=name).get("value", "")


@pytest.mark.usefixtures("people")
def test_from_the_first_figure_to_the_report(
    page: Pages, client: FlaskClient, registry: Registry, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    assert "未填报" in page("/annual-reports").text
    form = page(page("/annual-reports").links("未填报")[1])
    assert form.address == FORM
    assert "已逾期" in form.text
    assert "2026年1月31日" in form.text
    saved = page.submit(form, {NEW: "5", GRANTED: "3", TOTAL: "6"}, form="保存并核对", button="step=save")
    assert "已保存" in saved.text
    assert "处因数据不全还不能核对" in saved.text
    assert value(saved, TOTAL) == "6"

    refused = page.submit(saved, {"rest_is_zero": "1"}, form="保存并核对", button="step=submit", status=422)
    assert "错误：" in refused.title
    assert "现为 6，应为 5" in text_of(refused.first("p", id=f"{TOTAL}-error"))
    assert value(page(FORM), NEW) == "5", "a refusal does not throw away what was typed"
    sent = page.submit(
        refused,
        {NEW: "3", TOTAL: "", "art20-8.fees.charged": "12.5", "note.requests": "受理台账", "rest_is_zero": "1"},
        form="保存并核对",
        button="step=submit",
    )
    assert "待确认" in sent.text
    assert not sent.all("input", name=NEW)

    sign_out(page)
    sign_in("reviewer")
    waiting = page(FORM)
    assert "受理台账" in waiting.text
    without = page.submit(waiting, form="decision", button="decision=return", status=422)
    assert "请写明理由" in without.text
    assert "计入全市合计" in page.submit(waiting, form="decision", button="decision=confirm").text

    sign_out(page)
    sign_in("office")
    report = page("/annual-reports/2025")
    assert "楚雄市2025年政府信息公开工作年度报告" in report.h1
    assert "56 个单位还没有" in report.text
    cell = page("/annual-reports/2025/cells/requests.new.total", unit="CX-101")
    rows = cell.all("tbody")[0].findall("tr")
    assert [[text_of(part) for part in row[:2]] for row in rows] == [["楚雄市财政局", "3"]]
    assert "系统合计" in cell.text
    sections = page("/annual-reports/2025/sections")
    page.submit(
        sections,
        {"text.problems": "公开不够及时，受理点83个，其中机关56个、企业12个、乡镇14个。", "text.other": "没有。"},
        form="sections",
    )
    own = page("/annual-reports/2025/confirm")
    assert "请由政务公开办另一人确认" in own.text

    sign_out(page)
    assert client.get("/annual-reports/2025").status_code == 404
    assert client.get("/annual-reports/2025/report.json").status_code == 404
    sign_in("office2")
    confirm = page("/annual-reports/2025/confirm")
    assert "文稿核对" in confirm.text
    again = page.submit(confirm, form="confirm", status=422)
    assert "56 个单位的数据没有确认" in again.text
    done = page.submit(again, {"missing_reason": "机构改革中"}, form="confirm")
    assert "缺报原因：机构改革中" in done.text

    sign_out(page)
    public = page("/annual-reports/2025")
    data = json.loads(client.get("/annual-reports/2025/report.json").text)
    word = Document(io.BytesIO(client.get("/annual-reports/2025/report.docx").data))
    assert data["sha256"] in public.text
    figures = data["tables"][1]["blocks"][0]["rows"][0]["figures"]
    assert figures["total"]["figure"] == 3
    assert word.tables[1].cell(3, 9).text == "3"
    link = page(f"/annual-reports/2025/cells/{TOTAL}")
    assert "全市合计：3 件" in link.text
    assert "谁在何时填报" not in link.text
    assert "公开不够及时，" in public.text
    assert "已确认" in page("/annual-reports").text


@ON_SQLITE
@pytest.mark.usefixtures("people")
def test_nothing_typed_is_lost(page: Pages, client: FlaskClient, sign_in: Callable[..., Page]) -> None:
    sign_in("editor")
    form = page(FORM)
    wrong = page.submit(
        form, {NEW: "五", GRANTED: "3", "note.requests": "台账"}, form="保存并核对", button="step=save", status=422
    )
    assert value(wrong, NEW) == "五"
    assert value(wrong, GRANTED) == "3"
    assert "“五”不是数" in text_of(wrong.first("p", id=f"{NEW}-error"))
    assert wrong.first("input", name=NEW).get("aria-invalid") == "true"
    token = form.first("input", name="csrf_token").get("value")
    kept = client.post(f"/kept-forms?path={FORM}", data={"csrf_token": token, NEW: "8", "version": "0"})
    assert kept.status_code == 200
    assert value(page(FORM), NEW) == "8"
    page.submit(page(FORM), {NEW: "7"}, form="保存并核对", button="step=save")
    behind = page.submit(form, {NEW: "9"}, form="保存并核对", button="step=save", status=409)
    assert value(behind, NEW) == "9"
    assert "已被他人修改" in behind.text


@ON_SQLITE
@pytest.mark.usefixtures("people")
def test_a_nil_report_is_said_in_one_step(page: Pages, registry: Registry, sign_in: Callable[..., Page]) -> None:
    sign_in("editor")
    sent = page.submit(page(FORM), {"rest_is_zero": "1"}, form="保存并核对", button="step=submit")

    assert "待确认（零报告）" in sent.text
    assert "各格都已填写" in sent.text


@ON_SQLITE
def test_counts_of_the_registry_are_offered_and_open_their_rows(
    page: Pages, registry: Registry, sign_in: Callable[..., Page]
) -> None:
    """2026 has no figures to count in its format; 2018 has, and a year without publications counts zero of them."""
    editor = factories.create_user(registry, "editor")
    reviewer = factories.create_user(registry, "reviewer", roles=("reviewer",))
    factories.publish(registry, editor, reviewer)
    sign_in("editor")
    form = page("/annual-reports/2018/units/CX-101")
    assert value(form, "disclosure.all.number") == "0"
    assert value(form, "disclosure.by-weibo.number") == ""
    rows = page("/annual-reports/2026/publications?unit=CX-101&channel=government_website")
    assert "共 1 条" in rows.text
    assert len(rows.all("tbody")[0].findall("tr")) == 1


@ON_SQLITE
def test_every_number_of_the_report_is_the_sum_of_the_rows_it_opens(
    page: Pages, registry: Registry, sign_in: Callable[..., Page]
) -> None:
    for unit in ("CX-101", "CX-102"):
        editor = factories.create_user(registry, f"editor-{unit}", unit=unit)
        reviewer = factories.create_user(registry, f"reviewer-{unit}", roles=("reviewer",), unit=unit)
        given = {NEW: 5, GRANTED: 5, "art20-1.normative.made": 2} if unit == "CX-101" else {NEW: 1, GRANTED: 1}
        factories.report_figures(registry, editor, reviewer, 2025, given)
    factories.create_user(registry, "leader", roles=("leader",), unit=None)
    sign_in("leader")
    report = page("/annual-reports/2025")
    links = [one for one in report.all("a") if "/cells/" in one.get("href", "")]
    assert len(links) == 203
    for link in links[::7]:
        opened = page(link.get("href", ""))
        numbers = [int(text_of(row[1])) for row in opened.all("tbody")[0].findall("tr")]
        assert len(numbers) == 2
        assert str(sum(numbers)) == text_of(link)
