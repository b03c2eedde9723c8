"""The assessment for programs: the numbers of the pages, for whom they are."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from registry.bootstrap import Registry
from tests.factories import create_token, create_user


def read(client: FlaskClient, address: str, headers: dict[str, str], status: int = 200) -> Any:
    answer = client.get(f"/api/v1{address}", headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_scores_are_for_those_who_see_all_and_for_units_their_own(registry: Registry, client: FlaskClient) -> None:
    leader = create_token(registry, create_user(registry, "leader", roles=["leader"], unit=None))
    editor = create_token(registry, create_user(registry, "editor"))

    every = read(client, "/assessment?as_of=2026-06-30", leader)
    unit = read(client, "/assessment/units/CX-101?as_of=2026-06-30", editor)
    (row,) = (one for one in every["units"] if one["unit"] == "CX-101")
    assert {name: unit[name] for name in row} == row
    assert every["rules"] == unit["rules"]
    assert every["rules"]["from"] == "2018-01-01"
    assert unit["score"] == 100 - sum(one["points"] for one in unit["findings"])
    assert [one["score"] for one in unit["plan"]] == sorted(one["score"] for one in unit["plan"])
    assert sum(one["count"] for one in unit["vetoes"]) == sum(one["veto"] for one in unit["findings"])

    read(client, "/assessment", editor, status=403)
    read(client, "/assessment/units/CX-102", editor, status=403)
    read(client, "/assessment/units/NO-SUCH", leader, status=404)
    read(client, "/assessment", {}, status=401)
