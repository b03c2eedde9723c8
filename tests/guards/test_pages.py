"""Every page type passes the checks of the `page` fixture, and bad input gets a Chinese page, never a failure."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from registry.bootstrap import Registry
from tests import factories
from tests.guards.page_types import PUBLIC
from tests.pages import Page, Pages

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("address", PUBLIC.values(), ids=PUBLIC)
def test_page_is_whole(page: Pages, address: str) -> None:
    assert page(address).h1


def test_page_of_a_publication_is_whole(page: Pages, registry: Registry) -> None:
    editor = factories.create_user(registry, "editor", roles=("editor",))
    reviewer = factories.create_user(registry, "reviewer", roles=("reviewer",))
    publication_id = factories.publish(registry, editor, reviewer, title="楚雄市2026年预算公开")

    assert "楚雄市2026年预算公开" in page(f"/publications/{publication_id}").text
    assert "楚雄市2026年预算公开" in page("/search?q=楚雄市2026年预算公开").text


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("editor", "/tasks"),
        ("editor", "/tasks/done"),
        ("editor", "/tasks/duties"),
        ("editor", "/account"),
        ("editor", "/account/password"),
        ("reviewer", "/reviews"),
        ("office", "/tasks"),
        ("office", "/tasks/responsible"),
        ("office", "/units/CX-101/change"),
        ("office", "/units/CX-101/change?kind=rename"),
        ("office", "/units/CX-101/change?kind=merge"),
        ("office", "/units/CX-101/change?kind=split"),
        ("office", "/units/CX-101/change?kind=end"),
        ("office", "/rectifications"),
        ("office", "/rectifications/new"),
        ("reviewer", "/rectifications"),
        ("leader", "/rectifications"),
        ("leader", "/notes/new?unit=CX-101&area=budgets"),
        ("leader", "/coverage/occasions?unit=CX-101&area=budgets"),
        ("reviewer", "/tasks/responsible"),
        ("editor", "/self-assessments"),
        ("editor", "/self-assessments/CX-101/M2-1"),
        ("reviewer", "/self-assessments/CX-101/M2-1"),
        ("office", "/self-assessments/city/M7-1"),
        ("leader", "/self-assessments"),
        ("leader", "/standards/management"),
        ("editor", "/my/reminders"),
        ("editor", "/my/reminders/settings"),
        ("editor", "/annual-reports"),
        ("editor", "/annual-reports/2025/units/CX-101"),
        ("reviewer", "/annual-reports/2018/units/CX-101"),
        ("office", "/annual-reports/2025"),
        ("office", "/annual-reports/2018"),
        ("office", "/annual-reports/2025/units"),
        ("office", "/annual-reports/2025/cells/requests.new.total"),
        ("office", "/annual-reports/2025/sections"),
        ("office", "/annual-reports/2025/confirm"),
        ("office", "/assessment"),
        ("leader", "/assessment?sort=vetoes&show=vetoed"),
        ("leader", "/assessment/units/CX-101"),
        ("editor", "/assessment"),
        ("editor", "/assessment/findings"),
        ("editor", "/assessment/rules"),
        ("admin", "/accounts"),
        ("admin", "/accounts/new"),
        ("security", "/accounts"),
    ],
)
def test_page_behind_the_sign_in_is_whole(
    page: Pages, registry: Registry, sign_in: Callable[..., Page], role: str, address: str
) -> None:
    factories.create_user(
        registry, "somebody", roles=(role,), unit=factories.UNIT if role in ("editor", "reviewer") else None
    )
    sign_in("somebody")

    assert page(address).h1


def test_pages_of_a_draft_are_whole(page: Pages, registry: Registry, sign_in: Callable[..., Page]) -> None:
    editor = factories.create_user(registry, "editor", roles=("editor",))
    publication_id = factories.create_publication(registry, editor)
    with registry.database.read() as session:
        occasion = factories.find_occasion(session)
    sign_in("editor")

    for address in (
        f"/publications/{publication_id}",
        f"/publications/{publication_id}/edit",
        f"/publications/{publication_id}/check",
        f"/occasions/{occasion.id}/publish",
        f"/duties/{occasion.duty_id}/events",
    ):
        assert page(address).h1


BAD = [
    ("/nothing/here", 404),
    ("/items/NO-SUCH", 404),
    ("/items/%00", 404),
    ("/areas/no-such", 404),
    ("/units/no-such", 404),
    ("/standards/m8", 404),
    ("/procedures/no-such", 404),
    ("/publications/not-a-uuid", 404),
    ("/publications/00000000-0000-7000-8000-000000000000", 404),
    ("/annual-reports/2007", 404),
    ("/annual-reports/99999", 404),
    ("/annual-reports/2026/publications?unit=no-such", 422),
    ("/coverage?as_of=2026-02-30", 422),
    ("/coverage?as_of=0001-01-01", 422),
    ("/coverage?as_of=9999-12-31", 422),
    ("/coverage/occasions?unit=no-such", 422),
    ("/coverage/occasions?state=no-such", 422),
    ("/search?page=0", 422),
    ("/search?page=-1", 422),
    ("/search?page=eins", 422),
    ("/search?page=99999999999999999999", 422),
    ("/search?kind=no-such", 422),
    ("/search?sort=no-such", 422),
    ("/search?year=abc", 422),
    ("/search?q=" + "预" * 2000, 422),
    ("/search?page=999999", 404),
]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("address", "status"), BAD, ids=[address[:40] for address, _ in BAD])
def test_bad_input_is_refused_in_chinese(client: FlaskClient, address: str, status: int) -> None:
    response = client.get(address)

    assert 400 <= response.status_code < 500, f"{response.status_code} instead of {status} or another refusal"
    assert response.mimetype == "text/html"
    assert any("一" <= sign <= "鿿" for sign in response.text)


SEARCHES = [
    "*",
    '"',
    "AND OR NOT",
    "title:预算",
    "预算 AND",
    "((((",
    "a" * 200,
    "😀",
    "\u202e",
    "%",
    "_",
    "'; DROP TABLE item; --",
    "〔2016〕",
    " ",
    "\t",
]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("text", SEARCHES, ids=[repr(text[:12]) for text in SEARCHES])
def test_whatever_is_searched_for_gets_a_page(page: Pages, text: str) -> None:
    assert page("/search", q=text).h1
