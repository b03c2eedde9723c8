"""`registry duties recompute` and `registry close`: their shapes, and refusals in Chinese."""

import json
from collections.abc import Callable

from click.testing import Result

Run = Callable[..., Result]


def test_recomputing_tells_its_counts(run: Run) -> None:
    found = json.loads(run("duties", "recompute", "--dry-run", "--json").stdout)

    assert set(found) == {"looked_at", "restated", "moved", "held"}
    assert found["moved"] == []
    assert found["looked_at"] > 1000


def test_a_period_is_closed_once(run: Run) -> None:
    closed = json.loads(run("close", "2026-01", "--json").stdout)

    assert (closed["first_on"], closed["last_on"]) == ("2026-01-01", "2026-01-31")
    assert "已经关账" in run("close", "2026-01", exit_code=1).stderr
    assert "2026-12" in run("close", "2026-12", exit_code=1).stderr
