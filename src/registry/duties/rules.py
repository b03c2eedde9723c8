"""Which occasions a duty gives rise to, by themselves. Pure: dates in, dates out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.deadlines.rules import Clause, ClauseKind, Due, Fallback, due_date, leading_clause
from registry.deadlines.workdays import Workdays


@dataclass(frozen=True)
class Schedule:
    """What of an item decides its occasions."""

    clauses: tuple[Clause, ...]
    recurs: str | None
    event_expected_by: str | None = None
    reports_on: str | None = None


@dataclass(frozen=True)
class Expected:
    """An occasion that should exist. `due` is None when no rule gives a date; `assumed` when its start was not recorded by anyone."""

    kind: str
    period: str
    counted_from: date
    arises_on: date
    due: Due | None
    assumed: bool


@dataclass(frozen=True)
class Period:
    """A year, half-year, quarter or month: `code` as in 2026, 2026-H1, 2026-Q1, 2026-03."""

    code: str
    first: date
    last: date


MONTHS = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}

AHEAD = timedelta(days=62)


def periods(kind: str, since: date, until: date) -> Iterable[Period]:
    """All periods of a kind that begin within [since, until]; a period already running on `since` counts for years only."""
    months = MONTHS[kind]
    year, month = since.year, 1
    while date(year, month, 1) <= until:
        first = date(year, month, 1)
        following = date(year + (month + months - 1) // 12, (month + months - 1) % 12 + 1, 1)
        if first >= since or (kind == "year" and following > since):
            yield Period(_period_code(kind, first), first, following - timedelta(days=1))
        year, month = following.year, following.month


def expected_occasions(
    schedule: Schedule,
    *,
    since: date,
    today: date,
    calendar: Workdays,
    fallbacks: Sequence[Fallback],
    known_events: bool = False,
) -> list[Expected]:
    """Everything a duty owes without anyone having recorded an event, from `since` until a little ahead of `today`.

    A recurring item owes one disclosure a period; periods due before `since` are left out, as nobody recorded them. An item tied to
    events owes its first disclosure counted from the day the duty began, so that an empty column becomes late rather than invisible,
    unless an event has been recorded (`known_events`). A text that gives no countable limit (公示不少于30日) has no due date: 待定规则.
    """
    clause = leading_clause(schedule.clauses)
    if clause is None:
        return [Expected("first", "", since, since, None, assumed=True)]
    if schedule.recurs:
        owed = (
            _for_period(schedule, clause, period, calendar, fallbacks)
            for period in periods(schedule.recurs, since, today + AHEAD)
        )
        return [one for one in owed if one.due is None or one.due.due_on >= since]
    if known_events:
        return []
    return [Expected("first", "", since, since, due_date(clause, since, calendar, fallbacks), assumed=True)]


def _for_period(
    schedule: Schedule, clause: Clause, period: Period, calendar: Workdays, fallbacks: Sequence[Fallback]
) -> Expected:
    if clause.kind is ClauseKind.FIXED_DATE:
        start, assumed = period.first - timedelta(days=1), False
    elif schedule.event_expected_by:
        start, assumed = _in_year(period.first.year, schedule.event_expected_by), True
    else:
        start, assumed = period.last, False
    about = period.code if schedule.reports_on is None else f"{period.first.year - 1}"
    return Expected("period", about, start, period.first, due_date(clause, start, calendar, fallbacks), assumed)


def _in_year(year: int, month_day: str) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    return date(year, month, day)


PERIOD_FORMS = {
    "year": re.compile(r"\d{4}"),
    "half_year": re.compile(r"\d{4}-H[12]"),
    "quarter": re.compile(r"\d{4}-Q[1-4]"),
    "month": re.compile(r"\d{4}-(0[1-9]|1[0-2])"),
}


def is_period_of(recurs: str, code: str) -> bool:
    """Whether a period's code is of that kind: 2026-Q1 is a quarter, not a year."""
    return PERIOD_FORMS[recurs].fullmatch(code) is not None


def _period_code(kind: str, first: date) -> str:
    if kind == "year":
        return f"{first.year}"
    if kind == "half_year":
        return f"{first.year}-H{(first.month + 5) // 6}"
    if kind == "quarter":
        return f"{first.year}-Q{(first.month + 2) // 3}"
    return f"{first.year}-{first.month:02d}"


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included; `last` None is open."""

    first: date
    last: date | None
    part: str = "lead"

    def within(self, first: date | None, last: date | None) -> "Span | None":
        """The days this span shares with [first, last]; None when there are none."""
        start = max(self.first, first) if first else self.first
        ends = [end for end in (self.last, last) if end is not None]
        end = min(ends) if ends else None
        return Span(start, end, self.part) if end is None or start <= end else None


def join_spans(spans: Iterable[Span]) -> list[Span]:
    """Overlapping or touching spans become one; who leads anywhere in it leads all of it."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: one.first):
        if joined and (joined[-1].last is None or span.first <= joined[-1].last + timedelta(days=1)):
            before = joined[-1]
            last = None if before.last is None or span.last is None else max(before.last, span.last)
            joined[-1] = Span(before.first, last, "lead" if "lead" in (before.part, span.part) else span.part)
        else:
            joined.append(span)
    return joined
