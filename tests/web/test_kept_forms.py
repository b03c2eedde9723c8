"""Nothing typed is lost: not by a session that ends, a window that closes, a second sign-in, or a colleague at the same form."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from registry.accounts.tables import KeptForm
from registry.bootstrap import Registry
from tests import factories
from tests.clock import Clock
from tests.factories import PASSWORD
from tests.pages import Page, Pages, as_filled_in

TYPED = {"title": "写到一半的标题", "summary": "写到一半的摘要"}


@pytest.fixture
def editor(registry: Registry) -> Any:
    return factories.create_user(registry)


@pytest.fixture
def draft(registry: Registry, editor: Any) -> UUID:
    return factories.create_publication(registry, editor)


@pytest.fixture
def form(draft: UUID, page: Pages, sign_in: Callable[..., Page]) -> Page:
    sign_in("editor")
    return page(f"/publications/{draft}/edit")


def keep(client: FlaskClient, form: Page, **typed: str) -> int:
    """What the script of the page sends while somebody types."""
    element = form.form("保存并核对")
    sent = as_filled_in(element) | {name: [value] for name, value in typed.items()}
    return client.post(element.get("data-keep", ""), data=sent).status_code


def kept_by(registry: Registry) -> int:
    with registry.database.read() as session:
        return len(session.exec(select(KeptForm)).all())


def shown_title(form: Page) -> str | None:
    return form.first("input", id="title").get("value")


def test_a_form_sent_after_the_session_ended_comes_back_as_it_was_typed(clock: Clock, form: Page, page: Pages) -> None:
    clock.forward(minutes=31)
    turned_away = page.submit(form, TYPED, form="保存并核对", status=401)
    assert turned_away.h1 == "工作人员登录"
    assert "您刚才填写的内容没有丢失" in turned_away.text
    again = page.submit(turned_away, {"username": "editor", "password": "wrong"}, form="登录", status=422)

    back = page.submit(again, {"username": "editor", "password": PASSWORD}, form="登录")

    assert back.h1 == "修改公开信息"
    assert shown_title(back) == TYPED["title"]
    assert "还没有提交的内容" in back.text
    saved = page.submit(back, form="保存并核对")
    assert TYPED["title"] in saved.text
    assert TYPED["summary"] in saved.text


def test_who_signs_in_instead_gets_what_was_typed_only_for_themselves(
    registry: Registry, clock: Clock, form: Page, page: Pages, sign_in: Callable[..., Page]
) -> None:
    factories.create_user(registry, "colleague")
    clock.forward(minutes=31)
    turned_away = page.submit(form, TYPED, form="保存并核对", status=401)
    back = page.submit(turned_away, {"username": "colleague", "password": PASSWORD}, form="登录")
    assert shown_title(back) == TYPED["title"]
    page.submit(back, form="退出登录")

    sign_in("editor")
    assert shown_title(page(form.address)) == "楚雄市2026年一般公共预算收支表"


def test_what_is_typed_is_kept_until_it_is_saved(
    registry: Registry, client: FlaskClient, form: Page, page: Pages, draft: UUID
) -> None:
    assert keep(client, form, **TYPED, formed_on="2026-02-", published_on="") == 200
    again = page(form.address)
    assert shown_title(again) == TYPED["title"]
    assert again.first("input", id="formed_on").get("value") == "2026-02-"

    typed = {"formed_on": "2026-02-12", "published_on": "2026-03-02"}
    page.submit(again, typed, form="保存并核对")
    assert kept_by(registry) == 0
    assert "还没有提交的内容" not in page(form.address).text


def test_what_was_kept_can_be_thrown_away(registry: Registry, client: FlaskClient, form: Page, page: Pages) -> None:
    keep(client, form, **TYPED)
    stored = page.submit(page(form.address), form="放弃这些内容")
    assert shown_title(stored) == "楚雄市2026年一般公共预算收支表"
    assert kept_by(registry) == 0


def test_a_refused_form_keeps_what_was_kept(registry: Registry, client: FlaskClient, form: Page, page: Pages) -> None:
    keep(client, form, **TYPED)
    page.submit(form, {"title": ""}, form="保存并核对", status=422)
    assert kept_by(registry) == 1


def test_a_colleague_at_the_same_form_is_told_of_who_and_when(
    registry: Registry, clock: Clock, client: FlaskClient, form: Page, page: Pages, sign_in: Callable[..., Page]
) -> None:
    factories.create_user(registry, "colleague")
    keep(client, form, **TYPED)
    page.submit(form, form="退出登录")
    sign_in("colleague")
    warned = page(form.address)
    assert "某人 也在填写这一页，最近一次输入是 2026年3月2日 09:00" in warned.text
    assert TYPED["title"] not in warned.text

    clock.forward(minutes=29)
    assert "也在填写这一页" in page(form.address).text
    clock.forward(minutes=2)
    assert "也在填写这一页" not in page(form.address).text


def test_a_form_from_before_another_sign_in_is_shown_again_rather_than_lost(
    client: FlaskClient, form: Page, page: Pages, sign_in: Callable[..., Page]
) -> None:
    """Signing in anew makes a new token; the one in the page that was open no longer holds."""
    page.submit(form, form="退出登录")
    sign_in("editor")
    answer = client.post(form.address, data={**TYPED, "csrf_token": "old"}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 302
    assert shown_title(page(answer.headers["Location"])) == TYPED["title"]


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://elsewhere.example"}, {"Referer": "https://elsewhere.example/"}]
)
def test_a_forged_form_is_refused_and_nothing_of_it_is_kept(
    registry: Registry, client: FlaskClient, form: Page, headers: dict[str, str]
) -> None:
    answer = client.post(form.address, data={**TYPED, "csrf_token": "forged"}, headers=headers)
    assert answer.status_code == 400
    assert kept_by(registry) == 0


@pytest.mark.parametrize("carried", ["", "[", "{}", "[1]", '[["title"]]', "null", "9" * 300_000])
def test_what_did_not_come_from_a_form_is_not_carried(
    registry: Registry, editor: Any, client: FlaskClient, page: Pages, carried: str
) -> None:
    token = page("/sign-in").form("登录").find(".//input[@name='csrf_token']")
    assert token is not None
    sent = {"csrf_token": token.get("value"), "username": "editor", "password": PASSWORD, "next": "/tasks"}
    assert client.post("/sign-in", data=sent | {"kept": carried}).status_code == 302
    assert kept_by(registry) == 0


def test_forms_with_passwords_are_never_kept(client: FlaskClient, clock: Clock, form: Page, page: Pages) -> None:
    password = page("/account/password")
    clock.forward(minutes=31)
    client.application.config["WTF_CSRF_ENABLED"] = False
    answer = client.post(password.address, data={"current_password": PASSWORD, "password": "x"})
    assert answer.status_code == 302
    assert PASSWORD not in client.get(answer.headers["Location"]).text


@pytest.mark.parametrize("path", ["//elsewhere.example/x", "https://elsewhere.example", "", "x" * 300])
def test_only_forms_of_this_registry_can_be_kept(client: FlaskClient, form: Page, path: str) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/kept-forms", query_string={"path": path}, data=TYPED).status_code == 404


def test_what_nobody_came_back_for_is_dropped_after_thirty_days(
    registry: Registry, clock: Clock, client: FlaskClient, form: Page
) -> None:
    keep(client, form, **TYPED)
    clock.forward(days=30)
    registry.do_due_jobs()
    assert kept_by(registry) == 1
    clock.forward(days=1)
    registry.do_due_jobs()
    assert kept_by(registry) == 0
