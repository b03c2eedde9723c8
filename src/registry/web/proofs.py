"""How a last day was counted, day by day, in weeks as a calendar shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry import wording
from registry.bootstrap import Registry
from registry.coverage.queries import OccasionRow
from registry.deadlines.rules import Due, Fallback, Unit, due_date, leading_clause, steps
from registry.deadlines.workdays import CalendarTooShort
from registry.duties.service import schedule_of
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
    """`weeks` run from Monday to Sunday with None outside the count; empty when the count is too long to show."""

    counted_from: date
    due_on: date
    count: int | None
    unit: str
    fallback: str
    calendar: str
    calendar_version: str
    provisional: bool
    weeks: Sequence[Sequence[ProofDay | None]]


def proof_of(registry: Registry, item: Item, row: OccasionRow) -> Proof | None:
    """The count behind a due date; None when there is none or today's rules would give another date."""
    due = _due(registry, item, row)
    if due is None or due.due_on != row.due_on:
        return None
    unit = due.fallback.unit if due.fallback else due.clause.unit
    in_workdays = unit is Unit.WORKDAY
    names = {one.code: one.name for one in registry.rulebook.deadlines.units}
    return Proof(
        counted_from=due.counted_from,
        due_on=due.due_on,
        count=due.fallback.count if due.fallback else due.clause.count,
        unit=names[unit.value] if unit else "",
        fallback=_fallback_text(registry, due.fallback),
        calendar=registry.rulebook.calendars[due.calendar].title if in_workdays else "",
        calendar_version=due.calendar_version,
        provisional=due.provisional and in_workdays,
        weeks=_weeks(due, registry) if unit and due.due_on - due.counted_from <= LONGEST_SHOWN else [],
    )


def _due(registry: Registry, item: Item, row: OccasionRow) -> Due | None:
    clause = leading_clause(schedule_of(item).clauses)
    if clause is None or row.due_on is None:
        return None
    counting = registry.counting
    try:
        return due_date(clause, row.counted_from, counting.calendar, counting.fallbacks)
    except CalendarTooShort:
        return None


def _fallback_text(registry: Registry, fallback: Fallback | None) -> str:
    if fallback is None:
        return ""
    return wording.label("format", "article").format(
        title=registry.rulebook.regulations[fallback.regulation].title, article=fallback.article
    )


def _weeks(due: Due, registry: Registry) -> list[list[ProofDay | None]]:
    kinds = wording.labels("day_kind")
    days: list[ProofDay | None] = []
    number = 0
    for step in steps(due, registry.calendar):
        number += step.counted
        days.append(ProofDay(step.date, step.counted, number, kinds.get(step.why, step.why)))
    before: list[ProofDay | None] = [None] * (due.counted_from + timedelta(days=1)).weekday()
    days = before + days
    days.extend([None] * (-len(days) % 7))
    return [days[start : start + 7] for start in range(0, len(days), 7)]
