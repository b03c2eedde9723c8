"""The form of a publication, the check of its answers, events and withdrawal: what is refused, kept, compared, allowed."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from registry.bootstrap import Registry
from registry.publications import deciding, service
from registry.publications.queries import get_for
from registry.publications.steps import content_of, latest_revision
from tests.factories import (
    approve,
    create_publication,
    create_user,
    element_ids,
    find_occasion,
    publish,
    submit,
    version_of,
)
from tests.pages import Page, Pages, text_of

ADDRESS = "https://www.cxs.gov.cn/info/1016/208010.htm"

GOOD = {
    "title": "楚雄市2026年一般公共预算收支表",
    "formed_on": "2026-02-12",
    "published_on": "2026-03-02",
    "channels": "government_website",
    "use_government_website": ADDRESS,
}


@pytest.fixture
def editor(registry: Registry) -> Any:
    return create_user(registry)


def new_form(registry: Registry, page: Pages, item: str = "BUD-01-01") -> Page:
    with registry.database.read() as session:
        occasion = find_occasion(session, item=item)
    return page(f"/occasions/{occasion.id}/publish")


def first_elements(registry: Registry, number: int = 1) -> list[str]:
    with registry.database.read() as session:
        return element_ids(session)[:number]


def state_of(registry: Registry, actor: Any, publication_id: UUID) -> str:
    with registry.database.read() as session:
        return get_for(session, publication_id, actor, registry.database.today()).state


def summary_of(page: Page) -> list[tuple[str, str]]:
    (box,) = page.all("div", class_="error-summary")
    return [(link.get("href", ""), text_of(link)) for link in box.iter("a")]


def test_the_form_says_what_it_is_about_before_it_asks(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    form = new_form(registry, page)
    for words in ("政府预算 / 一般公共预算", "楚雄市财政局", "2026年度", "2026年4月20日", "暂按惯例推算"):
        assert words in form.text
    assert len(form.all("input", name="elements")) == len(first_elements(registry, 100))
    assert [one.get("value") for one in form.all("input", name="channels")][:2] == ["government_website", "gazette"]


def test_a_good_form_leads_to_the_check_of_all_answers(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    check = page.submit(new_form(registry, page), GOOD | {"elements": first_elements(registry)}, form="保存并核对")
    assert check.h1 == "核对公开信息"
    for words in (GOOD["title"], "2026年2月12日", "2026年3月2日", ADDRESS):
        assert words in check.text
    assert check.links("修改标题") == [f"{check.address.removesuffix('check')}edit#title"]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": ""}, "title", "标题：此项必填。"),
        ({"title": "长" * 201}, "title", "标题：内容过长，最多 200 字。"),
        ({"formed_on": ""}, "formed_on", "信息形成（变更）日期：此项必填。"),
        (
            {"formed_on": "二月十二日"},
            "formed_on",
            "信息形成（变更）日期：日期格式不正确，应为 年-月-日，如 2026-02-12。",
        ),
        ({"published_on": "2026-02-30"}, "published_on", "公开日期：日期格式不正确，应为 年-月-日，如 2026-02-12。"),
        (
            {"published_on": "1900-01-01"},
            "published_on",
            "日期 1900-01-01 超出可接受的范围（1949-10-01 至 2099-12-31）。",
        ),
        ({"doc_no": "长" * 61}, "doc_no", "文号：内容过长，最多 60 字。"),
        (
            {"use_government_website": "www.cxs.gov.cn"},
            "use_government_website",
            "政府网站：网址不正确，应以 http:// 或 https:// 开头。",
        ),
        (
            {"use_government_website": "javascript:alert(1)"},
            "use_government_website",
            "政府网站：网址不正确，应以 http:// 或 https:// 开头。",
        ),
        (
            {"use_gazette": "第2期"},
            "use_gazette",
            "政府公报：填写了地址，但没有勾选这个渠道：请勾选，或者清空地址。",
        ),
    ],
)
def test_a_wrong_value_comes_back_with_a_sentence_that_leads_to_it_and_everything_kept(
    registry: Registry,
    editor: Any,
    page: Pages,
    sign_in: Callable[..., Page],
    changes: dict[str, str],
    field: str,
    sentence: str,
) -> None:
    sign_in("editor")
    sent = GOOD | {"summary": "摘要\n第二行", "elements": first_elements(registry)} | changes
    again = page.submit(new_form(registry, page), sent, form="保存并核对", status=422)
    assert again.title.startswith("错误：登记公开信息")
    assert summary_of(again) == [(f"#{field}", sentence)]
    assert sentence in text_of(again.first("p", id=f"{field}-error"))
    kept = {name: again.first("input", id=name).get("value") for name in ("title", "formed_on", "published_on")}
    assert kept == {name: sent[name] for name in kept}
    assert text_of(again.first("textarea", name="summary")) == "摘要 第二行"
    ticked = [one.get("value") for one in again.all("input", type="checkbox") if one.get("checked") is not None]
    assert ticked == [*first_elements(registry), "government_website"]
    assert again.first("input", id="use_government_website").get("value") == sent["use_government_website"]


def test_what_a_date_picker_would_empty_is_shown_in_a_text_box(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    again = page.submit(new_form(registry, page), GOOD | {"formed_on": "2026年2月12日"}, form="保存并核对", status=422)
    box = again.first("input", id="formed_on")
    assert (box.get("type"), box.get("value")) == ("text", "2026年2月12日")
    assert again.first("input", id="published_on").get("type") == "date"


@pytest.mark.parametrize(
    "strange",
    [
        {"elements": ["not-an-id"]},
        {"elements": ["0198c5a0-0000-7000-8000-000000000001"]},
        {"channels": ["town_crier"]},
        {"elements": ["<script>"] * 300},
        {"title": "\x00\x01"},
        {"version": "x"},
    ],
)
def test_a_request_no_browser_would_send_is_refused_without_a_fault(
    registry: Registry,
    editor: Any,
    page: Pages,
    client: FlaskClient,
    sign_in: Callable[..., Page],
    strange: dict[str, Any],
) -> None:
    sign_in("editor")
    draft = create_publication(registry, editor)
    form = page(f"/publications/{draft}/edit")
    token = form.form("保存并核对").find(".//input[@name='csrf_token']")
    assert token is not None
    sent = GOOD | {"version": "1", "csrf_token": token.get("value", "")} | strange
    answer = client.post(form.address, data=sent)
    assert answer.status_code == (412 if "version" in strange else 422)
    assert "Not a valid" not in answer.text


def test_a_form_without_its_token_is_refused(registry: Registry, editor: Any, client: FlaskClient, page: Pages) -> None:
    draft = create_publication(registry, editor)
    page.submit(page("/sign-in"), {"username": "editor", "password": "Lan-Xiang7river"})
    assert client.post(f"/publications/{draft}/edit", data=GOOD).status_code == 400
    assert client.post(f"/publications/{draft}/check").status_code == 400


def test_a_draft_says_what_is_missing_and_cannot_be_submitted_before_it_is_there(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    draft = create_publication(
        registry, editor, elements=[], formed_on=date(2026, 3, 9), published_on=date(2026, 3, 10)
    )
    sign_in("editor")
    check = page(f"/publications/{draft}/check")
    assert "还有 2 处需要补充" in check.text
    refused = page.submit(check, form="提交审核", status=422)
    assert refused.title.startswith("错误：")
    assert summary_of(refused) == [
        ("#answer-elements", "请至少勾选一项已公开的要素。"),
        ("#answer-formed_on", "形成日期 2026-03-09 晚于今天（2026-03-02）。"),
    ]
    assert state_of(registry, editor, draft) == "draft"


def test_what_was_handed_over_is_shown_and_cannot_be_changed(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    draft = create_publication(registry, editor)
    submit(registry, editor, draft)
    sign_in("editor")
    shown = page(f"/publications/{draft}/edit")
    assert shown.address == f"/publications/{draft}/check"
    assert "等待本单位另一位审查员审查" in shown.text
    assert not shown.links("修改")


def test_two_people_at_one_draft_the_second_sees_both_texts_and_loses_nothing(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    draft = create_publication(registry, editor)
    sign_in("editor")
    mine = page(f"/publications/{draft}/edit")
    page.submit(page(f"/publications/{draft}/edit"), {"title": "同事的标题"}, form="保存并核对")

    sent = {"title": "我的标题", "summary": "我的摘要"}
    conflict = page.submit(mine, sent, form="保存并核对", status=412)
    assert "在您编辑期间，内容已被他人修改" in conflict.text
    assert "某人 于 2026年3月2日 09:00保存了另一份" in conflict.text
    sides = [text_of(one) for one in conflict.all("div", class_="compare")]
    assert sides == ["标题 您填写的我的标题 现在保存的同事的标题", "内容摘要 您填写的我的摘要 现在保存的未填写"]
    assert conflict.first("input", id="title").get("value") == "我的标题"

    saved = page.submit(conflict, form="保存并核对")
    assert "我的标题" in saved.text
    assert "我的摘要" in saved.text


def test_a_draft_handed_over_in_between_keeps_what_was_typed_for_copying(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    draft = create_publication(registry, editor)
    sign_in("editor")
    mine = page(f"/publications/{draft}/edit")
    submit(registry, editor, draft)
    conflict = page.submit(mine, {"title": "我的标题"}, form="保存并核对", status=412)
    assert conflict.first("input", id="title").get("value") == "我的标题"
    assert "保存并核对" not in conflict.text


def test_an_occasion_begun_by_a_colleague_says_so(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    draft = create_publication(registry, create_user(registry, "colleague"))
    sign_in("editor")
    form = new_form(registry, page)
    assert "本单位已为这一事由登记过" in form.text
    assert f"/publications/{draft}/check" in form.links("楚雄市2026年一般公共预算收支表")


def test_a_correction_leaves_the_public_version_in_place_until_it_is_reviewed(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    publication = publish(registry, editor, create_user(registry, "reviewer", roles=["reviewer"]))
    sign_in("editor")
    form = page(f"/publications/{publication}/edit")
    assert form.h1 == "更正已公开的信息"
    check = page.submit(form, {"title": "更正后的标题"}, form="保存并核对")
    assert summary_of(page.submit(check, form="提交审核", status=422)) == [("#answer-why", "请写明理由。")]
    page.submit(page("/tasks"), form="退出登录")
    public = page(f"/publications/{publication}")
    assert "更正后的标题" not in public.text


def test_withdrawing_asks_for_a_reason_that_everybody_then_reads(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    publication = publish(registry, editor, create_user(registry, "reviewer", roles=["reviewer"]))
    sign_in("editor")
    form = page(page(f"/publications/{publication}/check").links("撤回已公开的信息")[0])
    refused = page.submit(form, {"why": "other", "reason": "  "}, form="公众会看到这段话", status=422)
    assert summary_of(refused) == [("#reason", "请写明理由。")]
    done = page.submit(refused, {"why": "wrong", "reason": "表格有误，更正后重新公开"}, form="公众会看到这段话")
    assert "2026年3月2日撤回：内容有误，表格有误，更正后重新公开" in done.text
    assert done.links("为同一事由重新登记")
    page.submit(done, form="退出登录")
    assert "表格有误，更正后重新公开" in page(f"/publications/{publication}").text


def test_an_event_replaces_the_assumed_date_of_its_period(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    form = page(new_form(registry, page).links("登记触发事件")[0])
    sent = {"period": "2026", "event": "市人民代表大会批准", "event_on": "2026-02-12"}
    tasks = page.submit(form, sent, form="登记事件")
    assert "已登记：市人民代表大会批准。应在 2026年3月4日 前公开。" in tasks.text
    assert "市人民代表大会批准（2026年2月12日）" in tasks.text


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"period": ""}, "period", "所属时期：此项必填。"),
        ({"event": ""}, "event", "触发事件：此项必填。"),
        ({"event_on": "明天"}, "event_on", "事件日期：日期格式不正确，应为 年-月-日，如 2026-02-12。"),
        ({"event_on": "2026-03-03"}, "event_on", "事件日期 2026-03-03 晚于今天（2026-03-02）。"),
        ({"event": "长" * 121}, "event", "触发事件：内容过长，最多 120 字。"),
    ],
)
def test_a_wrong_event_comes_back_with_what_was_typed(
    registry: Registry,
    editor: Any,
    page: Pages,
    sign_in: Callable[..., Page],
    changes: dict[str, str],
    field: str,
    sentence: str,
) -> None:
    sign_in("editor")
    form = page(new_form(registry, page).links("登记触发事件")[0])
    sent = {"period": "2026", "event": "批准", "event_on": "2026-02-12"} | changes
    again = page.submit(form, sent, form="登记事件", status=422)
    assert summary_of(again) == [(f"#{field}", sentence)]
    assert again.first("input", id="event").get("value") == sent["event"]


def test_a_period_outside_the_list_makes_no_occasion(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("editor")
    form = page(new_form(registry, page).links("登记触发事件")[0])
    sent = {"period": "1999", "event": "批准", "event_on": "2026-02-12"}
    again = page.submit(form, sent, form="登记事件", status=422)
    assert summary_of(again) == [("#period", "请从所列时期中选择。")]


@pytest.mark.parametrize(
    ("who", "unit", "roles", "statuses"),
    [
        ("stranger", "CX-102", ["editor", "reviewer"], {"edit": 404, "check": 404, "withdraw": 404}),
        ("leader", None, ["leader"], {"edit": 404, "check": 404, "withdraw": 404}),
        ("reviewer", "CX-101", ["reviewer"], {"edit": 403, "check": 200, "withdraw": 403}),
        ("office", None, ["office"], {"edit": 403, "check": 200}),
    ],
)
def test_who_may_open_the_staff_pages_of_a_publication(
    registry: Registry,
    editor: Any,
    page: Pages,
    sign_in: Callable[..., Page],
    who: str,
    unit: str | None,
    roles: list[str],
    statuses: dict[str, int],
) -> None:
    draft = create_publication(registry, editor)
    create_user(registry, who, roles=roles, unit=unit)
    sign_in(who)
    for step, status in statuses.items():
        page(f"/publications/{draft}/{step}", status=status)


def test_the_next_correction_begins_without_the_reasons_of_the_last(
    registry: Registry, editor: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    """Neither why the last one was made nor what its reviewer asked for belongs to the next."""
    reviewer = create_user(registry, "reviewer", roles=["reviewer"])
    publication = publish(registry, editor, reviewer)
    for title, reasons in (("第二版", [{"field": "title", "text": "写全称"}]), ("第三版", [])):
        with registry.database.work(editor) as work:
            values = content_of(latest_revision(work, publication)) | {"title": title, "why": "wrong"}
            service.edit_publication(work, publication, values, version=version_of(work.session, publication))
        submit(registry, editor, publication)
        if reasons:
            with registry.database.work(reviewer) as work:
                version = version_of(work.session, publication)
                deciding.return_publication(work, publication, version=version, reasons=reasons)
    approve(registry, reviewer, publication)

    sign_in("editor")
    form = page(f"/publications/{publication}/edit")

    assert "写全称" not in form.text
    assert [one.get("value") for one in form.all("input", name="why") if one.get("checked") is not None] == []
