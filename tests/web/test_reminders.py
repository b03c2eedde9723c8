"""/my/reminders: what one was told, read without script, and how mails are stopped."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from registry.bootstrap import Registry
from registry.reminders.tables import Digest
from tests import factories
from tests.pages import Page, Pages

DUE = date(2026, 4, 20)


@pytest.fixture
def editor(registry: Registry, sign_in: Callable[..., Page]) -> None:
    factories.create_user(registry, "editor")
    registry.remind(DUE)
    sign_in("editor")


def test_a_digest_says_item_change_step_day_and_where(page: Pages, registry: Registry, editor: None) -> None:
    shown = page("/my/reminders")

    assert "提醒（1）" in shown.text
    assert "2026年4月20日 每日提醒" in shown.text
    assert "政府预算：一般公共预算" in shown.text
    assert "今日到期" in shown.text
    assert "登记公开信息" in shown.text
    with registry.database.read() as session:
        occasion = factories.find_occasion(session).id
    assert f"/occasions/{occasion}/publish" in shown.links("办理")


def test_reading_takes_it_from_the_count(page: Pages, editor: None) -> None:
    after = page.submit(page("/my/reminders"), form="/read")

    assert "未读" not in after.text
    assert "提醒（1）" not in after.text
    assert "今日到期" in after.text, "earlier digests stay"


def test_settings_stop_the_mail_and_keep_what_was_typed(page: Pages, editor: None) -> None:
    wrong = page.submit(page("/my/reminders/settings"), {"email": "not an address"}, form="settings", status=422)
    assert "电子邮箱“not an address”不正确" in wrong.text
    assert wrong.first("input", name="email").get("value") == "not an address"

    page.submit(wrong, {"email": "zwgk@cxs.gov.cn", "mail_wanted": []}, form="settings")
    again = page("/my/reminders/settings")
    assert again.first("input", name="email").get("value") == "zwgk@cxs.gov.cn"
    assert again.first("input", name="mail_wanted").get("checked") is None


def test_the_digest_of_another_is_not_there(page: Pages, registry: Registry, editor: None) -> None:
    other = factories.create_user(registry, "other")
    registry.remind(DUE)
    with registry.database.read() as session:
        theirs = session.exec(select(Digest.id).where(Digest.user_id == other.user_id)).first()
    token = page("/my/reminders").first("input", name="csrf_token").get("value")

    assert theirs is not None
    response = page.client.post(f"/my/reminders/{theirs}/read", data={"csrf_token": token})
    assert response.status_code == 404


def test_the_address_is_the_persons_and_the_administrators(
    page: Pages, registry: Registry, editor: None, sign_in: Callable[..., Page]
) -> None:
    page.submit(page("/my/reminders/settings"), {"email": "zwgk@cxs.gov.cn"}, form="settings")
    assert "zwgk@cxs.gov.cn" in page("/account").text
    page.client.post("/sign-out", data={"csrf_token": page("/account").first("input", name="csrf_token").get("value")})
    for role, may_see in (("admin", True), ("security", False)):
        factories.create_user(registry, role, roles=(role,), unit=None)
        sign_in(role)
        account = page(next(link for link in page("/accounts").links("editor")))
        assert ("zwgk@cxs.gov.cn" in account.text) is may_see
        token = page("/account").first("input", name="csrf_token").get("value")
        page.client.post("/sign-out", data={"csrf_token": token})
