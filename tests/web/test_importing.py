"""The office imports a table in the browser: form, preview, confirmation, and the sheet with notes."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlmodel import select

from registry.bootstrap import Registry
from registry.items.tables import Item
from tests.exchange.test_importing import NEW, csv_of, exported
from tests.factories import create_user
from tests.pages import Page, Pages

AREA = "urban-rural-planning"


@pytest.fixture
def office(registry: Registry, sign_in: Callable[..., Page]) -> Page:
    create_user(registry, "office", roles=["office"], unit=None)
    return sign_in("office")


def upload(page: Pages, client: FlaskClient, name: str, content: bytes, **values: str) -> Any:
    """The form with a file, sent as a browser does."""
    token = page("/items/import").first("input", name="csrf_token").get("value")
    data = {
        "csrf_token": token,
        "table_file": (io.BytesIO(content), name),
        "table_text": "",
        "area": "",
        "unit": "",
        **values,
    }
    return client.post("/items/import", data=data, content_type="multipart/form-data")


def codes(registry: Registry) -> set[str]:
    with registry.database.read() as session:
        return set(session.exec(select(Item.code)))


def test_the_tasks_of_the_office_lead_to_the_import(office: Page, page: Pages) -> None:
    assert page(office.links("导入标准目录表")[0]).h1 == "导入标准目录表"


def test_a_table_is_previewed_and_taken_over_when_confirmed(
    registry: Registry, office: Page, page: Pages, client: FlaskClient
) -> None:
    answer = upload(page, client, "风貌.csv", csv_of(NEW), area=AREA)
    assert answer.status_code == 302
    preview = page(answer.headers["Location"])
    assert preview.h1 == "预览导入结果"
    assert "乡村风貌公示" in preview.text
    assert "URP-06-01" not in codes(registry)

    done = page.submit(preview, form="确认导入")

    assert "风貌.csv：1 个表，新增 1，修改 0，不变 0，不导入 0" in done.text
    assert "URP-06-01" in codes(registry)


def test_a_pasted_table_needs_no_file(registry: Registry, office: Page, page: Pages) -> None:
    text = csv_of(NEW).decode("utf-8-sig").replace(",", "\t")

    preview = page.submit(page("/items/import"), {"table_text": text, "area": AREA}, form="预览导入结果")

    assert "粘贴的表格：读到 1 个表、1 个事项" in preview.text


def test_a_change_is_shown_field_by_field(registry: Registry, office: Page, page: Pages, client: FlaskClient) -> None:
    content = exported(registry, "budgets", "csv").decode("utf-8-sig").replace("■政府公报", "■便民服务站", 1)

    preview = page(upload(page, client, "预决算.csv", content.encode("utf-8-sig")).headers["Location"])

    assert "确认导入：新增 0 项，修改 1 项" in preview.text
    assert "现在政府网站政府公报" in preview.text
    assert "导入后政府网站便民服务站" in preview.text


def test_what_changed_between_preview_and_confirmation_is_not_overwritten(
    registry: Registry, office: Page, page: Pages, client: FlaskClient
) -> None:
    first = page(upload(page, client, "a.csv", csv_of(NEW), area=AREA).headers["Location"])
    other = NEW.replace("乡村风貌公示", "城市风貌公示")
    page.submit(page(upload(page, client, "b.csv", csv_of(other), area=AREA).headers["Location"]), form="确认导入")

    refused = page.submit(first, form="确认导入", status=409)

    assert "预览之后，系统中的事项已有变动" in refused.text
    assert "URP-06-02" not in codes(registry)
    page.submit(refused, form="确认导入")
    assert "URP-06-02" in codes(registry)


def test_nothing_is_asked_for_twice_when_the_file_is_wrong(office: Page, page: Pages) -> None:
    answer = page.submit(page("/items/import"), {"table_text": "没有表头的文字", "area": AREA}, form="预览", status=422)

    assert "没有找到标准目录的表头" in answer.text
    assert answer.first("textarea", name="table_text").text == "没有表头的文字"


def test_neither_file_nor_text_is_told(office: Page, page: Pages) -> None:
    answer = page.submit(page("/items/import"), {}, form="预览", status=422)

    assert "请选择文件，或者粘贴表格文字。" in answer.text


def test_the_doubtful_cells_come_back_marked_in_the_same_sheet(
    registry: Registry, office: Page, page: Pages, client: FlaskClient
) -> None:
    row = NEW.replace("《城乡规划法》第二十二条", "《城乡规划老虎机条例》").replace("批准后20个工作日内", "")
    preview = page(upload(page, client, "t.csv", csv_of(row), area=AREA).headers["Location"])

    answer = client.get(preview.links("下载带批注的原表")[0])

    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet["D2"].comment.text == "D2 公开依据：法规库中没有《城乡规划老虎机条例》，按原文保留，未与法规核对。"
    assert sheet["D2"].fill.start_color.rgb == "FFFFF3C4"
    assert sheet["E2"].fill.start_color.rgb == "FFF8D0CC"
    assert sheet["N1"].value == "核对意见"
    assert sheet["N2"].value.count("\n") == 1


def test_the_marked_sheet_can_be_uploaded_again(
    registry: Registry, office: Page, page: Pages, client: FlaskClient
) -> None:
    row = NEW.replace("《城乡规划法》", "《城乡规划老虎机条例》")
    preview = page(upload(page, client, "t.csv", csv_of(row), area=AREA).headers["Location"])
    marked = client.get(preview.links("下载带批注的原表")[0]).data

    again = page(upload(page, client, "t.xlsx", marked, area=AREA).headers["Location"])

    assert "新增 1 项，修改 0 项" in again.text
    assert "其他列" not in again.text


def test_an_upload_beyond_the_limit_is_told_in_chinese(office: Page, page: Pages, client: FlaskClient) -> None:
    answer = client.post(
        "/items/import", data=b"0" * (33 * 1024 * 1024), content_type="multipart/form-data; boundary=0"
    )

    assert answer.status_code == 413
    assert "提交的内容超过允许的大小" in answer.text


def test_a_preview_nobody_made_is_not_found(office: Page, page: Pages) -> None:
    assert page("/items/import/" + "0" * 64 + "?name=t.csv", status=404)
    assert page("/items/import/..", status=404)
