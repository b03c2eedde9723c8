"""Computing every due date anew after a calendar, a rule, a text or a customary day has changed, and saying what moves and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, require
from registry.audit.service import Action, record
from registry.database import Work
from registry.deadlines.clauses import Clause, leading_clause
from registry.deadlines.rules import Due, due_dates
from registry.duties.closing import closed_on, closed_periods
from registry.duties.queries import schedule_of
from registry.duties.rules import Counting, Schedule, period_owed, start_in
from registry.duties.service import basis_record, set_due
from registry.duties.tables import Duty, Occasion, OccasionKind
from registry.items.tables import Item
from registry.units.tables import Unit


class Cause(StrEnum):
    """What changed since a due date was computed last."""

    CLAUSE = "clause"
    START = "start"
    RULE = "rule"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class Move:
    """A due date that is not what it was; `held_by` names the closed period that keeps it where it is."""

    occasion_id: UUID
    unit_code: str
    item_code: str
    period: str
    event: str
    before: date | None
    after: date | None
    causes: tuple[Cause, ...]
    held_by: str | None = None


@dataclass
class Recomputation:
    """`restated` counts dates that stay but are now led to by another rule or calendar version."""

    looked_at: int = 0
    restated: int = 0
    moved: list[Move] = field(default_factory=list)
    held: list[Move] = field(default_factory=list)


@dataclass(frozen=True)
class _Case:
    """An occasion with what its due date follows from."""

    occasion: Occasion
    unit_code: str
    item: Item
    clause: Clause | None
    start: date
    calendar: str


@dataclass(frozen=True)
class _Difference:
    """An occasion whose due date, or what led to it, is not what today's rules give; `held_by` names a closed period that keeps it."""

    case: _Case
    due: Due | None
    basis: Mapping[str, Any]
    held_by: str | None

    @property
    def due_on(self) -> date | None:
        return self.due.due_on if self.due else None

    @property
    def moves(self) -> bool:
        return self.case.occasion.due_on != self.due_on


def recompute_occasions(work: Work, counting: Counting) -> Recomputation:
    """Bring every due date to what the rules of today give, in one transaction; occasions of closed periods stay.

    Dates are computed for all occasions of a clause at once. Each move is an entry of the log; repeating it does nothing.
    """
    require(work.actor, Permission.RECOMPUTE)
    cases = list(_cases(work.session, counting))
    result = Recomputation(looked_at=len(cases))
    for one in _differences(work.session, cases, counting):
        if one.moves:
            (result.held if one.held_by else result.moved).append(_move(one))
        elif not one.held_by:
            result.restated += 1
        if not one.held_by:
            _apply(work, one)
    if result.restated:
        record(work, Action.OCCASION_RECOMPUTE, "occasions", work.today.isoformat(), {"restated": (0, result.restated)})
    return result


def count_moves(session: Session, counting: Counting) -> int:
    """How many due dates recomputing would move."""
    found = _differences(session, list(_cases(session, counting)), counting)
    return sum(one.moves and not one.held_by for one in found)


def _differences(session: Session, cases: Sequence[_Case], counting: Counting) -> Iterator[_Difference]:
    dues, closed = _dues(cases, counting), closed_periods(session)
    for case in cases:
        due = dues[case.calendar][case.clause, case.start] if case.clause else None
        occasion, due_on, basis = case.occasion, due.due_on if due else None, basis_record(due)
        if (occasion.due_on, occasion.counted_from, occasion.basis) != (due_on, case.start, basis):
            yield _Difference(case, due, basis, closed_on(closed, occasion.due_on, due_on))


def _apply(work: Work, one: _Difference) -> None:
    """Give the occasion its due date of today; a move is told to the log and to the index."""
    case, occasion = one.case, one.case.occasion
    if one.moves:
        causes = " ".join(_causes(occasion, case, one.basis))
        changes: dict[str, tuple[Any, Any]] = {"due_on": (occasion.due_on, one.due_on), "cause": (None, causes)}
        record(work, Action.OCCASION_RECOMPUTE, "occasion", occasion.id, changes)
        work.touch("item", case.item.id)
    occasion.counted_from = case.start
    set_due(occasion, one.due)
    work.session.add(occasion)


def _move(one: _Difference) -> Move:
    case, occasion = one.case, one.case.occasion
    return Move(
        occasion_id=occasion.id,
        unit_code=case.unit_code,
        item_code=case.item.code,
        period=occasion.period,
        event=occasion.event,
        before=occasion.due_on,
        after=one.due_on,
        causes=_causes(occasion, case, one.basis),
        held_by=one.held_by,
    )


def _cases(session: Session, counting: Counting) -> Iterator[_Case]:
    rows = select(Occasion, Duty.unit_code, Item, Unit.calendar).where(
        Occasion.duty_id == Duty.id, Duty.item_id == Item.id, Duty.unit_code == Unit.code
    )
    read: dict[UUID, tuple[Schedule, Clause | None]] = {}
    ordered = rows.order_by(col(Item.code), col(Duty.unit_code), col(Occasion.arises_on), col(Occasion.id))
    for occasion, unit_code, item, own in session.exec(ordered):
        if item.id not in read:
            schedule = schedule_of(item)
            read[item.id] = schedule, leading_clause(schedule.clauses)
        schedule, clause = read[item.id]
        start = _start(occasion, schedule, clause)
        yield _Case(occasion, unit_code, item, clause, start, own or counting.usual)


def _start(occasion: Occasion, schedule: Schedule, clause: Clause | None) -> date:
    """Recorded events and first disclosures keep their day; a period nobody recorded an event for takes the customary one of today."""
    if clause is None or occasion.kind is not OccasionKind.PERIOD or occasion.event:
        return occasion.counted_from
    period = period_owed(schedule, occasion.period)
    return start_in(schedule, clause, period)[0] if period else occasion.counted_from


def _dues(cases: Iterable[_Case], counting: Counting) -> Mapping[str, Mapping[tuple[Clause, date], Due | None]]:
    """Calendar → (clause, start) → due date; units that share all three share it."""
    asked: dict[str, dict[tuple[Clause, date], None]] = {name: {} for name in counting.calendars}
    for case in cases:
        if case.clause:
            asked[case.calendar][case.clause, case.start] = None
    return {name: due_dates(pairs, counting.calendars[name], counting.rules) for name, pairs in asked.items()}


def _causes(occasion: Occasion, case: _Case, basis: Mapping[str, Any]) -> tuple[Cause, ...]:
    """Where what led to the date differs from what leads to it now; if nothing does, days of the calendar were corrected."""
    before = occasion.basis
    found = [
        (Cause.CLAUSE, before.get("clause") != basis.get("clause")),
        (Cause.START, occasion.counted_from != case.start),
        (Cause.RULE, (before.get("rules"), before.get("fallback")) != (basis.get("rules"), basis.get("fallback"))),
        (Cause.CALENDAR, _calendar(before) != _calendar(basis)),
    ]
    return tuple(cause for cause, differs in found if differs) or (Cause.CALENDAR,)


def _calendar(basis: Mapping[str, Any]) -> tuple[Any, Any]:
    return basis.get("calendar"), basis.get("calendar_version")
