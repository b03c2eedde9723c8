"""Working days of the real calendars, counted by hand on paper, against two independent libraries, and by laws that always hold."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.deadlines.workdays import CalendarTooShort, Workdays
from registry.rulebook.book import Rulebook

DAYS = st.dates(date(2006, 1, 1), date(2040, 12, 31))
COUNTS = st.integers(1, 300)


@pytest.fixture(scope="module")
def national(rulebook: Rulebook) -> Workdays:
    return rulebook.workdays("national")


@pytest.fixture(scope="module")
def chuxiong(rulebook: Rulebook) -> Workdays:
    return rulebook.workdays("chuxiong")


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        # 劳动节 29 April to 1 May 2017 lies in between.
        (date(2017, 4, 10), 20, date(2017, 5, 9)),
        # 元旦 31 December 2016 to 2 January 2017.
        (date(2016, 12, 30), 1, date(2017, 1, 3)),
        # 春节 2026: Saturday 14 and Saturday 28 February are worked, 15 to 23 February are off.
        (date(2026, 2, 12), 1, date(2026, 2, 13)),
        (date(2026, 2, 12), 2, date(2026, 2, 14)),
        (date(2026, 2, 12), 3, date(2026, 2, 24)),
        (date(2026, 2, 12), 7, date(2026, 2, 28)),
        (date(2026, 2, 12), 8, date(2026, 3, 2)),
        # The start itself never counts, also when it is a day off.
        (date(2026, 2, 15), 1, date(2026, 2, 24)),
        # 清明节 4 to 6 April 2026.
        (date(2026, 3, 31), 20, date(2026, 4, 29)),
        # Sunday 20 September 2026 is worked for 国庆节; 中秋节 25 to 27 September is off.
        (date(2026, 9, 18), 1, date(2026, 9, 20)),
        (date(2026, 9, 18), 5, date(2026, 9, 24)),
        (date(2026, 9, 24), 4, date(2026, 10, 8)),
        # Saturday 10 October 2026 is worked.
        (date(2026, 10, 8), 2, date(2026, 10, 10)),
    ],
)
def test_counting_forwards_by_the_national_calendar(national: Workdays, start: date, count: int, last: date) -> None:
    assert national.after(start, count) == last


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        # 自治州成立纪念日: 17 to 19 April 2017 are off on top of the national days.
        (date(2017, 4, 10), 20, date(2017, 5, 12)),
        (date(2017, 4, 14), 1, date(2017, 4, 20)),
        # 火把节 14 to 16 August 2017; 彝族年 20 to 22 December 2017.
        (date(2017, 8, 11), 1, date(2017, 8, 17)),
        (date(2017, 12, 19), 1, date(2017, 12, 25)),
    ],
)
def test_counting_by_the_calendar_of_chuxiong(chuxiong: Workdays, start: date, count: int, last: date) -> None:
    assert chuxiong.after(start, count) == last


def test_counting_backwards(national: Workdays) -> None:
    assert national.before(date(2026, 3, 2), 1) == date(2026, 2, 28)
    assert national.before(date(2026, 3, 2), 20) == date(2026, 1, 27)


def test_days_between_are_counted_without_the_first(national: Workdays) -> None:
    assert national.between(date(2017, 4, 10), date(2017, 5, 9)) == 20
    assert national.between(date(2026, 2, 14), date(2026, 2, 23)) == 0
    assert national.between(date(2026, 3, 2), date(2026, 2, 28)) == -1


@pytest.mark.parametrize(
    ("day", "counted", "why"),
    [
        (date(2026, 2, 14), True, "made_up"),
        (date(2026, 2, 17), False, "春节"),
        (date(2026, 3, 1), False, "weekend"),
        (date(2026, 3, 2), True, "workday"),
    ],
)
def test_every_day_says_why_it_counts_or_not(national: Workdays, day: date, counted: bool, why: str) -> None:
    assert (national.is_workday(day), national.reason(day)) == (counted, why)


@pytest.mark.parametrize("year", range(2017, 2027))
def test_every_day_agrees_with_chinesecalendar(national: Workdays, year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    differing = [
        day for day in days if day.year == year and national.is_workday(day) != chinese_calendar.is_workday(day)
    ]

    assert differing == []


@pytest.mark.parametrize("year", range(2017, 2027))
def test_every_day_agrees_with_holidays(national: Workdays, year: int) -> None:
    china = holidays.country_holidays("CN", years=year)
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    differing = [day for day in days if day.year == year and national.is_workday(day) != china.is_working_day(day)]

    assert differing == []


@pytest.mark.parametrize(("year", "provisional"), [(2017, False), (2026, False), (2027, True), (2040, True)])
def test_years_without_a_notice_are_provisional(national: Workdays, year: int, provisional: bool) -> None:
    assert national.is_provisional([date(2026, 1, 5), date(year, 6, 1)]) is provisional


def test_a_year_without_a_notice_still_has_its_fixed_holidays(national: Workdays) -> None:
    assert not national.is_workday(date(2030, 10, 1))
    assert national.is_workday(date(2030, 10, 8))


@pytest.mark.parametrize(
    ("start", "count"), [(date(2045, 12, 20), 20), (date(1999, 1, 1), 1), (date(2026, 1, 1), 100_000)]
)
def test_a_count_that_leaves_the_calendar_is_refused(national: Workdays, start: date, count: int) -> None:
    with pytest.raises(CalendarTooShort):
        national.after(start, count)
    with pytest.raises(CalendarTooShort):
        national.before(date(2004, 1, 5), 20)


@given(start=DAYS, count=COUNTS)
def test_the_last_day_is_a_working_day_and_lies_that_many_ahead(rulebook: Rulebook, start: date, count: int) -> None:
    calendar = rulebook_calendar(rulebook)
    last = calendar.after(start, count)

    assert calendar.is_workday(last)
    assert calendar.between(start, last) == count


@given(start=DAYS, count=COUNTS)
def test_counting_back_undoes_counting_forwards(rulebook: Rulebook, start: date, count: int) -> None:
    calendar = rulebook_calendar(rulebook)
    first = calendar.after(start, 1)

    assert calendar.before(calendar.after(first, count), count) == first


@given(start=DAYS, count=COUNTS, more=COUNTS)
def test_counts_add_up(rulebook: Rulebook, start: date, count: int, more: int) -> None:
    calendar = rulebook_calendar(rulebook)

    assert calendar.after(calendar.after(start, count), more) == calendar.after(start, count + more)


@given(start=DAYS, days=st.integers(0, 40), count=COUNTS)
def test_a_later_start_never_ends_earlier(rulebook: Rulebook, start: date, days: int, count: int) -> None:
    calendar = rulebook_calendar(rulebook)

    assert calendar.after(start, count) <= calendar.after(start + timedelta(days=days), count)


_CALENDARS: dict[str, Workdays] = {}


def rulebook_calendar(rulebook: Rulebook) -> Workdays:
    """Built once: hypothesis asks hundreds of times."""
    return _CALENDARS.setdefault("chuxiong", rulebook.workdays("chuxiong"))
