"""整改清单 through the pages: from what is found to closed, on screen and by the sheet."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from registry.bootstrap import Registry
from tests.evidence.sites import Sites
from tests.exchange.test_rectification_sheets import HEAD, filled, write
from tests.factories import create_user, publish
from tests.pages import Page, Pages
from tests.rectification.lists import issue, tasks_in

NEW = "/rectifications/new?unit=CX-101"


@pytest.fixture
def people(registry: Registry) -> dict[str, object]:
    return {
        "office": create_user(registry, "office", roles=["office"], unit=None),
        "office2": create_user(registry, "office2", roles=["office"], unit=None),
        "leader": create_user(registry, "leader", roles=["leader"], unit=None),
        "editor": create_user(registry, "editor"),
        "reviewer": create_user(registry, "reviewer", roles=["reviewer"]),
        "other": create_user(registry, "other", unit="CX-102"),
    }


def sign_out(page: Pages) -> None:
    page.submit(page("/"), form="sign-out")


def upload(page: Pages, client: FlaskClient, address: str, content: bytes) -> Page:
    token = page(address).first("input", name="csrf_token").get("value")
    data = {"csrf_token": token, "sheet_file": (io.BytesIO(content), "财政局.xlsx")}
    answer = client.post(address, data=data, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return page(answer.headers["Location"])


def test_a_list_goes_out_comes_back_filled_in_and_is_closed_by_what_is_there(
    registry: Registry,
    app: Flask,
    page: Pages,
    client: FlaskClient,
    people: dict[str, object],
    sign_in: Callable[..., Page],
) -> None:
    sign_in("office")
    new = page(NEW)
    tokens = [box.get("value", "") for box in new.all("input", name="finding")]
    assert len(tokens) == 5
    wrong = page.submit(new, {"workdays": "很快"}, form="rectifications/new", status=422)
    assert "应为数字" in wrong.text
    wrong = page.submit(new, {"workdays": "10"}, form="rectifications/new", status=422)
    assert "请至少勾选一个问题" in wrong.text
    shown = page.submit(new, {"finding": tokens[:3], f"days_{tokens[1]}": "5"}, form="rectifications/new")
    assert "已下发2026年第1号整改清单，共 3 项任务、1 个单位" in shown.text
    listed = shown.address.partition("#")[0]
    assert len(page(NEW).all("input", name="finding")) == 2
    document = Document(io.BytesIO(client.get(f"{listed}/list.docx").data))
    assert "1个单位有3项问题需要整改" in "".join(one.text for one in document.paragraphs)
    assert [cell.text for cell in document.tables[0].rows[0].cells] == [
        "序号",
        "任务",
        "问题",
        "时限",
        "责任单位",
        "编号",
    ]
    assert document.tables[0].rows[2].cells[3].text == "2026-03-09"
    sheet = client.get(f"{listed}/list.xlsx").data
    sign_out(page)

    sign_in("editor")
    assert "待整改（3）" in page("/tasks").text
    publish(registry, people["editor"], people["reviewer"], item="BUD-01-08")  # type: ignore[arg-type]

    def work(rows: Worksheet) -> None:
        write(rows, 1, "已整改", "已在门户公开", date(2026, 3, 2), "https://www.cxs.gov.cn/info/1016/208010.htm")
        write(rows, 2, "已整改", "已公开", "不记得了")

    preview = upload(page, client, f"{listed}/sheet", filled(sheet, work))
    assert f"I{HEAD + 2} 完成日期：“不记得了”不是日期" in preview.text
    assert "登记答复1" in preview.text
    assert "没有读入1" in preview.text
    assert "没有填写1" in preview.text
    notes = load_workbook(io.BytesIO(client.get(preview.links("下载带批注的原表")[0]).data)).active
    assert isinstance(notes, Worksheet)
    assert notes[f"I{HEAD + 2}"].comment is not None
    done = page.submit(preview, form="登记 1 项答复")
    assert "已按表登记 1 项答复" in done.text
    second = page(page("/tasks").links("答复")[0])
    page.submit(
        second, {"answer_progress": "done", "answer_text": "已公开", "answer_done_on": "2026-03-02"}, form="tasks/"
    )
    sign_out(page)

    registry.fetch = Sites().fetch
    sign_in("office")
    assert "2 项答复等待复核" in page("/tasks").text
    check = page(f"{listed}/check")
    assert "其中 1 项系统核对问题已不存在" in check.text
    assert "问题已不存在" in check.text
    assert "系统核对，问题仍然存在" in check.text
    (box,) = check.all("input", name="task")
    after = page.submit(check, {"task": [box.get("value", "")]}, form="check")
    assert "已销号 1 项任务" in after.text
    assert "整改率 33%" in after.text
    still = page(page(f"{listed}?state=answered").links("公开“")[0])
    refused = page.submit(still, form="销号", button="decision=close", status=422)
    assert "这个问题仍然存在；仍要销号的，请写明理由" in refused.text
    back = page.submit(still, {"decision_reason": "门户上没有"}, form="销号", button="decision=return")
    assert "已退回" in back.text
    first = page(page(f"{listed}?state=closed").links("公开“")[0])
    assert "整改前（2026年3月2日）" in first.text
    assert "销号时（2026年3月2日）" in first.text


def test_every_number_leads_to_that_many_tasks(
    registry: Registry, page: Pages, people: dict[str, object], sign_in: Callable[..., Page]
) -> None:
    office = people["office"]
    issue(registry, office, units=("CX-101", "CX-103"), items=None)  # type: ignore[arg-type]
    sign_in("leader")
    lists = page("/rectifications")
    shown = page(lists.links("2026年第1号")[0])
    counted = [*lists.all("a", class_="count-link"), *shown.all("a", class_="count-link")]
    assert len(counted) >= 6
    for link in counted:
        assert f"任务（{(link.text or '').strip()}）" in page(link.get("href", "")).text
    assert "新建整改清单" not in lists.text
    assert "上传填好的清单" not in shown.text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_public_and_other_units_see_nothing_and_a_lookup_is_asked_of_the_site(
    registry: Registry, page: Pages, client: FlaskClient, people: dict[str, object], sign_in: Callable[..., Page]
) -> None:
    list_id = issue(registry, people["office"])  # type: ignore[arg-type]
    task = tasks_in(registry, list_id)["BUD-01-08"]
    places = ("/rectifications", f"/rectifications/{list_id}", f"/rectifications/tasks/{task.id}")
    assert {client.get(place).status_code for place in places} == {302}
    sign_in("other")
    assert page("/rectifications").links("2026年第1号") == []
    assert {client.get(place).status_code for place in places[1:]} == {404}
    sign_out(page)

    publish(registry, people["editor"], people["reviewer"], item="BUD-01-08")  # type: ignore[arg-type]
    sites = Sites()
    registry.fetch = sites.fetch
    sign_in("office")
    looked = page.submit(page(places[2]), form="look")
    assert "看了 1 个地址" in looked.text
    assert len(sites.asked) == 1
    assert "已查见" in looked.text


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_one_who_entered_an_answer_is_told_that_another_decides(
    registry: Registry, page: Pages, client: FlaskClient, people: dict[str, object], sign_in: Callable[..., Page]
) -> None:
    list_id = issue(registry, people["office"])  # type: ignore[arg-type]
    sign_in("office")
    sheet = client.get(f"/rectifications/{list_id}/list.xlsx").data
    content = filled(sheet, lambda rows: write(rows, 1, "对问题有异议", "没有这项职能"))
    preview = upload(page, client, f"/rectifications/{list_id}/sheet", content)
    page.submit(preview, form="登记 1 项答复")
    own = page(f"/rectifications/tasks/{tasks_in(registry, list_id)['BUD-01-08'].id}")
    assert "须由另一个人复核" in own.text
    assert own.all("button", value="close") == []
    stale = page.submit(preview, form="登记 1 项答复", status=409)
    assert "没有登记" in stale.text
    sign_out(page)
    sign_in("office2")
    closed = page.submit(page(own.address), {"decision_reason": "职能已划转"}, form="销号", button="decision=close")
    assert "理由：职能已划转" in closed.text
