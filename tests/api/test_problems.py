"""Whatever is refused, is refused in one shape."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from registry.api import codes, problems
from registry.bootstrap import Registry
from registry.errors import RegistryError, Unavailable
from tests import factories
from tests.api.conftest import Headers
from tests.api.problems import assert_problem

pytestmark = pytest.mark.one_database

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "api.md"
NOBODY = str(UUID(int=0))
TOKEN = {"Authorization": "Bearer cxr_nobody"}
KNOWN = {
    "duty_id": NOBODY,
    "occasion_id": NOBODY,
    "publication_id": NOBODY,
    "ruling_id": NOBODY,
    "attachment_id": NOBODY,
    "code": "X",
    "area": "x",
}


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """(method, address) of every operation."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api_") and rule.endpoint != "api_docs.show":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, address(rule)


def address(rule: Rule) -> str:
    built = rule.build({name: KNOWN[name] for name in rule.arguments})
    assert built is not None
    return str(built[1])


def test_every_operation_refuses_a_token_nobody_has(app: Flask, client: FlaskClient) -> None:
    tried = [(method, path) for method, path in routes(app)]
    assert len(tried) >= 27
    for method, path in tried:
        answer = client.open(path, method=method, headers=TOKEN)
        assert_problem(answer, 401, "token_wrong")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_unreadable_authorization_is_refused(client: FlaskClient) -> None:
    for header in ["", "Bearer", "Bearer ", "Basic YTpi", "cxr_x", "Bearer a b", "Bearer \xff"]:
        assert_problem(client.get("/api/v1/areas", headers={"Authorization": header}), 401, "token_wrong")


def test_every_change_needs_a_token(app: Flask, client: FlaskClient) -> None:
    body = {
        "title": "x",
        "formed_on": "2026-02-12",
        "published_on": "2026-03-01",
        "checks": [],
        "reasons": [],
        "reason": "x",
        "event": "x",
        "event_on": "2026-02-12",
    }
    for method, path in routes(app):
        if method != "GET":
            answer = client.open(path, method=method, json=body)
            assert answer.status_code in (401, 422)
            assert_problem(answer, answer.status_code)
    for step in ("submit", "approve", "return", "withdraw"):
        own = {"approve": {"checks": []}, "return": {"reasons": []}, "withdraw": {"reason": "x"}}.get(step)
        answer = client.post(f"/api/v1/publications/{NOBODY}/{step}", json=own)
        assert_problem(answer, 401, "unauthenticated")


def test_every_body_of_another_media_type_is_refused(app: Flask, client: FlaskClient, as_editor: Headers) -> None:
    for method, path in routes(app):
        if method != "GET":
            answer = client.open(path, method=method, data="title=x", content_type="text/plain", headers=as_editor)
            assert_problem(answer, 415, "media_type_wrong")


def test_who_asks_for_a_change_is_asked_for_a_token_before_the_body_is_read(app: Flask, client: FlaskClient) -> None:
    for method, path in routes(app):
        if method != "GET":
            answer = client.open(path, method=method, data="{", content_type="text/plain")
            assert_problem(answer, 401, "unauthenticated")


def test_every_list_refuses_a_filter_it_does_not_know(app: Flask, client: FlaskClient) -> None:
    refused = [
        path
        for method, path in routes(app)
        if client.open(path, query_string={"colour": "red"}, method=method).status_code == 422
    ]
    lists = {
        "/api/v1/items",
        "/api/v1/units",
        "/api/v1/duties",
        "/api/v1/publications",
        "/api/v1/coverage",
        "/api/v1/search",
    }
    assert lists <= set(refused)
    for path in lists:
        assert_problem(client.get(path, query_string={"colour": "red"}), 422, "unknown_field")


def test_every_thing_nobody_has_is_not_found(app: Flask, client: FlaskClient, as_editor: dict[str, str]) -> None:
    for method, path in routes(app):
        if method == "GET" and (path.endswith(("/X", "/x")) or NOBODY in path):
            assert_problem(client.get(path, headers=as_editor), 404, "not_found")


UNKNOWN = [
    "/api/v1/nothing",
    "/api/v2/areas",
    "/api/nothing",
    "/api/v1/",
    "/api/v1/items/%00",
    "/api/v1/items/预算",
    "/api/v1/publications/1",
]


def test_an_unknown_address_is_a_problem_too(client: FlaskClient) -> None:
    for path in UNKNOWN:
        assert_problem(client.get(path), 404, "address_unknown")


def test_addresses_outside_the_api_keep_their_pages(client: FlaskClient) -> None:
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_another_method_is_told_which_are_allowed(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/areas")
    assert_problem(answer, 405, "method_not_allowed")
    assert {"GET", "HEAD", "OPTIONS"} == set(answer.headers["Allow"].split(", "))


UNREADABLE = [
    b"{",
    b"\xff\xfe",
    b'{"title": NaN, }',
    b'{"title": "\\ud800"}',
    b"[" * 100_000,
    b'{"a": ' + b"1" * 5000 + b"}",
]


def test_an_unreadable_body_is_a_bad_request(client: FlaskClient, as_editor: Headers) -> None:
    for body in UNREADABLE:
        answer = client.put(
            f"/api/v1/publications/{NOBODY}", data=body, content_type="application/json", headers=as_editor
        )
        assert_problem(answer, 400, "json_unreadable")


def test_a_body_that_is_no_record_is_invalid(client: FlaskClient, as_editor: Headers) -> None:
    for body in ["null", "[]", "1", '"x"', "true"]:
        answer = client.put(
            f"/api/v1/publications/{NOBODY}", data=body, content_type="application/json", headers=as_editor
        )
        assert_problem(answer, 422, "not_record")


def test_a_body_too_large_is_refused(app: Flask, client: FlaskClient, as_editor: Headers) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    answer = client.put(f"/api/v1/publications/{NOBODY}", json={"title": "x" * 200}, headers=as_editor)
    assert_problem(answer, 413, "body_too_large")


BAD_FILTERS = [
    ("size=0", "size", "out_of_range"),
    ("size=201", "size", "out_of_range"),
    ("size=many", "size", "not_number"),
    ("page=0", "page", "out_of_range"),
    ("page=-1", "page", "out_of_range"),
    ("page=99999999999999999999", "page", "out_of_range"),
    ("page=1.5", "page", "not_number"),
    ("page=", "page", "not_number"),
    ("as_of=2026-02-30", "as_of", "not_date"),
    ("as_of=", "as_of", "not_date"),
    ("as_of=0001-01-01", "as_of", "date_out_of_range"),
    ("as_of=2026-03-03", "as_of", "as_of_in_future"),
    ("as_of=9999-12-31", "as_of", "as_of_in_future"),
    ("unit=CX-999", "unit", "not_a_choice"),
    ("area=fishing", "area", "not_a_choice"),
    ("item=URP-99-99", "item", "not_a_choice"),
    ("state=late", "state.0", "not_a_choice"),
    (f"unit={'x' * 81}", "unit", "too_long"),
]


def test_a_bad_filter_names_its_field(client: FlaskClient) -> None:
    for query, field, code in BAD_FILTERS:
        body = assert_problem(client.get(f"/api/v1/duties?{query}"), 422, code)
        assert body["errors"][0]["field"] == field, query


def test_a_blank_filter_filters_nothing(client: FlaskClient) -> None:
    for query in ("unit=", "unit=%00", "area=%20"):
        assert client.get(f"/api/v1/items?{query}").get_json()["total"] == 95


def test_staff_may_ask_for_a_day_to_come(client: FlaskClient, as_editor: dict[str, str]) -> None:
    assert client.get("/api/v1/duties?as_of=2026-03-03", headers=as_editor).status_code == 200
    assert_problem(client.get("/api/v1/duties?as_of=9999-12-31", headers=as_editor), 422, "date_out_of_range")


def test_a_search_engine_that_is_down_is_unavailable(
    client: FlaskClient, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_request: object) -> None:
        raise Unavailable

    monkeypatch.setattr(registry.backend, "search", down)
    assert_problem(client.get("/api/v1/search?q=x"), 503, "unavailable")


def test_a_fault_of_ours_says_no_more_than_that(
    client: FlaskClient, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_request: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(registry.backend, "search", broken)
    answer = client.get("/api/v1/search?q=x")
    assert_problem(answer, 500, "internal_error")
    assert "secret" not in answer.get_data(as_text=True)


def test_too_many_requests_are_told_when_to_come_again(registry: Registry) -> None:
    from registry.app import create_app

    few = create_app(Registry(registry.settings.model_copy(update={"request_limit": "2/hour"}), *_parts(registry)))
    client = few.test_client()
    answers = [client.get("/api/v1/areas") for _ in range(3)]
    assert_problem(answers[-1], 429, "too_many_requests")
    assert int(answers[-1].headers["Retry-After"]) > 0


def _parts(registry: Registry) -> tuple[object, ...]:
    return registry.database, registry.rulebook, registry.backend, registry.sync, registry.objects, registry.fetch


def test_every_class_of_error_has_a_status() -> None:
    assert {problems.status_of(_made(kind)) for kind in problems.STATUS} == {
        400,
        401,
        403,
        404,
        409,
        412,
        422,
        428,
        503,
    }


def _made(kind: type[RegistryError]) -> RegistryError:
    return kind([]) if kind.__name__ == "Invalid" else kind()  # type: ignore[arg-type]


def test_a_cookie_lets_nobody_in(client: FlaskClient, page: object, sign_in: object, registry: Registry) -> None:
    factories.create_user(registry, "editor")
    sign_in("editor")  # type: ignore[operator]
    assert_problem(client.get("/api/v1/publications/pending"), 401, "unauthenticated")


def test_every_code_of_the_api_is_in_the_documentation() -> None:
    refusals, faults = DOCUMENTATION.read_text(encoding="utf-8").split("## Refusals")[1].split("| codes of fields")
    first_table = refusals.split("| status | codes |")[1]
    assert {code for code in _quoted(first_table) if code.islower()} == set(codes.REFUSALS)
    assert set(_quoted(faults)) == set(codes.FAULTS)


def _quoted(text: str) -> list[str]:
    return re.findall(r"`([A-Za-z_-]+)`", text)


def test_every_code_the_door_itself_gives_is_promised() -> None:
    own = {kind.code for kind in problems.STATUS} | set(problems.CODE_OF_STATUS.values())
    assert own <= set(codes.REFUSALS)
    assert {code for _, _, code in BAD_FILTERS} <= set(codes.FAULTS)


def test_a_token_works_only_in_the_staff_s_networks(registry: Registry) -> None:
    from registry.app import create_app

    headers = factories.create_token(registry, factories.create_user(registry))
    inner = Registry(registry.settings.model_copy(update={"staff_networks": "10.0.0.0/8"}), *_parts(registry))
    client = create_app(inner).test_client()
    assert_problem(client.get("/api/v1/areas", headers=headers), 403, "outside_staff_networks")
    assert client.get("/api/v1/areas", headers=headers, environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 200
    assert client.get("/api/v1/areas").status_code == 200
