"""From a clause and an event to a due date with its proof. Pure: the calendar is an argument, numbers come from the data files."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from registry.deadlines.workdays import Workdays, days_from


class ClauseKind(StrEnum):
    WITHIN = "within"
    MIN_NOTICE = "min_notice"
    BEFORE_EVENT = "before_event"
    PERIODIC = "periodic"
    FIXED_DATE = "fixed_date"
    REALTIME = "realtime"
    PROMPT = "prompt"
    PERMANENT = "permanent"
    RESPONSE = "response"
    BARE = "bare"


class Unit(StrEnum):
    """What a count counts."""

    WORKDAY = "workday"
    DAY = "day"
    HOUR = "hour"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Clause:
    """One rule of a deadline text: 信息形成或者变更之日起20个工作日内 is within, trigger 信息形成或者变更, count 20, unit workday."""

    kind: ClauseKind
    trigger: str | None = None
    count: int | None = None
    unit: Unit | None = None
    direction: str | None = None
    period: str | None = None
    on: str | None = None
    applies_to: str | None = None
    override: bool = False
    implied: bool = False
    source: str | None = None

    def as_record(self) -> dict[str, Any]:
        """The shape that data files, tables and the API use; empty fields are left out."""
        return {name: value for name, value in asdict(self).items() if value not in (None, False)}


def clause_from(record: Mapping[str, Any]) -> Clause:
    """The inverse of `Clause.as_record`."""
    values = dict(record)
    values["kind"] = ClauseKind(values["kind"])
    if "unit" in values:
        values["unit"] = Unit(values["unit"])
    return Clause(**values)


@dataclass(frozen=True)
class Fallback:
    """The count that stands in where a text says 及时 or 按月 without a number, with its article and the days it is in force."""

    code: str
    kinds: frozenset[ClauseKind]
    count: int
    unit: Unit
    regulation: str
    edition: str
    article: str
    from_on: date
    to_on: date | None

    def holds_for(self, clause: Clause, event_on: date) -> bool:
        return clause.kind in self.kinds and self.from_on <= event_on and (self.to_on is None or event_on <= self.to_on)


@dataclass(frozen=True)
class Step:
    """One day of a count: whether it was counted, and why (a holiday's name or a code of `day_kind`)."""

    date: date
    counted: bool
    why: str


@dataclass(frozen=True)
class Due:
    """A due date with its proof; `fallback` is set when the text itself gave no number."""

    due_on: date
    clause: Clause
    counted_from: date
    calendar: str
    calendar_version: str
    provisional: bool
    fallback: Fallback | None = None


COUNTABLE = frozenset({ClauseKind.WITHIN, ClauseKind.RESPONSE})


def leading_clause(clauses: Sequence[Clause]) -> Clause | None:
    """The clause that a disclosure is due by when nobody says which subset it belongs to.

    Clauses for a subset (`applies_to`) and clauses added from another source come after those of the text itself; among equals one that
    can be counted comes first.
    """

    def rank(clause: Clause) -> tuple[bool, bool, bool]:
        countable = bool(clause.count and clause.kind in COUNTABLE) or clause.kind is ClauseKind.FIXED_DATE
        return clause.applies_to is not None, clause.source is not None, not countable

    return min(clauses, key=rank, default=None)


def due_date(clause: Clause, event_on: date, calendar: Workdays, fallbacks: Sequence[Fallback]) -> Due | None:
    """Last day on which the information may still be disclosed in time, or None when no rule gives one (待定规则).

    Counting starts on the day after `event_on`. Working days are counted by `calendar`; 日 are calendar days (预算法 第十四条 says 二十日
    and names no working days). A clause without a number uses the fall-back in force on `event_on` (条例 2007 第十八条, 2019 第二十六条).
    A period nobody fixed (定期) gives no date. Raises CalendarTooShort when the calendar ends before the count does.
    """
    if clause.kind is ClauseKind.PERIODIC and clause.period is None:
        return None
    if clause.kind is ClauseKind.FIXED_DATE and clause.on:
        return _proved(next_fixed_date(clause.on, event_on), clause, event_on, calendar)
    if clause.kind in COUNTABLE and clause.count and clause.unit:
        return _proved(count_from(event_on, clause.count, clause.unit, calendar), clause, event_on, calendar)
    for fallback in fallbacks:
        if fallback.holds_for(clause, event_on):
            due_on = count_from(event_on, fallback.count, fallback.unit, calendar)
            return _proved(due_on, clause, event_on, calendar, fallback)
    return None


def count_from(start: date, count: int, unit: Unit, calendar: Workdays) -> date:
    """The last day of a count that begins the day after `start`."""
    if unit is Unit.WORKDAY:
        return calendar.after(start, count)
    if unit is Unit.HOUR:
        return start + timedelta(days=-(-count // 24))
    if unit in (Unit.DAY, Unit.WEEK):
        return start + timedelta(days=count * (7 if unit is Unit.WEEK else 1))
    return add_months(start, count * (12 if unit is Unit.YEAR else 1))


def add_months(start: date, count: int) -> date:
    """The same day `count` months on, or that month's last day when it is shorter (民法典 第二百零二条)."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return min(date(year, month + 1, 1) + timedelta(days=start.day - 1), _month_end(year, month + 1))


def next_fixed_date(month_day: str, after: date) -> date:
    """The first MM-DD later than `after`."""
    month, day = (int(part) for part in month_day.split("-"))
    candidate = date(after.year, month, day)
    return candidate if candidate > after else date(after.year + 1, month, day)


def steps(due: Due, calendar: Workdays) -> list[Step]:
    """Each day from the day after the event to the due date: counted, skipped or added, with its reason."""
    unit = due.fallback.unit if due.fallback else due.clause.unit
    if unit is Unit.WORKDAY:
        return [
            Step(day, calendar.is_workday(day), calendar.reason(day)) for day in days_from(due.counted_from, due.due_on)
        ]
    return [Step(day, True, "day") for day in days_from(due.counted_from, due.due_on)]


def _proved(due_on: date, clause: Clause, event_on: date, calendar: Workdays, fallback: Fallback | None = None) -> Due:
    return Due(
        due_on=due_on,
        clause=clause,
        counted_from=event_on,
        calendar=calendar.name,
        calendar_version=calendar.version,
        provisional=calendar.is_provisional((event_on, due_on)),
        fallback=fallback,
    )


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
