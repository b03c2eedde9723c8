"""From clause and event to the last day, every expected date counted by hand from the law and the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.deadlines.rules import (
    Clause,
    ClauseKind,
    Due,
    Unit,
    add_months,
    clause_from,
    due_date,
    leading_clause,
    next_fixed_date,
    steps,
)
from registry.deadlines.workdays import Workdays
from registry.rulebook.book import Rulebook

WITHIN_20_WORKDAYS = Clause(ClauseKind.WITHIN, trigger="信息形成或者变更", count=20, unit=Unit.WORKDAY)
WITHIN_20_DAYS = Clause(ClauseKind.WITHIN, trigger="本级人大批准", count=20, unit=Unit.DAY)
PROMPT = Clause(ClauseKind.PROMPT)


@pytest.fixture(scope="module")
def national(rulebook: Rulebook) -> Workdays:
    return rulebook.workdays("national")


def due(rulebook: Rulebook, clause: Clause, event_on: date, calendar: str = "national") -> Due | None:
    return due_date(clause, event_on, rulebook.workdays(calendar), rulebook.deadlines.fallbacks)


def within(count: int, unit: Unit) -> Clause:
    return Clause(ClauseKind.WITHIN, count=count, unit=unit)


@pytest.mark.parametrize(
    ("clause", "event_on", "calendar", "last"),
    [
        # 条例 2007 第十八条, on 10 April 2017: the city's own days off move the date by three days.
        (WITHIN_20_WORKDAYS, date(2017, 4, 10), "national", date(2017, 5, 9)),
        (WITHIN_20_WORKDAYS, date(2017, 4, 10), "chuxiong", date(2017, 5, 12)),
        # 预算法 第十四条: twenty days, not working days; a last day that is a day off stays the last day.
        (WITHIN_20_DAYS, date(2026, 2, 12), "national", date(2026, 3, 4)),
        (WITHIN_20_DAYS, date(2026, 2, 12), "chuxiong", date(2026, 3, 4)),
        (WITHIN_20_DAYS, date(2026, 2, 8), "national", date(2026, 2, 28)),
        (WITHIN_20_DAYS, date(2026, 12, 20), "national", date(2027, 1, 9)),
        (within(7, Unit.WORKDAY), date(2026, 2, 12), "national", date(2026, 2, 28)),
        (within(2, Unit.WEEK), date(2026, 2, 12), "national", date(2026, 2, 26)),
        (within(1, Unit.MONTH), date(2026, 1, 31), "national", date(2026, 2, 28)),
        (within(1, Unit.MONTH), date(2028, 1, 31), "national", date(2028, 2, 29)),
        (within(6, Unit.MONTH), date(2026, 8, 31), "national", date(2027, 2, 28)),
        (within(1, Unit.YEAR), date(2028, 2, 29), "national", date(2029, 2, 28)),
        (within(24, Unit.HOUR), date(2026, 3, 2), "national", date(2026, 3, 3)),
        (within(25, Unit.HOUR), date(2026, 3, 2), "national", date(2026, 3, 4)),
        (Clause(ClauseKind.RESPONSE, count=15, unit=Unit.WORKDAY), date(2026, 3, 2), "national", date(2026, 3, 23)),
        (Clause(ClauseKind.FIXED_DATE, on="03-31"), date(2025, 12, 31), "national", date(2026, 3, 31)),
        (Clause(ClauseKind.FIXED_DATE, on="03-31"), date(2026, 3, 31), "national", date(2027, 3, 31)),
    ],
)
def test_last_day(rulebook: Rulebook, clause: Clause, event_on: date, calendar: str, last: date) -> None:
    found = due(rulebook, clause, event_on, calendar)

    assert found is not None
    assert (found.due_on, found.counted_from, found.calendar, found.fallback) == (last, event_on, calendar, None)


@pytest.mark.parametrize(
    ("event_on", "edition", "article"),
    [
        (date(2017, 4, 10), "2007", "第十八条"),
        (date(2019, 5, 14), "2007", "第十八条"),
        (date(2019, 5, 15), "2019", "第二十六条"),
        (date(2026, 3, 2), "2019", "第二十六条"),
    ],
)
def test_a_text_without_a_number_is_counted_by_the_article_in_force_on_the_day(
    rulebook: Rulebook, event_on: date, edition: str, article: str
) -> None:
    found = due(rulebook, PROMPT, event_on)

    assert found is not None
    assert found.fallback is not None
    assert (found.fallback.edition, found.fallback.article, found.fallback.count) == (edition, article, 20)
    assert found.due_on == rulebook.workdays("national").after(event_on, 20)


@pytest.mark.parametrize(
    "clause",
    [
        PROMPT,
        Clause(ClauseKind.REALTIME),
        Clause(ClauseKind.PERMANENT),
        Clause(ClauseKind.PERIODIC, period="month"),
        Clause(ClauseKind.BARE),
    ],
)
def test_kinds_without_a_number_fall_back(rulebook: Rulebook, clause: Clause) -> None:
    found = due(rulebook, clause, date(2017, 4, 10))

    assert found is not None
    assert found.due_on == date(2017, 5, 9)


@pytest.mark.parametrize(
    "clause",
    [
        Clause(ClauseKind.MIN_NOTICE, count=30, unit=Unit.DAY, direction="at_least"),
        Clause(ClauseKind.BEFORE_EVENT, count=7, unit=Unit.DAY, direction="before"),
        Clause(ClauseKind.WITHIN, trigger="批准"),
        Clause(ClauseKind.FIXED_DATE),
        Clause(ClauseKind.PERIODIC),
    ],
)
def test_what_gives_no_last_day_is_not_guessed(rulebook: Rulebook, clause: Clause) -> None:
    assert due(rulebook, clause, date(2026, 3, 2)) is None


def test_before_any_regulation_there_is_no_fall_back(rulebook: Rulebook) -> None:
    assert due(rulebook, PROMPT, date(2008, 4, 30)) is None
    assert due(rulebook, PROMPT, date(2008, 5, 1)) is not None


def test_a_count_into_a_year_without_notice_says_so(rulebook: Rulebook) -> None:
    assert [due(rulebook, WITHIN_20_WORKDAYS, day).provisional for day in (date(2026, 11, 2), date(2026, 12, 10))] == [
        False,
        True,
    ]


def test_every_day_of_the_count_is_proved(rulebook: Rulebook, national: Workdays) -> None:
    found = due(rulebook, WITHIN_20_WORKDAYS, date(2017, 4, 10))
    proof = steps(found, national)

    assert (proof[0].date, proof[-1].date) == (date(2017, 4, 11), date(2017, 5, 9))
    assert sum(step.counted for step in proof) == 20
    off = [(step.date.isoformat(), step.why) for step in proof if not step.counted and step.why != "weekend"]
    assert off == [("2017-05-01", "劳动节")]


def test_days_that_are_not_working_days_all_count(rulebook: Rulebook, national: Workdays) -> None:
    proof = steps(due(rulebook, WITHIN_20_DAYS, date(2026, 2, 12)), national)

    assert [step.counted for step in proof] == [True] * 20


def test_the_clause_for_everything_leads(rulebook: Rulebook) -> None:
    special = Clause(ClauseKind.WITHIN, count=7, unit=Unit.WORKDAY, applies_to="行政许可")

    assert leading_clause([special, WITHIN_20_WORKDAYS]) is WITHIN_20_WORKDAYS
    assert leading_clause([special]) is special
    assert leading_clause([PROMPT, WITHIN_20_WORKDAYS]) is WITHIN_20_WORKDAYS
    assert leading_clause([]) is None


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 15), 12, date(2027, 3, 15)),
    ],
)
def test_months_end_on_the_last_day_when_the_day_is_missing(start: date, count: int, expected: date) -> None:
    assert add_months(start, count) == expected


def test_a_fixed_date_is_the_next_one() -> None:
    assert next_fixed_date("01-31", date(2026, 1, 30)) == date(2026, 1, 31)
    assert next_fixed_date("01-31", date(2026, 1, 31)) == date(2027, 1, 31)


@given(
    st.builds(
        Clause,
        kind=st.sampled_from(ClauseKind),
        trigger=st.none() | st.text(min_size=1, max_size=8),
        count=st.none() | st.integers(1, 99),
        unit=st.none() | st.sampled_from(Unit),
        period=st.none() | st.just("year"),
        override=st.booleans(),
    )
)
def test_a_clause_survives_being_written_and_read(clause: Clause) -> None:
    assert clause_from(clause.as_record()) == clause


@given(st.dates(date(2008, 5, 1), date(2040, 1, 1)), st.integers(1, 250), st.sampled_from(Unit))
def test_no_count_ends_before_it_begins(rulebook: Rulebook, event_on: date, count: int, unit: Unit) -> None:
    if unit is Unit.YEAR:
        count = count % 5 + 1
    if unit is Unit.MONTH:
        count = count % 60 + 1
    calendar = CALENDARS.setdefault("national", rulebook.workdays("national"))
    found = due_date(within(count, unit), event_on, calendar, rulebook.deadlines.fallbacks)

    assert found is not None
    assert found.due_on >= event_on + timedelta(days=1)


CALENDARS: dict[str, Workdays] = {}
