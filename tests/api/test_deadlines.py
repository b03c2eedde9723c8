"""Deadlines through the API: a text read and counted, and the proof behind a duty's due dates."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from registry.bootstrap import Registry
from tests import factories
from tests.api.problems import assert_problem

pytestmark = pytest.mark.one_database


def ask(client: FlaskClient, **query: str) -> Any:
    return client.get("/api/v1/deadline", query_string=query)


def test_a_text_is_read_counted_and_proved(client: FlaskClient) -> None:
    """20 working days from 10 April 2017 in Chuxiong, whose founding day is off from 17 to 19 April."""
    found = ask(client, text="信息形成或者变更之日起20个工作日内", **{"from": "2017-04-10"}).get_json()

    assert (found["due_on"], found["needs_rule"]) == ("2017-05-12", False)
    assert {"date": "2017-04-17", "counted": False, "why": "自治州成立纪念日"} in found["steps"]
    assert "第十八条" in [one["article"] for one in found["basis"]]


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({}, "text", "required"),
        ({"text": "公" * 10_001}, "text", "too_long"),
        ({"text": "及时公开", "from": "2026-02-30"}, "from", "not_date"),
        ({"text": "及时公开", "from": "1900-01-01"}, "from", "date_out_of_range"),
        ({"text": "及时公开", "from": "2045-12-30"}, "from", "date_out_of_range"),
        ({"text": "及时公开", "calendar": "mars"}, "calendar", "not_a_choice"),
        ({"text": "及时公开", "county": "x"}, "county", "unknown_field"),
    ],
)
def test_bad_questions_are_named(client: FlaskClient, query: dict[str, str], field: str, code: str) -> None:
    assert assert_problem(ask(client, **query), 422, code)["errors"][0]["field"] == field


@pytest.mark.parametrize("text", ["", "x" * 10_000, "信息\x00形成", "-3日内", "*个工作日"])
def test_what_cannot_be_read_needs_a_rule(client: FlaskClient, text: str) -> None:
    found = ask(client, text=text).get_json()

    assert (found["needs_rule"], found["due_on"]) == (True, None)
    assert found["warnings"]


def test_a_duty_proves_each_of_its_due_dates(client: FlaskClient, registry: Registry) -> None:
    with registry.database.read() as session:
        duty_id = factories.find_occasion(session).duty_id
    found = client.get(f"/api/v1/duties/{duty_id}").get_json()
    (occasion,) = found["occasions"]
    proof = occasion["proof"]

    assert (found["unit"], found["item"]) == (factories.UNIT, factories.ITEM)
    assert (proof["counted_from"], proof["count"], proof["unit"], proof["due_on"]) == (
        "2026-03-31",
        20,
        "day",
        "2026-04-20",
    )
    assert len(proof["steps"]) == (date(2026, 4, 20) - date(2026, 3, 31)).days
    assert "第十四条" in [one["article"] for one in proof["basis"]]


def test_an_unknown_duty_is_a_problem(client: FlaskClient) -> None:
    assert_problem(client.get("/api/v1/duties/01890a5d-ac96-774b-bcce-b302099a8057"), 404, "not_found")
