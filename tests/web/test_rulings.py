"""Asking and deciding through the pages, and what the public sees of it."""

from collections.abc import Callable

import pytest

from registry.bootstrap import Registry
from tests import factories
from tests.pages import Page, Pages


@pytest.fixture
def occasion(registry: Registry) -> str:
    factories.create_user(registry, "editor", roles=("editor",))
    factories.create_user(registry, "reviewer", roles=("reviewer",))
    factories.create_user(registry, "office", roles=("office",), unit=None)
    with registry.database.read() as session:
        return str(factories.find_occasion(session).id)


def test_a_request_goes_to_the_reviewer_and_its_answer_to_the_public(
    page: Pages, registry: Registry, sign_in: Callable[..., Page], occasion: str
) -> None:
    sign_in("editor")
    form = page(page(f"/occasions/{occasion}/publish").links("申请不公开或者延期")[0])
    told = page.submit(form, {"kind": "nothing_to_publish", "reason": "本年没有一般公共预算调整"}, form="rulings")
    assert "已提出申请：本期无信息" in told.text
    assert "已申请，等待决定" in page("/tasks").text

    _sign_out(page)
    sign_in("reviewer")
    queue = page("/tasks")
    assert "等待决定的申请（1）" in queue.text
    told = page.submit(page(queue.links("决定")[0]), form="rulings", button="decision=grant")
    assert "已同意：本期无信息" in told.text

    with registry.database.read() as session:
        duty = factories.find_occasion(session).duty_id
    public = page(f"/duties/{duty}").text
    assert "同意本期无信息。理由：本年没有一般公共预算调整" in public


def test_wrong_days_keep_what_was_typed(page: Pages, sign_in: Callable[..., Page], occasion: str) -> None:
    sign_in("editor")
    form = page(f"/occasions/{occasion}/rulings")
    typed = {"kind": "extended", "reason": "会议推迟", "extended_to": "2026-04-01"}
    shown = page.submit(form, typed, form="rulings", status=422)

    assert "应晚于 2026-04-20" in shown.text
    assert shown.first("input", name="extended_to").get("value") == "2026-04-01"


def test_a_refusal_needs_its_reason_and_reaches_the_editor(
    page: Pages, sign_in: Callable[..., Page], occasion: str
) -> None:
    sign_in("editor")
    page.submit(
        page(f"/occasions/{occasion}/rulings"),
        {"kind": "not_applicable", "reason": "本单位没有这项职能"},
        form="rulings",
    )
    _sign_out(page)
    sign_in("office")
    form = page(page("/tasks").links("决定")[0])
    assert "答复" in page.submit(form, form="rulings", button="decision=refuse", status=422).text
    page.submit(form, {"answer": "职能清单中有这一项"}, form="rulings", button="decision=refuse")
    _sign_out(page)
    sign_in("editor")

    assert "未获同意，职能清单中有这一项" in page("/tasks").text


def _sign_out(page: Pages) -> None:
    page.submit(page("/tasks"), form="sign-out")
