"""Facts made by hand: what a unit owes and has published, for rules that need no database."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from registry.assessment.facts import Facts, Version
from registry.coverage import rules as coverage
from registry.coverage.queries import OccasionRow
from registry.coverage.rules import OccasionState

TODAY = date(2026, 7, 1)


def occasion(number: int, state: OccasionState, **changes: Any) -> OccasionRow:
    """The occasion of item number `number`, due 100 days ago."""
    values: dict[str, Any] = {
        "occasion_id": UUID(int=number),
        "duty_id": UUID(int=number),
        "item_id": UUID(int=number),
        "item_code": f"BUD-{number:02d}",
        "item_titles": ("预算", f"第{number}表"),
        "area_code": "budgets",
        "unit_code": "CX-101",
        "calendar": None,
        "kind": "period",
        "period": "2026",
        "event": "",
        "counted_from": TODAY - timedelta(days=130),
        "due_on": TODAY - timedelta(days=100),
        "assumed": False,
        "provisional": False,
        "limit": TODAY - timedelta(days=100),
        "state": state,
        "publication_id": None,
        "published_on": None,
    }
    values |= changes
    return OccasionRow(**values, facts=coverage.Facts(due_on=values["limit"]))


def version(number: int, **changes: Any) -> Version:
    """A publication for the occasion of that number without any fault, public for 110 days."""
    day = TODAY - timedelta(days=110)
    values: dict[str, Any] = {
        "publication_id": UUID(int=1000 + number),
        "occasion_id": UUID(int=number),
        "unit_code": "CX-101",
        "area_code": "budgets",
        "item_code": f"BUD-{number:02d}",
        "title": f"楚雄市2026年第{number}表",
        "doc_no": None,
        "period": "2026",
        "due_on": TODAY - timedelta(days=100),
        "formed_on": day,
        "claimed_on": day,
        "registered_on": day,
        "shown_from": day,
    }
    return Version(**(values | changes))


def facts(
    occasions: Sequence[OccasionRow] = (), versions: Sequence[Version] = (), *, rhythm: str = "year", on: date = TODAY
) -> Facts:
    """With every item of the occasions recurring in that rhythm."""
    return Facts(on, occasions, versions, {row.item_code: rhythm for row in occasions})
