"""One function judges an occasion on any day. Monday 2 March 2026: five working days on are 9 March, twenty back are 27 January."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.coverage.rules import (
    Counts,
    Facts,
    Grade,
    OccasionState,
    Openness,
    StateDates,
    Thresholds,
    grade,
    state,
    state_dates,
    state_from,
    worst,
)
from registry.rulebook.book import Rulebook

TODAY = date(2026, 3, 2)
DATES = StateDates(as_of=TODAY, soon_until=date(2026, 3, 9), long_before=date(2026, 1, 27))

JANUARY, MARCH = date(2026, 1, 29), date(2026, 3, 4)


def facts(due_on: date | None, **more: object) -> Facts:
    return Facts(due_on=due_on, **more)


CASES = [
    ("long overdue by one working day more than twenty", facts(date(2026, 1, 26)), "long_overdue"),
    ("overdue by exactly twenty working days", facts(date(2026, 1, 27)), "overdue"),
    ("overdue since yesterday", facts(date(2026, 3, 1)), "overdue"),
    ("due today is not overdue", facts(TODAY), "due_soon"),
    ("due in five working days", facts(date(2026, 3, 9)), "due_soon"),
    ("due in six working days", facts(date(2026, 3, 10)), "upcoming"),
    ("no rule gives a date", facts(None), "needs_rule"),
    ("published on the last day", facts(JANUARY, disclosed=((JANUARY, None),)), "met"),
    ("published a day late", facts(JANUARY, disclosed=((date(2026, 1, 30), None),)), "met_late"),
    ("published before it was due", facts(MARCH, disclosed=((date(2026, 2, 13), None),)), "met"),
    ("published today", facts(MARCH, disclosed=((TODAY, None),)), "met"),
    ("approved for tomorrow", facts(MARCH, disclosed=((date(2026, 3, 3), None),)), "due_soon"),
    ("published without a date to keep", facts(None, disclosed=((JANUARY, None),)), "met"),
    ("withdrawn today", facts(JANUARY, disclosed=((JANUARY, TODAY),)), "overdue"),
    ("withdrawn tomorrow", facts(JANUARY, disclosed=((JANUARY, date(2026, 3, 3)),)), "met"),
    (
        "withdrawn and replaced late",
        facts(JANUARY, disclosed=((JANUARY, date(2026, 2, 10)), (date(2026, 2, 11), None))),
        "met_late",
    ),
    (
        "two publications, the first in time",
        facts(JANUARY, disclosed=((JANUARY, None), (date(2026, 2, 11), None))),
        "met",
    ),
    ("extended and not yet over", facts(JANUARY, extended_to=date(2026, 3, 31)), "extended"),
    ("extended until today", facts(JANUARY, extended_to=TODAY), "extended"),
    ("extension over", facts(JANUARY, extended_to=date(2026, 2, 28)), "overdue"),
    ("extension long over", facts(date(2026, 1, 5), extended_to=date(2026, 1, 26)), "long_overdue"),
    ("kept within the extension", facts(JANUARY, extended_to=MARCH, disclosed=((TODAY, None),)), "met"),
    ("nothing to publish", facts(JANUARY, nothing_from=date(2026, 2, 1)), "nothing_to_publish"),
    ("nothing to publish from tomorrow on", facts(JANUARY, nothing_from=date(2026, 3, 3)), "overdue"),
    (
        "published although nothing was expected",
        facts(JANUARY, nothing_from=JANUARY, disclosed=((JANUARY, None),)),
        "met",
    ),
    ("not applicable", facts(JANUARY, not_applicable=((date(2026, 1, 1), None),)), "not_applicable"),
    ("not applicable until today", facts(JANUARY, not_applicable=((date(2026, 1, 1), TODAY),)), "not_applicable"),
    (
        "not applicable until yesterday",
        facts(JANUARY, not_applicable=((date(2026, 1, 1), date(2026, 3, 1)),)),
        "overdue",
    ),
    (
        "not applicable wins over published",
        facts(JANUARY, not_applicable=((JANUARY, None),), disclosed=((JANUARY, None),)),
        "not_applicable",
    ),
]


@pytest.mark.parametrize(("known", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_state(known: Facts, expected: str) -> None:
    assert state(known, DATES) == expected


def test_thresholds_are_counted_in_working_days_of_the_calendar(rulebook: Rulebook) -> None:
    assert (
        state_dates(TODAY, rulebook.workdays("national"), Thresholds(due_soon_workdays=5, long_overdue_workdays=20))
        == DATES
    )


def test_the_same_facts_answer_for_any_day(rulebook: Rulebook) -> None:
    calendar, thresholds = rulebook.workdays("national"), Thresholds(5, 20)
    known = facts(date(2026, 3, 4), disclosed=((date(2026, 3, 20), None),))
    days = [
        date(2026, 2, 12),
        date(2026, 3, 2),
        date(2026, 3, 4),
        date(2026, 3, 5),
        date(2026, 3, 19),
        date(2026, 3, 20),
    ]

    found = [state(known, state_dates(day, calendar, thresholds)).value for day in days]

    assert found == ["upcoming", "due_soon", "due_soon", "overdue", "overdue", "met_late"]


def test_worst_first() -> None:
    assert worst([OccasionState.MET, OccasionState.OVERDUE, OccasionState.UPCOMING]) is OccasionState.OVERDUE
    assert worst([]) is None


@pytest.mark.parametrize(
    ("openness", "expected"),
    [
        (Openness(date(2026, 1, 26), OccasionState.MET), "long_overdue"),
        (Openness(date(2026, 3, 4), OccasionState.MET), "due_soon"),
        (Openness(None, OccasionState.MET_LATE), "met_late"),
    ],
)
def test_an_open_occasion_comes_before_answered_ones(openness: Openness, expected: str) -> None:
    assert state_from(openness, DATES) == expected


def test_rates_are_shares_of_what_was_due() -> None:
    counts = Counts(met=15, met_late=3, overdue=2, long_overdue=1, upcoming=7, not_applicable=4, needs_rule=2)

    assert (counts.answered, counts.due, counts.total) == (18, 21, 34)
    assert (counts.as_record()["rate"], counts.as_record()["on_time_rate"]) == (0.8571, 0.7143)


def test_nothing_due_has_no_rate() -> None:
    assert Counts(upcoming=3).rate is None
    assert Counts(upcoming=3).as_record()["on_time_rate"] is None


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (1.0, Grade.GOOD),
        (0.95, Grade.GOOD),
        (0.9499, Grade.WATCH),
        (0.8, Grade.WATCH),
        (0.7999, Grade.RECTIFY),
        (0.0, Grade.RECTIFY),
        (None, Grade.NONE),
    ],
)
def test_grades(rate: float | None, expected: Grade) -> None:
    assert grade(rate, good_percent=95, watch_percent=80) is expected


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
SPANS = st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=3).map(tuple)


@given(
    st.builds(
        Facts,
        due_on=st.none() | DAYS,
        disclosed=SPANS,
        extended_to=st.none() | DAYS,
        nothing_from=st.none() | DAYS,
        not_applicable=SPANS,
    ),
    DAYS,
)
def test_every_occasion_has_a_state_on_every_day(known: Facts, day: date) -> None:
    dates = StateDates(day, day + timedelta(days=7), day - timedelta(days=28))

    assert state(known, dates) in OccasionState


@given(st.lists(st.sampled_from(OccasionState), max_size=60))
def test_every_occasion_is_counted_once(states: list[OccasionState]) -> None:
    counts = Counts()
    for one in states:
        counts.add(one)

    assert counts.total == len(states)
    assert counts.met <= counts.answered <= counts.due <= counts.total
