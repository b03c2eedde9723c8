"""What anybody may read, in the shapes of design §6."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from registry.bootstrap import Registry
from registry.database import Actor
from registry.evidence.tables import Evidence, Outcome
from tests import factories

pytestmark = pytest.mark.one_database

COUNTS = {
    "due",
    "met",
    "met_late",
    "overdue",
    "long_overdue",
    "upcoming",
    "due_soon",
    "nothing_to_publish",
    "not_applicable",
    "extended",
    "needs_rule",
    "rate",
    "on_time_rate",
}


def read(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> Any:
    answer = client.get(f"/api/v1{path}", headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def test_areas_come_in_catalog_order(client: FlaskClient) -> None:
    found = read(client, "/areas")
    assert [area["prefix"] for area in found["areas"]] == ["URP", "BUD", "PLS"]
    assert read(client, "/areas/budgets")["items"] == 36
    assert read(client, "/areas/budgets")["standard"]["code"] == "BUD-2018"


def test_items_have_the_contract_s_shape(client: FlaskClient) -> None:
    found = read(client, "/items?area=budgets&size=2")
    assert (found["total"], len(found["items"])) == (36, 2)
    item = found["items"][0]
    assert item["code"] == "BUD-01-01"
    assert item["titles"] == ["财政预决算", "政府预算", "一般公共预算"]
    assert set(item["legal_bases"][0]) == {"title", "article", "doc_no"}
    assert set(item["audience"]) == {"everyone", "groups"}
    clause = {"kind", "trigger", "count", "unit", "direction", "period", "applies_to", "override"}
    assert all(clause <= set(one) for one in item["deadline"])
    assert "政府网站" in item["channels"]
    assert item["levels"] == ["county", "township"]


def test_an_item_names_its_elements_with_the_ids_publications_use(client: FlaskClient) -> None:
    item = read(client, "/items/BUD-01-01")
    assert [one["text"] for one in item["element_ids"]] == item["elements"]
    assert len(item["channel_codes"]) == len(item["channels"])


def test_a_unit_is_known_by_code_name_and_alias(client: FlaskClient) -> None:
    totals = {read(client, f"/items?unit={unit}")["total"] for unit in ["CX-101", "楚雄市财政局", "财政局"]}
    assert len(totals) == 1
    assert 0 < totals.pop() < 36


def test_a_page_past_the_end_is_empty_and_says_the_true_total(client: FlaskClient) -> None:
    found = read(client, "/units?page=9&size=50")
    assert (found["total"], found["units"], found["page"]) == (62, [], 9)


def test_pages_together_are_the_whole_list(client: FlaskClient) -> None:
    codes = [unit["code"] for page in range(1, 5) for unit in read(client, f"/units?page={page}&size=20")["units"]]
    assert len(codes) == len(set(codes)) == 62


def test_a_unit_shows_its_former_names(client: FlaskClient) -> None:
    unit = read(client, "/units/CX-104")
    assert unit["names"][-1]["name"] == unit["name"]
    assert len(unit["names"]) > 1
    assert set(unit["names"][0]) == {"name", "from", "to", "evidence"}


def test_duties_have_the_contract_s_shape(client: FlaskClient) -> None:
    found = read(client, "/duties?unit=CX-101&size=1")
    assert found["as_of"] == "2026-03-02"
    assert {"unit", "item", "state", "due_on", "period", "publication"} <= set(found["duties"][0])


def test_coverage_counts_exactly_the_duties_listed(client: FlaskClient) -> None:
    found = read(client, "/coverage?as_of=2026-02-20")
    assert set(found["totals"]) == COUNTS
    for row in found["rows"][:5]:
        assert set(row) == COUNTS | {"unit", "area"}
        for state in ("overdue", "upcoming", "needs_rule"):
            listed = read(client, f"/duties?as_of=2026-02-20&unit={row['unit']}&area={row['area']}&state={state}")
            assert listed["total"] == row[state]


def test_coverage_rows_stand_for_what_was_asked(client: FlaskClient) -> None:
    for by, names in [("unit", {"unit"}), ("area", {"area"}), ("unit,area", {"unit", "area"})]:
        found = read(client, f"/coverage?by={by}")
        assert all(set(row) == COUNTS | names for row in found["rows"])
        assert sum(row["due"] for row in found["rows"]) == found["totals"]["due"]


def test_search_may_be_asked_for_what_was_typed_only(client: FlaskClient) -> None:
    assert "控制性详细规划" in read(client, "/search?q=控规")["also_searched"]
    only = read(client, "/search?q=控规&synonyms=false")
    assert (only["also_searched"], only["total"]) == ([], 0)


def test_search_has_the_contract_s_shape(client: FlaskClient) -> None:
    found = read(client, "/search?q=预算&size=3")
    assert {"total", "page", "size", "took_ms", "hits", "facets", "also_searched", "did_you_mean"} == set(found)
    hit = found["hits"][0]
    assert {"kind", "id", "code", "title", "area", "unit", "state", "date", "url", "highlights", "score"} == set(hit)
    assert hit["url"] == f"/items/{hit['code']}"
    assert set(found["facets"]) == {"kind", "area", "unit", "state", "year", "channel", "level"}


def test_search_filters_may_be_given_more_than_once(client: FlaskClient) -> None:
    one, both = (
        read(client, f"/search?{query}")["total"]
        for query in ("area=budgets", "area=budgets&area=public-legal-services")
    )
    assert (one, both) == (36, 64)


def test_the_rulebook_can_be_read(client: FlaskClient) -> None:
    for path, key, total in [("/management-standards", "standards", 7), ("/procedures", "procedures", 3)]:
        found = read(client, path)
        assert found["total"] == len(found[key]) == total


def test_a_standard_and_what_it_cites_can_be_read(client: FlaskClient) -> None:
    standard = read(client, "/management-standards/M1")
    cited = standard["requirements"][1]["legal_bases"][0]
    regulation = read(client, f"/regulations/{cited['regulation']}")
    edition = next(one for one in regulation["editions"] if one["key"] == cited["edition"])
    assert set(cited["articles"]) <= {article["number"] for article in edition["articles"]}
    assert len(read(client, "/procedures/budgets")["procedures"]) > 0


def test_the_public_reads_what_is_published_and_nobody_s_name(
    client: FlaskClient, registry: Registry, editor: Actor, reviewer: Actor
) -> None:
    publication_id = factories.publish(registry, editor, reviewer)
    found = read(client, f"/publications?unit={factories.UNIT}&item={factories.ITEM}")
    assert [one["id"] for one in found["publications"]] == [str(publication_id)]
    text = client.get(f"/api/v1/publications/{publication_id}").get_data(as_text=True)
    assert "某人" not in text
    assert str(editor.user_id) not in text
    assert "return_reasons" not in text
    duty = read(client, f"/duties?unit={factories.UNIT}&item={factories.ITEM}")["duties"][0]
    assert duty["publication"] == str(publication_id)


def test_drafts_and_scheduled_publications_are_unknown_to_the_public(
    client: FlaskClient,
    registry: Registry,
    editor: Actor,
    reviewer: Actor,
    as_editor: dict[str, str],
    as_stranger: dict[str, str],
) -> None:
    draft = factories.create_publication(registry, editor)
    scheduled = factories.publish(registry, editor, reviewer, published_on=date(2026, 3, 9))
    for publication_id in (draft, scheduled):
        for path in ("", "/revisions", "/evidence"):
            for headers in ({}, as_stranger):
                assert client.get(f"/api/v1/publications/{publication_id}{path}", headers=headers).status_code == 404
            assert client.get(f"/api/v1/publications/{publication_id}{path}", headers=as_editor).status_code == 200
    assert read(client, "/publications")["total"] == 0


def test_a_withdrawn_publication_keeps_its_address_and_says_why(
    client: FlaskClient, registry: Registry, editor: Actor, reviewer: Actor, as_editor: dict[str, str]
) -> None:
    publication_id = factories.publish(registry, editor, reviewer, summary="含有个人信息")
    path = f"/api/v1/publications/{publication_id}"
    version = client.get(path).headers["ETag"]
    answer = client.post(f"{path}/withdraw", json={"reason": "内容有误"}, headers={**as_editor, "If-Match": version})
    assert answer.status_code == 200
    found = read(client, f"/publications/{publication_id}")
    assert (found["state"], found["withdrawal_reason"], found["withdrawn_on"]) == (
        "withdrawn",
        "内容有误",
        "2026-03-02",
    )
    assert (found["summary"], found["elements"], found["channels"]) == (None, [], [])
    assert read(client, "/publications")["total"] == 0


def test_only_evidence_that_passed_the_check_is_shown(
    client: FlaskClient, registry: Registry, editor: Actor, reviewer: Actor
) -> None:
    publication_id = factories.publish(registry, editor, reviewer)
    with registry.database.work(editor, audited=False) as work:
        for cleared in (True, False):
            work.session.add(
                Evidence(
                    publication_id=publication_id,
                    channel="government_website",
                    outcome=Outcome.SEEN,
                    seen_at=work.now,
                    recorded_by=editor.user_id,
                    note="某人拍摄",
                    cleared=cleared,
                )
            )
    found = read(client, f"/publications/{publication_id}/evidence")
    assert found["total"] == 1
    assert {"recorded_by", "cleared_by", "capture"}.isdisjoint(found["evidence"][0])
    assert found["evidence"][0]["note"] is None


def test_staff_list_what_waits_in_their_unit_only(
    client: FlaskClient, registry: Registry, editor: Actor, as_editor: dict[str, str], as_stranger: dict[str, str]
) -> None:
    publication_id = factories.create_publication(registry, editor)
    own = read(client, "/publications/pending", as_editor)
    assert [(one["id"], one["state"]) for one in own["publications"]] == [(str(publication_id), "draft")]
    assert read(client, "/publications/pending?state=submitted", as_editor)["total"] == 0
    assert read(client, "/publications/pending", as_stranger)["total"] == 0
    assert client.get(f"/api/v1/publications/pending?unit={factories.UNIT}", headers=as_stranger).status_code == 403


def test_the_office_lists_what_waits_everywhere(client: FlaskClient, registry: Registry, editor: Actor) -> None:
    factories.create_publication(registry, editor)
    office = factories.create_token(registry, factories.create_user(registry, "office", roles=["office"], unit=None))
    assert read(client, "/publications/pending", office)["total"] == 1
    assert read(client, "/publications/pending?unit=CX-103", office)["total"] == 0


def test_a_leader_does_not_see_drafts(client: FlaskClient, registry: Registry) -> None:
    leader = factories.create_token(registry, factories.create_user(registry, "leader", roles=["leader"], unit=None))
    assert client.get("/api/v1/publications/pending", headers=leader).status_code == 403


def test_what_staff_got_is_not_kept_by_caches(client: FlaskClient, as_editor: dict[str, str]) -> None:
    public, staff = client.get("/api/v1/areas"), client.get("/api/v1/areas", headers=as_editor)
    assert "Authorization" in public.headers["Vary"]
    assert "no-store" in staff.headers["Cache-Control"]
