"""What would have been due in the years of the demo: the periods and first disclosures of every duty, and made-up events. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.deadlines.clauses import ClauseKind, leading_clause
from registry.deadlines.rules import due_date
from registry.deadlines.workdays import Workdays
from registry.demo.chance import number, share, workday_in
from registry.duties.rules import Counting, Schedule, expected_occasions


@dataclass(frozen=True)
class OwingDuty:
    """A duty by stable codes. `elements` says of each element of the item whether it is a table; `channel` is where things go."""

    unit: str
    item: str
    schedule: Schedule
    starts_on: date
    elements: tuple[bool, ...]
    channel: str
    is_online: bool
    calendar: str | None = None
    ends_on: date | None = None


class Kind(StrEnum):
    """How an occasion comes to be, as `OccasionKind` says it."""

    PERIOD = "period"
    FIRST = "first"
    EVENT = "event"


@dataclass(frozen=True)
class Owed:
    """One disclosure that is owed. `event_on` is the day of a recorded event, which is counted from; with `period` it is that period's."""

    duty: OwingDuty
    kind: Kind
    period: str
    arises_on: date
    counted_from: date
    due_on: date | None
    event_on: date | None = None

    @property
    def about(self) -> str:
        """Which of the disclosures of a duty: its period, the day of its event, or nothing for the first."""
        if self.kind is Kind.EVENT and self.event_on is not None:
            return self.event_on.isoformat()
        return self.period

    @property
    def key(self) -> tuple[str, str, str]:
        return self.duty.unit, self.duty.item, self.about


def first_day(until: date) -> date:
    """Since when the demo tracks: two calendar years, the one of the last day and the one before."""
    return date(until.year - 1, 1, 1)


def list_owed(duties: Iterable[OwingDuty], until: date, counting: Counting) -> list[Owed]:
    """Everything the duties would have come to owe by `until`, by duty and then by due date."""
    found: list[Owed] = []
    for duty in duties:
        calendar = counting.calendar_of(duty.calendar)
        owed = [*_by_themselves(duty, until, calendar, counting), *_events(duty, until, calendar, counting)]
        found += sorted(owed, key=lambda one: (one.due_on or date.max, one.about))
    return found


def _by_themselves(duty: OwingDuty, until: date, calendar: Workdays, counting: Counting) -> Iterator[Owed]:
    since = max(first_day(until), duty.starts_on)
    expected = expected_occasions(duty.schedule, since=since, today=until, calendar=calendar, rules=counting.rules)
    for one in expected:
        if one.arises_on > min(until, duty.ends_on or until):
            continue
        due_on = one.due.due_on if one.due else None
        owed = Owed(duty, Kind(one.kind), one.period, one.arises_on, one.counted_from, due_on)
        yield _approved(owed, calendar, counting) if one.assumed and one.kind == Kind.PERIOD else owed


def _approved(owed: Owed, calendar: Workdays, counting: Counting) -> Owed:
    """In a third of the units and years somebody recorded when the congress approved, and the count begins on that day."""
    unit, year = owed.duty.unit, owed.arises_on.year
    latest = owed.counted_from - timedelta(days=5)
    event_on = workday_in(latest - timedelta(days=35), latest, calendar, "approval day", unit, owed.counted_from)
    if share("approval", unit, year) >= 1 / 3 or event_on < owed.arises_on:
        return owed
    clause = leading_clause(owed.duty.schedule.clauses)
    due = due_date(clause, event_on, calendar, counting.rules) if clause else None
    return Owed(
        owed.duty, owed.kind, owed.period, owed.arises_on, event_on, due.due_on if due else None, event_on=event_on
    )


EVENTFUL = 0.3
MOST_EVENTS_A_HALF_YEAR = 2


def _events(duty: OwingDuty, until: date, calendar: Workdays, counting: Counting) -> Iterator[Owed]:
    """Approvals, decisions, notices: under some of the duties that events give rise to, up to two in each half-year."""
    clause = leading_clause(duty.schedule.clauses)
    is_fit = clause is not None and clause.kind is not ClauseKind.BEFORE_EVENT and not duty.schedule.recurs
    if clause is None or not is_fit or share("eventful", duty.unit, duty.item) >= EVENTFUL:
        return
    for first, last in _half_years(first_day(until), until):
        for place in range(number(0, MOST_EVENTS_A_HALF_YEAR, "events", duty.unit, duty.item, first)):
            begins = first + timedelta(days=60 * place + 20)
            event_on = workday_in(begins, begins + timedelta(days=40), calendar, "event", duty.unit, duty.item, begins)
            if max(duty.starts_on, first) <= event_on <= min(until, last, duty.ends_on or until):
                due = due_date(clause, event_on, calendar, counting.rules)
                yield Owed(duty, Kind.EVENT, "", event_on, event_on, due.due_on if due else None, event_on=event_on)


def _half_years(first: date, until: date) -> Iterator[tuple[date, date]]:
    for year in range(first.year, until.year + 1):
        for begins, ends in (((1, 1), (6, 30)), ((7, 1), (12, 31))):
            yield date(year, *begins), date(year, *ends)
