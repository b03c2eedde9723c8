"""A publication's life through the API: versions, two persons, and the same checks as everywhere."""

from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.bootstrap import Registry
from registry.database import Actor
from tests import factories
from tests.api.problems import assert_problem
from tests.factories import REVIEW_CHECKS

Headers = dict[str, str]


def values(registry: Registry, **changes: Any) -> dict[str, Any]:
    """What a client sends for a complete publication."""
    found = factories.publication_values(registry, **changes)
    return {name: one.isoformat() if hasattr(one, "isoformat") else one for name, one in found.items()}


def create(client: FlaskClient, registry: Registry, headers: Headers, **changes: Any) -> TestResponse:
    with registry.database.read() as session:
        occasion_id = factories.find_occasion(session).id
    return client.post(
        f"/api/v1/occasions/{occasion_id}/publications", json=values(registry, **changes), headers=headers
    )


def step(client: FlaskClient, headers: Headers, before: TestResponse, verb: str, body: Any = None) -> TestResponse:
    """The next step from the version that `before` told."""
    path = f"/api/v1/publications/{before.get_json()['id']}/{verb}"
    return client.post(path, json=body, headers={**headers, "If-Match": before.headers["ETag"]})


def test_the_whole_way_from_draft_to_public(
    client: FlaskClient, registry: Registry, as_editor: Headers, as_reviewer: Headers
) -> None:
    draft = create(client, registry, as_editor)
    assert (draft.status_code, draft.get_json()["state"], draft.headers["ETag"]) == (201, "draft", '"1"')
    submitted = step(client, as_editor, draft, "submit")
    assert (submitted.get_json()["state"], submitted.headers["ETag"]) == ("submitted", '"2"')
    approved = step(client, as_reviewer, submitted, "approve", {"checks": list(REVIEW_CHECKS)})
    assert (approved.status_code, approved.get_json()["state"]) == (200, "published")
    assert client.get(f"/api/v1/publications/{draft.get_json()['id']}").get_json()["state"] == "published"


def test_nobody_approves_what_they_wrote(client: FlaskClient, registry: Registry) -> None:
    both = factories.create_token(registry, factories.create_user(registry, "both", roles=["editor", "reviewer"]))
    submitted = step(client, both, create(client, registry, both), "submit")
    answer = step(client, both, submitted, "approve", {"checks": list(REVIEW_CHECKS)})
    assert_problem(answer, 403, "two_persons")
    assert_problem(step(client, both, submitted, "return", {"reasons": [{"text": "x"}]}), 403, "two_persons")


def test_a_change_must_name_a_version(
    client: FlaskClient, registry: Registry, editor: Actor, as_editor: Headers
) -> None:
    publication_id = factories.create_publication(registry, editor)
    path = f"/api/v1/publications/{publication_id}"
    assert_problem(client.put(path, json=values(registry), headers=as_editor), 428, "precondition_required")
    assert_problem(client.post(f"{path}/submit", headers=as_editor), 428, "precondition_required")


def test_a_version_must_be_one_of_ours(
    client: FlaskClient, registry: Registry, editor: Actor, as_editor: Headers
) -> None:
    path = f"/api/v1/publications/{factories.create_publication(registry, editor)}"
    for tag in ["*", "1", '"one"', 'W/"1"', '"1", "2"', '"-1"', '"99999999999"', "\xff"]:
        answer = client.put(path, json=values(registry), headers={**as_editor, "If-Match": tag})
        assert_problem(answer, 412, "version_unreadable")


def test_a_version_passed_by_is_refused_and_nothing_is_lost(
    client: FlaskClient, registry: Registry, as_editor: Headers
) -> None:
    draft = create(client, registry, as_editor)
    path, tag = f"/api/v1/publications/{draft.get_json()['id']}", {**as_editor, "If-Match": draft.headers["ETag"]}
    first = client.put(path, json=values(registry, title="先到的标题"), headers=tag)
    second = client.put(path, json=values(registry, title="后到的标题"), headers=tag)
    assert first.status_code == 200
    assert_problem(second, 412, "version_passed")
    assert client.get(path, headers=as_editor).get_json()["title"] == "先到的标题"


def test_what_is_public_stays_visible_while_a_correction_is_written(
    client: FlaskClient, registry: Registry, editor: Actor, reviewer: Actor, as_editor: Headers
) -> None:
    publication_id = factories.publish(registry, editor, reviewer)
    path = f"/api/v1/publications/{publication_id}"
    tag = client.get(path).headers["ETag"]
    corrected = client.put(path, json=values(registry, title="更正后的标题"), headers={**as_editor, "If-Match": tag})
    assert (corrected.status_code, corrected.get_json()["revision"], corrected.get_json()["state"]) == (200, 2, "draft")
    assert client.get(path).get_json()["title"] == "楚雄市2026年一般公共预算收支表"
    assert client.get(f"{path}/revisions").get_json()["total"] == 1
    assert client.get(f"{path}/revisions", headers=as_editor).get_json()["total"] == 2


def test_submitting_names_everything_still_missing(client: FlaskClient, registry: Registry, as_editor: Headers) -> None:
    draft = create(client, registry, as_editor, elements=[], channels=[])
    body = assert_problem(step(client, as_editor, draft, "submit"), 422, "no_elements", "no_channels")
    assert [error["field"] for error in body["errors"]] == ["elements", "channels"]


def test_a_step_that_does_not_follow_is_a_conflict_in_words(
    client: FlaskClient, registry: Registry, as_editor: Headers, as_reviewer: Headers
) -> None:
    draft = create(client, registry, as_editor)
    answer = step(client, as_reviewer, draft, "approve", {"checks": list(REVIEW_CHECKS)})
    assert "草稿" in assert_problem(answer, 409, "wrong_state")["detail"]


def test_approving_needs_every_point_of_the_check(
    client: FlaskClient, registry: Registry, as_editor: Headers, as_reviewer: Headers
) -> None:
    submitted = step(client, as_editor, create(client, registry, as_editor), "submit")
    answer = step(client, as_reviewer, submitted, "approve", {"checks": list(REVIEW_CHECKS[1:])})
    assert_problem(answer, 422, "check_missing")


def test_reasons_of_a_return_reach_staff(
    client: FlaskClient, registry: Registry, as_editor: Headers, as_reviewer: Headers
) -> None:
    submitted = step(client, as_editor, create(client, registry, as_editor), "submit")
    reasons = [{"field": "title", "text": "标题不完整"}, {"field": "", "text": "请核对全文"}]
    returned = step(client, as_reviewer, submitted, "return", {"reasons": reasons})
    assert returned.get_json()["state"] == "returned"
    path = f"/api/v1/publications/{submitted.get_json()['id']}"
    assert client.get(path, headers=as_editor).get_json()["return_reasons"] == reasons


BAD_VALUES: list[tuple[dict[str, Any], str, str]] = [
    ({"title": ""}, "title", "required"),
    ({"title": 5}, "title", "not_text"),
    ({"title": None}, "title", "required"),
    ({"title": "长" * 201}, "title", "too_long"),
    ({"title": "\x00\x01"}, "title", "required"),
    ({"formed_on": "昨天"}, "formed_on", "not_date"),
    ({"formed_on": "1066-10-14"}, "formed_on", "date_out_of_range"),
    ({"formed_on": None}, "formed_on", "required"),
    ({"elements": "all"}, "elements", "not_list"),
    ({"elements": ["all"]}, "elements.0", "not_a_choice"),
    ({"elements": [str(UUID(int=1))]}, "elements", "element_unknown"),
    ({"elements": [str(UUID(int=1))] * 2}, "elements", "repeated"),
    ({"channels": {}}, "channels", "not_list"),
    ({"channels": [5]}, "channels.0", "not_record"),
    ({"channels": [{"channel": "smoke_signals"}]}, "channels.0.channel", "not_a_choice"),
    ({"channels": [{"channel": "gov\x00"}]}, "channels.0.channel", "not_a_choice"),
    ({"channels": [{"channel": "gazette", "address": "javascript:alert(1)"}]}, "channels.0.address", "not_web_address"),
    ({"channels": [{"channel": "gazette", "colour": "red"}]}, "channels.0.colour", "unknown_field"),
    ({"author_id": str(UUID(int=1))}, "author_id", "unknown_field"),
    ({"state": "published"}, "state", "unknown_field"),
]


def test_bad_values_are_named_field_by_field(client: FlaskClient, registry: Registry, as_editor: Headers) -> None:
    with registry.database.read() as session:
        occasion_id = factories.find_occasion(session).id
    good = values(registry)
    for change, field, code in BAD_VALUES:
        answer = client.post(f"/api/v1/occasions/{occasion_id}/publications", json=good | change, headers=as_editor)
        assert assert_problem(answer, 422, code)["errors"][0]["field"] == field


def test_blank_optional_texts_are_nothing(client: FlaskClient, registry: Registry, as_editor: Headers) -> None:
    draft = create(client, registry, as_editor, doc_no="", summary="  ")
    assert draft.status_code == 201
    assert (draft.get_json()["doc_no"], draft.get_json()["summary"]) == (None, None)


def test_another_unit_s_occasion_may_be_known_but_not_answered(
    client: FlaskClient, registry: Registry, as_stranger: Headers
) -> None:
    assert_problem(create(client, registry, as_stranger), 403, "forbidden")


def test_another_unit_s_draft_is_unknown(
    client: FlaskClient, registry: Registry, editor: Actor, as_stranger: Headers
) -> None:
    path = f"/api/v1/publications/{factories.create_publication(registry, editor)}"
    for answer in (
        client.put(path, json=values(registry), headers={**as_stranger, "If-Match": '"1"'}),
        client.post(f"{path}/submit", headers={**as_stranger, "If-Match": '"1"'}),
        client.post(f"{path}/withdraw", json={"reason": "x"}, headers={**as_stranger, "If-Match": '"1"'}),
    ):
        assert_problem(answer, 404, "not_found")


def test_a_reviewer_does_not_write(client: FlaskClient, registry: Registry, as_reviewer: Headers) -> None:
    assert_problem(create(client, registry, as_reviewer), 403, "forbidden")


def duty_id(registry: Registry) -> UUID:
    with registry.database.read() as session:
        return factories.find_occasion(session).duty_id


EVENT = {"event": "市人大批准", "event_on": "2026-02-12", "period": "2026"}


def test_a_recorded_event_moves_the_due_date(client: FlaskClient, registry: Registry, as_editor: Headers) -> None:
    answer = client.post(f"/api/v1/duties/{duty_id(registry)}/events", json=EVENT, headers=as_editor)
    assert answer.status_code == 201
    found = answer.get_json()
    assert (found["counted_from"], found["due_on"], found["assumed"]) == ("2026-02-12", "2026-03-04", False)


BAD_EVENTS: list[tuple[dict[str, str], str, str]] = [
    ({"event": " "}, "event", "required"),
    ({"event_on": "2026-03-03"}, "event_on", "event_in_future"),
    ({"event_on": "1999-01-01"}, "event_on", "event_before_duty"),
    ({"period": "spring"}, "period", "period_form"),
    ({"period": ""}, "period", "required"),
    ({"event": "x" * 121}, "event", "too_long"),
]


def test_bad_events_are_named_field_by_field(client: FlaskClient, registry: Registry, as_editor: Headers) -> None:
    for change, field, code in BAD_EVENTS:
        answer = client.post(f"/api/v1/duties/{duty_id(registry)}/events", json=EVENT | change, headers=as_editor)
        assert assert_problem(answer, 422, code)["errors"][0]["field"] == field


def test_events_are_recorded_by_the_unit_that_owes(
    client: FlaskClient, registry: Registry, as_stranger: Headers
) -> None:
    answer = client.post(f"/api/v1/duties/{duty_id(registry)}/events", json=EVENT, headers=as_stranger)
    assert_problem(answer, 403, "forbidden")


def test_a_new_draft_s_answer_names_what_it_may_repeat(
    client: FlaskClient, registry: Registry, editor: Actor, as_editor: dict[str, str]
) -> None:
    first = factories.create_publication(registry, editor)
    with registry.database.read() as session:
        occasion = factories.find_occasion(session)
    body = {"title": "另一标题", "formed_on": "2026-02-12", "published_on": "2026-03-02"}

    answer = client.post(f"/api/v1/occasions/{occasion.id}/publications", json=body, headers=as_editor)

    assert answer.status_code == 201
    found = [(one["id"], one["likenesses"]) for one in answer.get_json()["duplicates"]]
    assert found == [(str(first), ["occasion"])]
