"""How a last day was counted, day by day, in weeks as a calendar shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from registry import wording
from registry.bootstrap import Registry
from registry.coverage.queries import OccasionRow, kept_due
from registry.deadlines.rules import Due, steps
from registry.deadlines.workdays import Workdays
from registry.duties.records import basis_records
from registry.items.tables import Item

LONGEST_SHOWN = timedelta(days=120)


@dataclass(frozen=True)
class ProofDay:
    """`number` counts the days counted so far; `why` says why a day was not."""

    date: date
    counted: bool
    number: int
    why: str


@dataclass(frozen=True)
class Proof:
    """`weeks` run from Monday to Sunday with None outside the count; empty when the count is too long to show. `basis` has the articles."""

    counted_from: date
    due_on: date
    count: int | None
    unit: str
    backwards: bool
    by_fallback: bool
    moved_from: date | None
    basis: Sequence[dict[str, Any]]
    calendar: str
    calendar_version: str
    provisional: bool
    weeks: Sequence[Sequence[ProofDay | None]]


def proof_of(registry: Registry, item: Item, row: OccasionRow) -> Proof | None:
    """The count behind a due date; None when there is none or today's rules would give another date."""
    due = kept_due(item, row, registry.counting)
    if due is None:
        return None
    calendar = registry.counting.calendar_of(row.calendar)
    term = due.term
    names = {one.code: one.name for one in registry.rulebook.deadlines.units}
    return Proof(
        counted_from=due.counted_from,
        due_on=due.due_on,
        count=term.count if term else None,
        unit=names[term.unit.value] if term else "",
        backwards=bool(term and term.backwards),
        by_fallback=due.fallback is not None,
        moved_from=due.moved_from,
        basis=basis_records(due, registry.rulebook),
        calendar=registry.rulebook.calendars[due.calendar].title if due.by_calendar else "",
        calendar_version=due.calendar_version,
        provisional=due.provisional,
        weeks=_weeks(due, calendar) if term and due.due_on - due.counted_from <= LONGEST_SHOWN else [],
    )


def _weeks(due: Due, calendar: Workdays) -> list[list[ProofDay | None]]:
    kinds = wording.labels("day_kind")
    days: list[ProofDay | None] = []
    number = 0
    found = steps(due, calendar)
    for step in found:
        number += step.counted
        days.append(ProofDay(step.date, step.counted, number, kinds.get(step.why, step.why)))
    before: list[ProofDay | None] = [None] * (found[0].date.weekday() if found else 0)
    days = before + days
    days.extend([None] * (-len(days) % 7))
    return [days[start : start + 7] for start in range(0, len(days), 7)]
