"""Working days of the real calendars, counted by hand on paper, against two independent libraries, and by laws that always hold."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import numpy as np
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


@pytest.mark.parametrize(
    ("start", "last"),
    [
        # Five working days across 国庆节, each year by its notice; the comment names the weekend days worked.
        (date(2017, 9, 29), date(2017, 10, 12)),  # Saturday 30 September
        (date(2018, 9, 28), date(2018, 10, 10)),  # Saturday 29 and Sunday 30 September
        (date(2019, 9, 28), date(2019, 10, 10)),  # Sunday 29 September
        (date(2020, 9, 28), date(2020, 10, 12)),  # Saturday 10 October; off until the 8th with 中秋节
        (date(2021, 9, 29), date(2021, 10, 12)),  # Saturday 9 October
        (date(2022, 9, 29), date(2022, 10, 11)),  # Saturday 8 and Sunday 9 October
        (date(2023, 9, 27), date(2023, 10, 10)),  # Saturday 7 and Sunday 8 October; off from 29 September with 中秋节
        (date(2024, 9, 28), date(2024, 10, 10)),  # Sunday 29 September
        (date(2025, 9, 27), date(2025, 10, 10)),  # Sunday 28 September; off until the 8th with 中秋节
        (date(2026, 9, 29), date(2026, 10, 12)),  # Saturday 10 October
    ],
)
def test_five_working_days_across_national_day(national: Workdays, start: date, last: date) -> None:
    assert national.after(start, 5) == last


@pytest.mark.parametrize(
    ("known_on", "start", "count", "last"),
    [
        # 国办发明电〔2019〕3号 of 21 March 2019 made 1 to 4 May 2019 off, and Sundays 28 April and 5 May worked.
        (date(2019, 3, 20), date(2019, 4, 26), 3, date(2019, 5, 2)),
        (date(2019, 3, 21), date(2019, 4, 26), 3, date(2019, 4, 30)),
        (date(2019, 3, 20), date(2019, 4, 26), 5, date(2019, 5, 6)),
        (date(2019, 3, 21), date(2019, 4, 26), 5, date(2019, 5, 6)),
        # 国办发明电〔2020〕1号 of 26 January 2020 prolonged 春节 to 2 February; Saturday 1 February had been a working day.
        (date(2020, 1, 25), date(2020, 1, 23), 1, date(2020, 1, 31)),
        (date(2020, 1, 25), date(2020, 1, 23), 2, date(2020, 2, 1)),
        (date(2020, 1, 26), date(2020, 1, 23), 1, date(2020, 2, 3)),
        # 国发明电〔2015〕1号 of 13 May 2015: 3 and 4 September off, Sunday the 6th worked.
        (date(2015, 5, 12), date(2015, 9, 2), 1, date(2015, 9, 3)),
        (date(2015, 5, 13), date(2015, 9, 2), 1, date(2015, 9, 6)),
    ],
)
def test_a_notice_within_the_year_holds_from_its_day(
    rulebook: Rulebook, known_on: date, start: date, count: int, last: date
) -> None:
    calendar = rulebook.workdays("national", known_on=known_on)

    assert calendar.after(start, count) == last
    assert calendar.version.endswith(f"@{known_on}")


def test_a_year_is_provisional_until_its_notice(rulebook: Rulebook) -> None:
    """The days of 2017 were announced on 1 December 2016."""
    before = rulebook.workdays("national", known_on=date(2016, 11, 30))
    after = rulebook.workdays("national", known_on=date(2016, 12, 1))

    assert [one.is_provisional([date(2017, 6, 1)]) for one in (before, after)] == [True, False]


@pytest.mark.parametrize("name", ["national", "chuxiong"])
def test_every_count_is_what_walking_day_by_day_gives(rulebook: Rulebook, name: str) -> None:
    """Every start of 2004 to 2027 and every count up to 60, over the array interface that recomputing uses."""
    calendar = rulebook.workdays(name)
    starts = [date(2004, 1, 1) + timedelta(days=number) for number in range(8766)]
    walked = [_sixty_by_walking(calendar, start) for start in starts]
    ordinals = np.array([start.toordinal() for start in starts])

    assert starts[-1] == date(2027, 12, 31)
    for count in range(1, 61):
        assert calendar.after_all(ordinals, count).tolist() == [days[count - 1] for days in walked]


def _sixty_by_walking(calendar: Workdays, start: date) -> list[int]:
    days: list[int] = []
    while len(days) < 60:
        start += timedelta(days=1)
        if calendar.is_workday(start):
            days.append(start.toordinal())
    return days


@given(days=st.lists(DAYS, min_size=1, max_size=40), count=st.integers(1, 60))
def test_counting_back_and_moving_on_are_what_walking_gives(rulebook: Rulebook, days: list[date], count: int) -> None:
    calendar = rulebook_calendar(rulebook)
    ordinals = np.array([day.toordinal() for day in days])
    back, on = calendar.before_all(ordinals, count), calendar.from_all(ordinals)
    for day, first, moved in zip(days, back.tolist(), on.tolist(), strict=True):
        between = [date.fromordinal(one) for one in range(first, day.toordinal())]
        assert calendar.is_workday(between[0])
        assert sum(map(calendar.is_workday, between)) == count
        passed = [date.fromordinal(one) for one in range(day.toordinal(), moved)]
        assert not any(map(calendar.is_workday, passed))
        assert calendar.is_workday(date.fromordinal(moved))


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
