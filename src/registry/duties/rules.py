"""Which occasions a duty gives rise to, by themselves. Pure: dates in, dates out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from registry.deadlines.clauses import Clause, ClauseKind, leading_clause
from registry.deadlines.counting import PERIOD_MONTHS, period_of
from registry.deadlines.rules import Due, Rules, due_date
from registry.deadlines.workdays import Workdays


@dataclass(frozen=True)
class Counting:
    """What counting needs of the data files: every calendar, the name of the one used where a unit has none of its own, and the rules."""

    calendars: Mapping[str, Workdays]
    usual: str
    rules: Rules

    def calendar_of(self, own: str | None) -> Workdays:
        """The calendar of a unit whose own is `own`."""
        return self.calendars[own or self.usual]


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


AHEAD = timedelta(days=62)


def periods(kind: str, since: date, until: date) -> Iterable[Period]:
    """All periods of a kind that begin within [since, until]; a period already running on `since` counts for years only."""
    first, last = period_of(kind, date(since.year, 1, 1))
    while first <= until:
        if first >= since or (kind == "year" and last >= since):
            yield Period(period_code(kind, first), first, last)
        first, last = period_of(kind, last + timedelta(days=1))


def expected_occasions(
    schedule: Schedule,
    *,
    since: date,
    today: date,
    calendar: Workdays,
    rules: Rules,
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
            _for_period(schedule, clause, period, calendar, rules)
            for period in periods(schedule.recurs, since, today + AHEAD)
        )
        return [one for one in owed if one.due is None or one.due.due_on >= since]
    if known_events:
        return []
    return [Expected("first", "", since, since, due_date(clause, since, calendar, rules), assumed=True)]


def _for_period(schedule: Schedule, clause: Clause, period: Period, calendar: Workdays, rules: Rules) -> Expected:
    start, assumed = start_in(schedule, clause, period)
    about = period.code if schedule.reports_on is None else f"{period.first.year - 1}"
    return Expected("period", about, start, period.first, due_date(clause, start, calendar, rules), assumed)


def start_in(schedule: Schedule, clause: Clause, period: Period) -> tuple[date, bool]:
    """(the day a period's count starts from while nobody has recorded its event, whether that day is assumed)."""
    if clause.kind is ClauseKind.FIXED_DATE:
        return period.first - timedelta(days=1), False
    if schedule.event_expected_by:
        return _in_year(period.first.year, schedule.event_expected_by), True
    return period.last, False


def period_owed(schedule: Schedule, code: str) -> Period | None:
    """The period in which the disclosure about `code` is owed: about 2025 in 2026 when it reports on the year before; None when unfit."""
    if schedule.recurs is None or not is_period_of(schedule.recurs, code):
        return None
    found = period_from(code)
    if found is None or schedule.reports_on is None:
        return found
    return period_from(f"{found.first.year + 1}")


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


def period_from(code: str) -> Period | None:
    """The days of 2026, 2026-H1, 2026-Q1 or 2026-03; None for anything else."""
    kind = next((kind for kind, form in PERIOD_FORMS.items() if form.fullmatch(code)), None)
    if kind is None or not 1990 <= int(code[:4]) <= 2100:
        return None
    number = int(code[-2:].lstrip("HQ")) if kind != "year" else 1
    first, last = period_of(kind, date(int(code[:4]), (number - 1) * PERIOD_MONTHS[kind] + 1, 1))
    return Period(code, first, last)


def period_code(kind: str, first: date) -> str:
    """2026-Q1 for the quarter that begins on 2026-01-01."""
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
