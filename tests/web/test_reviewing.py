"""先审查、后公开 on the pages: the queue, the check list, reasons tied to fields, two persons."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from registry.bootstrap import Registry
from registry.publications import deciding, service
from registry.publications.steps import content_of, latest_revision
from tests.factories import REVIEW_CHECKS, create_publication, create_user, publish, submit, version_of
from tests.pages import Page, Pages, text_of

pytestmark = pytest.mark.one_database


@pytest.fixture
def people(registry: Registry) -> Any:
    """Whoever writes, and whoever reviews."""
    return create_user(registry), create_user(registry, "reviewer", roles=["reviewer"])


@pytest.fixture
def submitted(registry: Registry, people: Any) -> UUID:
    publication = create_publication(registry, people[0])
    submit(registry, people[0], publication)
    return publication


def summary_of(page: Page) -> list[str]:
    (box,) = page.all("div", class_="error-summary")
    return [text_of(entry) for entry in box.iter("li")]


def test_the_queue_leads_to_the_whole_content(
    registry: Registry, submitted: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("reviewer")
    review = page(page("/reviews").links("审查：")[0])
    assert review.address == f"/reviews/{submitted}"
    for words in ("楚雄市2026年一般公共预算收支表", "楚市财〔2026〕12号", "2026年2月12日", "一般公共预算收入表"):
        assert words in review.text
    assert [one.get("value") for one in review.all("input", name="review_checks")] == list(REVIEW_CHECKS)


def test_nothing_is_approved_before_every_point_is_ticked(
    registry: Registry, submitted: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("reviewer")
    ticked = list(REVIEW_CHECKS[:3])
    refused = page.submit(
        page(f"/reviews/{submitted}"),
        {"review_checks": ticked},
        form="审核通过并公开",
        button="decision=approve",
        status=422,
    )
    assert refused.title.startswith("错误：")
    assert summary_of(refused) == [
        "审查要点尚未确认：内容准确，文号、日期与原件一致。",
        "审查要点尚未确认：所列公开要素齐全。",
    ]
    kept = [one.get("value") for one in refused.all("input", name="review_checks") if one.get("checked") is not None]
    assert kept == ticked


def test_two_reasons_go_back_to_the_fields_they_are_about_and_the_values_stay(
    registry: Registry, submitted: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("reviewer")
    reasons = {"reason_title": "请写全称", "reason_channels": "网址打不开"}
    queue = page.submit(page(f"/reviews/{submitted}"), reasons, form="退回修改", button="decision=return")
    assert "已退回修改" in queue.text
    page.submit(queue, form="退出登录")

    tasks = sign_in("editor")
    assert "被退回，待修改（1）" in tasks.text
    assert "审查意见 2 条" in tasks.text
    form = page(tasks.links("按意见修改")[0])
    assert "标题的审查意见：请写全称" in form.text
    assert "公开渠道的审查意见：网址打不开" in form.text
    assert form.first("input", id="title").get("value") == "楚雄市2026年一般公共预算收支表"
    check = page.submit(form, {"title": "楚雄市2026年一般公共预算收支总表"}, form="保存并核对")
    assert "请写全称" in check.text
    page.submit(check, form="提交审核")


def test_returning_without_a_reason_is_refused(
    registry: Registry, submitted: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("reviewer")
    sent = {"review_checks": list(REVIEW_CHECKS)}
    refused = page.submit(page(f"/reviews/{submitted}"), sent, form="退回修改", button="decision=return", status=422)
    assert summary_of(refused) == ["请写明理由。"]
    assert len([one for one in refused.all("input", name="review_checks") if one.get("checked") is not None]) == 5


def test_a_reason_too_long_leads_to_its_box(
    registry: Registry, submitted: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("reviewer")
    reasons = {"reason_title": "短", "reason_summary": "长" * 401}
    refused = page.submit(page(f"/reviews/{submitted}"), reasons, form="退回修改", button="decision=return", status=422)
    assert summary_of(refused) == ["内容摘要：内容过长，最多 400 字。"]
    assert refused.all("p", id="reason_summary-error")
    assert refused.first("input", id="reason_title").get("value") == "短"


def test_reasons_written_and_approval_pressed_is_asked_about_rather_than_forgotten(
    registry: Registry, submitted: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("reviewer")
    sent = {"review_checks": list(REVIEW_CHECKS), "reason_title": "请写全称"}
    refused = page.submit(
        page(f"/reviews/{submitted}"), sent, form="审核通过并公开", button="decision=approve", status=422
    )
    assert "要退回请选择“退回修改”" in summary_of(refused)[0]
    assert refused.first("input", id="reason_title").get("value") == "请写全称"


def test_nobody_decides_on_what_they_wrote(registry: Registry, page: Pages, sign_in: Callable[..., Page]) -> None:
    both = create_user(registry, "both", roles=["editor", "reviewer"])
    publication = create_publication(registry, both)
    submit(registry, both, publication)
    sign_in("both")
    review = page(f"/reviews/{publication}")
    assert "须由本单位另一位审查员审查" in review.text
    assert "审核通过" not in review.text.replace("审核通过时留空", "")
    token = review.form("退出登录").find(".//input[@name='csrf_token']")
    assert token is not None
    sent = {
        "csrf_token": token.get("value"),
        "version": "2",
        "decision": "approve",
        "review_checks": list(REVIEW_CHECKS),
    }
    answer = page.client.post(f"/reviews/{publication}", data=sent)
    assert answer.status_code == 403
    assert "起草人与审查人不能是同一个人" in answer.text


def test_a_correction_is_shown_beside_what_the_public_sees(
    registry: Registry, people: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    editor, reviewer = people
    publication = publish(registry, editor, reviewer)
    with registry.database.work(editor) as work:
        values = content_of(latest_revision(work, publication)) | {"why": "wrong"}
        version = version_of(work.session, publication)
        service.edit_publication(work, publication, values | {"title": "更正后的标题"}, version=version)
    submit(registry, editor, publication)
    sign_in("reviewer")
    review = page(f"/reviews/{publication}")
    changed = [text_of(row) for row in review.all("div", class_="check-row-changed")]
    assert changed == ["标题 有改动 更正后的标题 现公开版本：楚雄市2026年一般公共预算收支表"]
    assert [text_of(one) for one in review.all("dd", id="correction")] == ["内容有误"]


def test_the_button_says_when_it_will_be_public(
    registry: Registry, people: Any, page: Pages, sign_in: Callable[..., Page]
) -> None:
    publication = create_publication(registry, people[0], published_on=date(2026, 3, 20))
    submit(registry, people[0], publication)
    sign_in("reviewer")
    review = page(f"/reviews/{publication}")
    decided = page.submit(
        review, {"review_checks": list(REVIEW_CHECKS)}, form="审核通过，2026年3月20日起公开", button="decision=approve"
    )
    assert "审核通过，将于 2026年3月20日 公开" in decided.text


def test_what_another_reviewer_decided_meanwhile_is_told_and_the_words_are_kept(
    registry: Registry, people: Any, submitted: UUID, page: Pages, sign_in: Callable[..., Page]
) -> None:
    sign_in("reviewer")
    review = page(f"/reviews/{submitted}")
    colleague = create_user(registry, "colleague", roles=["reviewer"])
    with registry.database.work(colleague) as work:
        reasons = [{"field": "", "text": "缺表"}]
        deciding.return_publication(work, submitted, version=version_of(work.session, submitted), reasons=reasons)
    late = page.submit(review, {"reason_title": "请写全称"}, form="退回修改", button="decision=return", status=409)
    assert "内容已被他人修改" in summary_of(late)[0]
    assert late.first("input", id="reason_title").get("value") == "请写全称"
    assert not late.all("button", name="decision")


@pytest.mark.parametrize(
    ("who", "unit", "roles", "status"),
    [
        ("stranger", "CX-102", ["reviewer"], 404),
        ("leader", None, ["leader"], 404),
        ("auditor", None, ["auditor"], 404),
        ("colleague", "CX-101", ["editor"], 403),
    ],
)
def test_only_reviewers_of_the_unit_review(
    registry: Registry,
    submitted: UUID,
    page: Pages,
    sign_in: Callable[..., Page],
    who: str,
    unit: str | None,
    roles: list[str],
    status: int,
) -> None:
    create_user(registry, who, roles=roles, unit=unit)
    sign_in(who)
    page(f"/reviews/{submitted}", status=status)
