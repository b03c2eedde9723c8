"""Signing in, one's own account and the administration of accounts, through the pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.accounts import passwords, queries, service, sessions
from registry.database import SYSTEM
from registry.settings import Settings
from registry.web.headers import POLICY
from registry.web.visitors import cookie_settings, safe_path
from tests.accounts.people import PASSWORD, create_person, logged

ADDRESS = {"REMOTE_ADDR": "10.1.2.3"}
TOKEN_FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def send(client: FlaskClient, address: str, *, form_at: str | None = None, **values: str) -> TestResponse:
    """Fetch the page with the form, then send it with its token, as a browser does."""
    found = TOKEN_FIELD.search(client.get(form_at or address).get_data(as_text=True))
    token = found.group(1) if found else ""
    return client.post(address, data={"csrf_token": token, **values})


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD, **values: str) -> TestResponse:
    return send(client, "/sign-in", username=username, password=password, **values)


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


# ---------------------------------------------------------------- the way in and out


def test_signing_in_leads_to_the_own_account_and_out_again(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "clerk", roles=["leader"])
    assert sign_in(client, "clerk").status_code == 302
    assert "clerk" in text(client.get("/account"))
    assert send(client, "/sign-out", form_at="/account").status_code == 302
    assert client.get("/account").status_code == 302


def test_signed_out_cookie_is_worth_nothing_even_when_kept(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "clerk")
    sign_in(client, "clerk")
    name = client.application.config["SESSION_COOKIE_NAME"]
    kept = client.get_cookie(name)
    assert kept is not None
    send(client, "/sign-out", form_at="/account")
    client.set_cookie(name, kept.value)
    assert client.get("/account").status_code == 302


def test_sign_out_needs_post_and_a_token(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "clerk")
    sign_in(client, "clerk")
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(("username", "password"), [("clerk", "wrong"), ("nobody", "wrong"), ("", "")])
def test_refusal_is_told_in_the_same_words_with_the_name_kept(
    client: FlaskClient, registry: Any, username: str, password: str
) -> None:
    create_person(registry.database, "clerk")
    answer = sign_in(client, username, password)
    assert answer.status_code == 422
    assert "登录名或口令不正确。" in text(answer)
    assert f'value="{username}"' in text(answer)
    assert password == "" or f'value="{password}"' not in text(answer)


def test_fifth_failure_locks_and_says_for_how_long(client: FlaskClient, registry: Any, clock: Any) -> None:
    create_person(registry.database, "clerk")
    statuses = [sign_in(client, "clerk", "wrong").status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 429]
    assert "请 15 分钟后再试" in text(sign_in(client, "clerk"))
    clock.now += timedelta(minutes=15)
    assert sign_in(client, "clerk").status_code == 302


def test_each_sign_in_makes_a_new_session_and_ends_the_one_before(client: FlaskClient, registry: Any) -> None:
    user = create_person(registry.database, "clerk")
    sign_in(client, "clerk")
    with client.session_transaction() as session:
        first = session["_user_id"]
    token = TOKEN_FIELD.search(text(client.get("/account")))
    assert token is not None
    client.post("/sign-in", data={"csrf_token": token.group(1), "username": "clerk", "password": PASSWORD})
    with client.session_transaction() as session:
        second = session["_user_id"]
    assert first != second
    assert sessions.find_session(registry.database, first) is None
    with registry.database.read() as reading:
        assert len(queries.list_sessions(reading, user.id, now=registry.database.clock())) == 1


def test_session_on_the_page_ends_after_half_an_hour_idle(client: FlaskClient, registry: Any, clock: Any) -> None:
    create_person(registry.database, "clerk")
    sign_in(client, "clerk")
    clock.now += timedelta(minutes=29)
    assert client.get("/account").status_code == 200
    clock.now += timedelta(minutes=30)
    assert client.get("/account").status_code == 302


# ---------------------------------------------------------------- where it leads


def test_page_asked_for_comes_back_after_signing_in(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "admin1", roles=["admin"])
    asked = client.get("/accounts?x=1")
    assert asked.headers["Location"] == "/sign-in?next=/accounts?x%3D1"
    page = text(client.get(asked.headers["Location"]))
    assert 'name="next" value="/accounts?x=1"' in page
    assert sign_in(client, "admin1", next="/accounts?x=1").headers["Location"] == "/accounts?x=1"


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/account", True),
        ("/search?q=%E9%A2%84%E7%AE%97&page=2", True),
        ("/search?q=http://example.org", True),
        ("https://example.org/", False),
        ("//example.org/", False),
        ("/\\example.org", False),
        ("\\\\example.org", False),
        ("javascript:alert(1)", False),
        ("account", False),
        ("/\t/example.org", False),
        ("/\n/example.org", False),
        ("", False),
        (None, False),
    ],
)
def test_only_paths_of_this_host_are_returned_to(target: str | None, kept: bool) -> None:
    assert safe_path(target) == (target if kept else None)


def test_foreign_next_leads_to_the_own_first_page(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "admin1", roles=["admin"])
    assert sign_in(client, "admin1", next="https://example.org/").headers["Location"] == "/accounts"


# ---------------------------------------------------------------- cookie, headers, networks


@pytest.mark.parametrize(
    ("https", "prefix", "name", "path"),
    [
        (False, "", "registry", "/"),
        (True, "", "__Host-registry", "/"),
        (True, "/zwgk", "registry", "/zwgk"),
    ],
)
def test_cookie_is_bound_to_host_and_path(https: bool, prefix: str, name: str, path: str) -> None:
    found = cookie_settings(Settings(https=https, prefix=prefix))
    assert found == {
        "SESSION_COOKIE_NAME": name,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_PATH": path,
        "SESSION_COOKIE_DOMAIN": None,
    }


def test_cookie_is_sent_for_this_session_only_and_hidden_from_scripts(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "clerk")
    cookie = sign_in(client, "clerk").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie


@pytest.mark.parametrize("address", ["/", "/sign-in", "/account", "/no-such-page", "/sign-out", "/static/nothing.css"])
def test_every_answer_carries_the_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_signed_in_pages_are_not_stored(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "clerk")
    sign_in(client, "clerk")
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    with client.get("/static/registry.css") as of_the_package:
        assert of_the_package.headers["Cache-Control"] != "no-store"


def test_staff_sign_in_only_from_their_networks(
    client: FlaskClient, registry: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_person(registry.database, "clerk")
    sign_in(client, "clerk")
    monkeypatch.setattr(registry, "settings", registry.settings.model_copy(update={"staff_networks": "10.1.0.0/16"}))
    assert client.get("/account").status_code == 302
    assert client.get("/sign-in").status_code == 403
    assert client.get("/account", environ_overrides=ADDRESS).status_code == 200
    assert client.get("/sign-in", environ_overrides=ADDRESS).status_code == 302


# ---------------------------------------------------------------- the first start


def test_first_administrator_is_made_with_the_printed_code_and_then_the_page_is_gone(
    client: FlaskClient, registry: Any
) -> None:
    code = service.ensure_setup_code(registry.database)
    assert code is not None
    assert "/setup" in text(client.get("/sign-in"))
    values = {"username": "admin1", "display_name": "管理员", "password": "Lan-Xiang7river"}
    wrong = send(client, "/setup", code="aaaaa-aaaaa-aaaaa-aaaaa", **values)
    assert wrong.status_code == 422
    assert "一次性口令不正确" in text(wrong)
    weak = send(client, "/setup", code=code, **{**values, "password": "Password2026!"})
    assert weak.status_code == 422
    assert "容易被猜中" in text(weak)
    assert 'value="admin1"' in text(weak)
    assert send(client, "/setup", code=code, **values).headers["Location"] == "/sign-in"
    assert client.get("/setup").status_code == 404
    assert client.post("/setup").status_code in {400, 404}
    assert sign_in(client, "admin1", "Lan-Xiang7river").headers["Location"] == "/accounts"


# ---------------------------------------------------------------- one's own account


def test_one_time_secret_opens_nothing_but_the_change_of_password(client: FlaskClient, registry: Any) -> None:
    with registry.database.work(SYSTEM) as work:
        _, secret = service.create_user(work, username="clerk", display_name="岗", roles=["leader"])
    sign_in(client, "clerk", secret)
    assert client.get("/account").headers["Location"].startswith("/account/password?next=")
    values = {"current_password": secret, "form_at": "/account/password"}
    short = send(client, "/account/password", password="Ab-3", **values)
    assert short.status_code == 422
    assert "口令至少 10 个字符，现在是 4 个。" in text(short)
    changed = send(client, "/account/password", password="Mu-Fu3stone", next="/account", **values)
    assert changed.headers["Location"] == "/account"
    assert client.get("/account").status_code == 200


def test_changing_the_password_ends_the_sessions_elsewhere(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "clerk")
    elsewhere, _ = sessions.sign_in(registry.database, "clerk", PASSWORD, address="10.9.9.9")
    sign_in(client, "clerk")
    send(client, "/account/password", current_password=PASSWORD, password="Mu-Fu3stone")
    assert client.get("/account").status_code == 200
    assert sessions.find_session(registry.database, elsewhere) is None


def test_own_sessions_are_listed_and_ended_one_by_one_or_all(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "clerk")
    tokens = [sessions.sign_in(registry.database, "clerk", PASSWORD, address=f"10.9.9.{host}")[0] for host in (1, 2, 3)]
    sign_in(client, "clerk")
    assert all(f"10.9.9.{host}" in text(client.get("/account")) for host in (1, 2, 3))
    first = sessions.hash_secret(tokens[0])[:16]
    send(client, f"/account/sessions/{first}/end", form_at="/account")
    alive = [sessions.find_session(registry.database, token) is not None for token in tokens]
    assert alive == [False, True, True]
    send(client, "/account/sessions/end-others", form_at="/account")
    assert all(sessions.find_session(registry.database, token) is None for token in tokens)
    assert client.get("/account").status_code == 200


def test_session_of_somebody_else_is_not_found(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "clerk")
    create_person(registry.database, "fourth")
    theirs, _ = sessions.sign_in(registry.database, "fourth", PASSWORD, address="10.9.9.9")
    sign_in(client, "clerk")
    short_id = sessions.hash_secret(theirs)[:16]
    assert send(client, f"/account/sessions/{short_id}/end", form_at="/account").status_code == 404
    assert sessions.find_session(registry.database, theirs) is not None


def test_token_is_shown_once_for_the_password_and_can_be_ended(client: FlaskClient, registry: Any) -> None:
    user = create_person(registry.database, "clerk")
    sign_in(client, "clerk")
    refused = send(client, "/account/tokens", form_at="/account", name="月报脚本", current_password="wrong")
    assert refused.status_code == 422
    assert 'value="月报脚本"' in text(refused)
    made = send(client, "/account/tokens", form_at="/account", name="月报脚本", current_password=PASSWORD)
    found = re.search(r"cxr_[\w-]{43}", text(made))
    assert found is not None
    assert service.find_token(registry.database, found.group()) is not None
    assert found.group() not in text(client.get("/account"))
    with registry.database.read() as reading:
        token_id = queries.list_tokens(reading, user.id)[0].id
    send(client, f"/account/tokens/{token_id}/end", form_at="/account")
    assert service.find_token(registry.database, found.group()) is None


# ---------------------------------------------------------------- administration


def test_administrator_makes_an_account_and_sees_its_secret_once(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "admin1", roles=["admin"])
    sign_in(client, "admin1")
    refused = send(client, "/accounts/new", username="Clerk Two", display_name="预算岗")
    assert refused.status_code == 422
    assert 'value="预算岗"' in text(refused)
    made = send(client, "/accounts/new", username="clerk", display_name="预算岗", unit_code="", telephone="")
    found = re.search(r"<code>([\w-]{23})</code>", text(made))
    assert found is not None
    assert found.group(1) not in text(client.get("/accounts"))
    assert sessions.sign_in(registry.database, "clerk", found.group(1), address="10.1.1.1")


def test_administrator_resets_and_disables(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "admin1", roles=["admin"])
    person = create_person(registry.database, "clerk")
    sign_in(client, "admin1")
    page = f"/accounts/{person.id}"
    assert re.search(r"<code>[\w-]{23}</code>", text(send(client, f"{page}/reset", form_at=page)))
    assert send(client, f"{page}/disable", form_at=page).status_code == 302
    assert "停用时间" in text(client.get(page))
    assert logged(registry.database)[-1] == "account.disable"


def test_administrator_is_offered_only_the_first_security_role(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "admin1", roles=["admin"])
    person = create_person(registry.database, "clerk")
    sign_in(client, "admin1")
    page = f"/accounts/{person.id}"
    assert send(client, f"{page}/roles", form_at=page, role="leader").status_code == 403
    assert text(client.get(page)).count("<option") == 1
    assert send(client, f"{page}/roles", form_at=page, role="security").status_code == 302
    assert "<option" not in text(client.get(page))


def test_security_officer_gives_and_takes_roles_within_three_apart(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "officer", roles=["security"])
    person = create_person(registry.database, "clerk", roles=["leader"])
    sign_in(client, "officer")
    page = f"/accounts/{person.id}"
    refused = send(client, f"{page}/roles", form_at=page, role="auditor")
    assert refused.status_code == 422
    assert "“审计员”不能与已有的角色（领导小组）由同一人担任。" in text(refused)
    assert send(client, f"{page}/roles", form_at=page, role="office").status_code == 302
    assert send(client, f"{page}/roles/leader/revoke", form_at=page).status_code == 302
    with registry.database.read() as reading:
        assert queries.roles_of(reading, person.id) == {"office"}
    assert send(client, f"{page}/disable", form_at=page).status_code == 403
    assert client.get("/accounts/new").status_code == 403


@pytest.mark.parametrize("role", ["leader", "office", "auditor"])
@pytest.mark.parametrize("address", ["/accounts", "/accounts/new", "/accounts/{id}"])
def test_accounts_are_closed_to_everybody_else(client: FlaskClient, registry: Any, role: str, address: str) -> None:
    person = create_person(registry.database, "clerk", roles=[role])
    assert client.get(address.format(id=person.id)).status_code == 302
    sign_in(client, "clerk")
    assert client.get(address.format(id=person.id)).status_code == 403


def test_forms_without_token_change_nothing(client: FlaskClient, registry: Any) -> None:
    create_person(registry.database, "admin1", roles=["admin"])
    person = create_person(registry.database, "clerk")
    sign_in(client, "admin1")
    for address in (
        f"/accounts/{person.id}/disable",
        f"/accounts/{person.id}/reset",
        "/accounts/new",
        "/account/tokens",
    ):
        assert client.post(address, data={"username": "x"}).status_code == 400
    assert "account.disable" not in logged(registry.database)


def test_every_page_of_the_area_is_sound(page: Any, registry: Any) -> None:
    """`page` checks what it fetches: valid HTML, title, labels, ids, tokens."""
    create_person(registry.database, "admin1", roles=["admin"])
    person = create_person(registry.database, "clerk")
    way_in = page("/sign-in")
    page.submit(way_in, {"username": "admin1", "password": "wrong"}, form="/sign-in", status=422)
    page.submit(way_in, {"username": "admin1", "password": PASSWORD}, form="/sign-in")
    for address in ("/account", "/account/password", "/accounts", "/accounts/new", f"/accounts/{person.id}"):
        page(address)
    page.submit(page("/accounts/new"), {"username": "x"}, form="/accounts/new", status=422)
    page.submit(page("/accounts/new"), {"username": "fourth", "display_name": "岗位四"}, form="/accounts/new")
    token = {"name": "脚本", "current_password": PASSWORD}
    assert page.submit(page("/account"), token, form="/account/tokens").h1 == "令牌“脚本”已建立"


def test_page_of_the_first_start_is_sound(page: Any, registry: Any) -> None:
    service.ensure_setup_code(registry.database)
    page.submit(page("/setup"), {"code": "x"}, form="/setup", status=422)
