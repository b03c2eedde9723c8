"""On which days people are reminded, counted by hand around 国庆节 and 春节 2026 (国办发明电〔2025〕7号).

25 to 27 September and 1 to 7 October are off, Sunday 20 September and Saturday 10 October are worked; 15 to 23 February are off, Saturdays
14 and 28 February are worked.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.deadlines.workdays import Workdays
from registry.reminders.rules import (
    ReminderKind,
    Span,
    escalations,
    is_reminded_since,
    reminder_of_limit,
)
from registry.rulebook.book import Rulebook


@dataclass(frozen=True)
class Rhythm:
    before_workdays: tuple[int, ...] = (5, 1)
    repeat_workdays: int = 5
    reviewer_after_workdays: int = 3
    office_after_workdays: int = 10


TIMES = Rhythm()
LAST_BEFORE_NATIONAL_DAY = date(2026, 9, 30)
IN_SPRING_FESTIVAL = date(2026, 2, 20)


@pytest.fixture(scope="module")
def national(rulebook: Rulebook) -> Workdays:
    return rulebook.workdays("national")


def day_after(calendar: Workdays, day: date) -> Span:
    """A day on which people were last reminded on the working day before."""
    return Span(calendar.before(day, 1), day, calendar)


def reminded_days(calendar: Workdays, limit: date, first: date, last: date) -> dict[date, ReminderKind]:
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    found = {day: reminder_of_limit(limit, day_after(calendar, day), TIMES) for day in days if calendar.is_workday(day)}
    return {day: kind for day, kind in found.items() if kind}


def test_around_national_day(national: Workdays) -> None:
    assert reminded_days(national, LAST_BEFORE_NATIONAL_DAY, date(2026, 9, 1), date(2026, 10, 23)) == {
        date(2026, 9, 22): ReminderKind.AHEAD,
        date(2026, 9, 29): ReminderKind.AHEAD,
        date(2026, 9, 30): ReminderKind.TODAY,
        date(2026, 10, 8): ReminderKind.OVERDUE,
        date(2026, 10, 14): ReminderKind.OVERDUE,
        date(2026, 10, 21): ReminderKind.OVERDUE,
    }


def test_a_last_day_within_a_holiday_is_told_on_the_working_day_before(national: Workdays) -> None:
    assert reminded_days(national, IN_SPRING_FESTIVAL, date(2026, 2, 1), date(2026, 3, 3)) == {
        date(2026, 2, 9): ReminderKind.AHEAD,
        date(2026, 2, 13): ReminderKind.AHEAD,
        date(2026, 2, 14): ReminderKind.TODAY,
        date(2026, 2, 24): ReminderKind.OVERDUE,
        date(2026, 3, 2): ReminderKind.OVERDUE,
    }


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 10, 8), []),
        (date(2026, 10, 9), []),
        (date(2026, 10, 10), [ReminderKind.LATE_IN_UNIT]),
        (date(2026, 10, 12), []),
        (date(2026, 10, 15), []),
        (date(2026, 10, 16), [ReminderKind.LATE_IN_UNIT]),
        (date(2026, 10, 20), [ReminderKind.LATE_IN_CITY]),
        (date(2026, 10, 21), []),
        (date(2026, 10, 23), [ReminderKind.LATE_IN_UNIT]),
        (date(2026, 10, 27), [ReminderKind.LATE_IN_CITY]),
    ],
)
def test_others_are_told_once_in_the_rhythm(national: Workdays, day: date, told: list[ReminderKind]) -> None:
    assert escalations(LAST_BEFORE_NATIONAL_DAY, day_after(national, day), TIMES) == told


@pytest.mark.parametrize(
    ("day", "is_told"),
    [
        (date(2026, 9, 30), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 9), False),
        (date(2026, 10, 14), True),
    ],
)
def test_what_came_back_is_told_on_the_next_working_day(national: Workdays, day: date, is_told: bool) -> None:
    assert is_reminded_since(date(2026, 9, 30), day_after(national, day), TIMES) is is_told


def test_days_on_which_the_registry_stood_still_are_made_up_for(national: Workdays) -> None:
    """Nothing ran on 22 and 23 September; the mark of the 22nd is told on the 24th."""
    span = Span(date(2026, 9, 21), date(2026, 9, 24), national)

    assert reminder_of_limit(LAST_BEFORE_NATIONAL_DAY, span, TIMES) is ReminderKind.AHEAD
    late = Span(date(2026, 10, 9), date(2026, 10, 12), national)
    assert escalations(LAST_BEFORE_NATIONAL_DAY, late, TIMES) == [ReminderKind.LATE_IN_UNIT]


@given(
    start=st.dates(date(2026, 3, 1), date(2026, 6, 30)),
    gaps=st.lists(st.integers(1, 9), min_size=1, max_size=40),
)
def test_however_the_days_are_cut_each_escalation_comes_at_most_once_in_five_working_days(
    rulebook: Rulebook, start: date, gaps: list[int]
) -> None:
    calendar = rulebook.workdays("national")
    since, told = start, []
    for gap in gaps:
        day = since + timedelta(days=gap)
        if ReminderKind.LATE_IN_UNIT in escalations(start, Span(since, day, calendar), TIMES):
            told.append(calendar.between(start, day))
        since = day
    passed = calendar.between(start, since)

    assert len(told) <= max(0, (passed - 3) // 5 + 1)
    assert (len(told) > 0) == (passed >= 3)
