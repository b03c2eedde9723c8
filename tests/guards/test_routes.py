"""routes.toml says who may reach what; this asks every address as everybody."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.accounts.permissions import ROLES, WITHOUT_UNIT, Role
from registry.bootstrap import Registry
from registry.closing.service import close_period
from registry.database import SYSTEM, Actor
from registry.duties.rulings import ask_for_ruling
from registry.rectification.notes import NotedCell, write_note
from tests import factories
from tests.factories import REVIEW_CHECKS
from tests.rectification.lists import issue, tasks_in

TABLE: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("routes.toml").read_text(encoding="utf-8")
)
ROWS = {route: allowed for section in TABLE.values() for route, allowed in section.items()}

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def routes_of(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.rule}"


@dataclass(frozen=True)
class Targets:
    """Real things the addresses lead to; all belong to the unit of the people who ask."""

    values: Mapping[str, str]

    def address(self, rule: str) -> str:
        for name, value in self.values.items():
            rule = rule.replace(f"<{name}>", value)
        assert "<" not in rule, f"no value for {rule}"
        return rule


@pytest.fixture
def targets(registry: Registry) -> Targets:
    somebody = factories.create_user(registry, "somebody", roles=("editor",))
    publication_id = factories.create_publication(registry, somebody)
    attachment = factories.attach(registry, somebody, publication_id, "说明.txt", "附件说明".encode())
    with registry.database.read() as session:
        occasion = factories.find_occasion(session)
    with registry.database.work(somebody) as work:
        ruling = ask_for_ruling(work, occasion.id, BODIES["rulings"]).id
    photograph = factories.create_photograph(registry, publication_id, somebody)
    factories.confirm_annual_report(registry, 2025)
    assessment = factories.create_self_assessment(registry, somebody)
    issuing = factories.create_user(registry, "issuing", roles=("office",), unit=None)
    list_id = issue(registry, issuing)
    with registry.database.work(issuing) as work:
        note = write_note(work, NotedCell(factories.UNIT), {"text": "批注", "promised_on": None}).id
    with registry.database.work(SYSTEM) as work:
        close_period(work, CODES["periods"], registry.freezer)
    values = {
        "code:code": "",
        "code:period": "2026-02",
        "uuid:briefing_id": str(factories.issued_briefing(registry)),
        "code:area": "budgets",
        "api_code:area": "budgets",
        "path:filename": "registry.css",
        "uuid:publication_id": str(publication_id),
        "uuid:attachment_id": str(attachment.id),
        "name": attachment.file_name,
        "uuid:occasion_id": str(occasion.id),
        "uuid:duty_id": str(occasion.duty_id),
        "uuid:ruling_id": str(ruling),
        "uuid:list_id": str(list_id),
        "uuid:task_id": str(next(iter(tasks_in(registry, list_id).values())).id),
        "uuid:note_id": str(note),
        "uuid:digest_id": str(uuid4()),
        "uuid:evidence_id": str(photograph),
        "uuid:assessment_id": str(assessment),
        "code:unit_code": factories.UNIT,
        "code:requirement_code": factories.REQUIREMENT,
        "uuid:user_id": str(somebody.user_id),
        "uuid:token_id": str(uuid4()),
        "short_id": "0" * 12,
        "role": "reviewer",
        "digest": "0" * 64,
        "int:year": "2025",
        "cell": "requests.new.total",
    }
    return Targets(values)


PUBLICATION = {
    "title": "楚雄市2026年预算",
    "formed_on": "2026-02-12",
    "published_on": "2026-03-02",
    "elements": [],
    "channels": [],
}

CODES = {
    "areas": "budgets",
    "items": factories.ITEM,
    "periods": "2026-01",
    "units": factories.UNIT,
    "standards": "m1",
    "management": "M1-2",
    "management-standards": "M1",
    "management-results": "M1-2",
}


# What an address of the API accepts; an empty body would be refused for its shape, whoever asks.
BODIES: Mapping[str, Any] = {
    "events": {"event": "批准", "event_on": "2026-02-12", "period": "2026"},
    "approve": {"checks": list(REVIEW_CHECKS)},
    "return": {"reasons": [{"field": "", "text": "重写"}]},
    "withdraw": {"reason": "有误"},
    "supersede": {"successor": str(UUID(int=1))},
    "rulings": {"kind": "nothing_to_publish", "reason": "本期没有发生"},
    "decide": {"granted": True},
    "publications": PUBLICATION,
    "<uuid:publication_id>": PUBLICATION,
}


def ask(client: FlaskClient, route: str, targets: Targets, headers: Mapping[str, str] | None = None) -> TestResponse:
    """The address with real things in it. Forms are sent empty: only the door is tried."""
    method, _, rule = route.partition(" ")
    more: dict[str, Any] = {}
    if method != "GET" and rule.startswith("/api/"):
        headers = {"If-Match": '"1"', **(headers or {})}
        more = {"json": BODIES.get(rule.rpartition("/")[2])}
        if rule.endswith("/files"):
            rule, more = f"{rule}?name=表.txt", {"data": b"1", "content_type": "application/octet-stream"}
    for name, code in CODES.items():
        rule = rule.replace(f"/{name}/<code:code>", f"/{name}/{code}").replace(
            f"/{name}/<api_code:code>", f"/{name}/{code}"
        )
    rule = rule.replace("<api_code:code>", "budget-law")
    response = client.open(targets.address(rule), method=method, headers=headers, **more)
    response.close()
    return response


# The publication is a draft and its photograph uncleared: nothing is at their public addresses; the first account exists; the file is not
# Bootstrap's.
PUBLIC_BUT_EMPTY = ("<uuid:publication_id>", "<uuid:evidence_id>", "/setup", "/bootstrap/")


def is_turned_away(response: TestResponse) -> bool:
    to_sign_in = response.status_code in (302, 303) and "/sign-in" in response.headers["Location"]
    return response.status_code in (401, 403, 404) or to_sign_in


@ON_SQLITE
def test_every_route_has_its_row_and_every_row_its_route(app: Flask) -> None:
    assert sorted(routes_of(app)) == sorted(ROWS)


def test_the_table_names_permissions_there_are() -> None:
    known = {permission.value for permissions in ROLES.values() for permission in permissions} | {"public", "signed_in"}

    assert {name for allowed in ROWS.values() for name in allowed.split()} <= known


@ON_SQLITE
def test_without_an_account_only_the_public_part_opens(app: Flask, targets: Targets) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    wrong = []
    for route, allowed in ROWS.items():
        response = ask(app.test_client(), route, targets)
        opened = not is_turned_away(response)
        expected = allowed == "public" and not any(part in route for part in PUBLIC_BUT_EMPTY)
        if response.status_code >= 500 or opened != expected:
            wrong.append((route, response.status_code))
    assert wrong == []


@ON_SQLITE
def test_the_api_says_who_are_you_to_the_unknown(app: Flask, targets: Targets) -> None:
    answers = {
        route: ask(app.test_client(), route, targets) for route, allowed in TABLE["api"].items() if allowed != "public"
    }

    assert {route: answer.status_code for route, answer in answers.items()} == dict.fromkeys(answers, 401)
    assert {answer.mimetype for answer in answers.values()} == {"application/problem+json"}


@ON_SQLITE
@pytest.mark.parametrize("role", Role)
def test_each_role_reaches_what_its_permissions_say(
    app: Flask, registry: Registry, targets: Targets, role: Role
) -> None:
    actor = factories.create_user(
        registry, "asking", roles=(role.value,), unit=None if role in WITHOUT_UNIT else factories.UNIT
    )
    app.config["WTF_CSRF_ENABLED"] = False
    client = signed_in(app, actor)
    headers = factories.create_token(registry, actor)
    wrong = []
    for route, allowed in ordered(ROWS):
        response = ask(client, route, targets, headers if route in TABLE["api"] else None)
        granted = {permission.value for permission in ROLES[role]} | {"public", "signed_in"}
        expected = bool(granted & set(allowed.split()))
        if response.status_code >= 500 or (expected and response.status_code in (401, 403)):
            wrong.append((route, response.status_code, "should open"))
        if not expected and not is_turned_away(response):
            wrong.append((route, response.status_code, "should be closed"))
    assert wrong == []


@ON_SQLITE
@pytest.mark.parametrize("role", ["editor", "reviewer"])
def test_another_unit_knows_nothing_of_a_draft(app: Flask, registry: Registry, targets: Targets, role: str) -> None:
    stranger = factories.create_user(registry, "stranger", roles=(role,), unit="CX-102")
    app.config["WTF_CSRF_ENABLED"] = False
    client, headers = signed_in(app, stranger), factories.create_token(registry, stranger)

    for route in ROWS:
        if "publication_id" in route:
            response = ask(client, route, targets, headers if route in TABLE["api"] else None)
            assert response.status_code == 404, f"{response.status_code} at {route}"


def ordered(rows: Mapping[str, str]) -> list[tuple[str, str]]:
    """Ending one's own session comes last."""
    return sorted(rows.items(), key=lambda row: "sign-out" in row[0] or "/end" in row[0])


def signed_in(app: Flask, actor: Actor) -> FlaskClient:
    client = app.test_client()
    response = client.post("/sign-in", data={"username": actor.label, "password": factories.PASSWORD})
    assert response.status_code in (302, 303), response.text[:500]
    return client
