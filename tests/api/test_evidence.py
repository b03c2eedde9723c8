"""Evidence for programs: what everybody reads, what staff read, and a look."""

import pytest
from flask.testing import FlaskClient

from registry.bootstrap import Registry
from registry.evidence.service import clear_evidence
from tests import factories
from tests.api.problems import assert_problem
from tests.clock import Clock
from tests.evidence.published import Published, publish_at_a_site
from tests.evidence.sites import ADDRESS, page


@pytest.fixture
def published(registry: Registry, clock: Clock) -> Published:
    return publish_at_a_site(registry, clock)


def test_a_look_is_asked_for_and_read(published: Published, client: FlaskClient) -> None:
    address = f"/api/v1/publications/{published.id}/evidence"
    headers = factories.create_token(published.registry, published.editor)

    answer = client.post(f"{address}/check", headers=headers)

    assert answer.status_code == 200, answer.text
    (look,) = answer.json["evidence"]
    assert (look["outcome"], look["reason"], look["status_code"], look["title_found"]) == (
        "seen",
        "title_found",
        200,
        True,
    )
    assert (look["address"], look["has_capture"], look["cleared"]) == (ADDRESS, True, False)
    assert look["seen_at"] == "2026-03-02T01:00:00+00:00"
    assert client.get(address, headers=headers).json["evidence"] == [look]


def test_everybody_reads_what_was_seen_but_not_what_nobody_has_cleared(
    published: Published, client: FlaskClient
) -> None:
    seen = published.look()
    published.sites.pages[ADDRESS] = 404
    published.look()
    address = f"/api/v1/publications/{published.id}/evidence"

    (told,) = client.get(address).json["evidence"]
    assert (told["outcome"], told["sha256"]) == ("seen", seen.sha256)
    assert (told["page_title"], told["has_capture"]) == (None, False)
    assert "cleared" not in told
    assert "editor" not in client.get(address).text

    with published.registry.database.work(published.reviewer) as work:
        clear_evidence(work, seen.id)
    (told,) = client.get(address).json["evidence"]
    assert (told["page_title"], told["has_capture"]) == ("楚雄市2026年一般公共预算收支表", True)


def test_a_look_is_refused_where_there_is_nothing_to_look_at(
    registry: Registry, published: Published, client: FlaskClient
) -> None:
    draft = factories.create_publication(registry, published.editor, item="BUD-07-02")
    headers = factories.create_token(registry, published.editor)

    assert_problem(
        client.post(f"/api/v1/publications/{draft}/evidence/check", headers=headers), 409, "nothing_to_look_at"
    )
    assert_problem(client.post(f"/api/v1/publications/{published.id}/evidence/check"), 401, "unauthenticated")
    assert page() in published.sites.pages.values()
    assert published.sites.asked == []
