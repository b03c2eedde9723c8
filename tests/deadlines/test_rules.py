"""From clause and event to the last day, every expected date counted by hand from the law and the calendar."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.deadlines.clauses import Clause, ClauseKind, Unit, clause_from, leading_clause
from registry.deadlines.counting import add_months, next_fixed_date
from registry.deadlines.rules import Due, due_date, due_dates, earliest_end, steps
from registry.deadlines.workdays import Workdays
from registry.rulebook.book import Rulebook

WITHIN_20_WORKDAYS = Clause(ClauseKind.WITHIN, trigger="信息形成或者变更", count=20, unit=Unit.WORKDAY)
WITHIN_20_DAYS = Clause(ClauseKind.WITHIN, trigger="本级人大批准", count=20, unit=Unit.DAY)
PROMPT = Clause(ClauseKind.PROMPT)


@pytest.fixture(scope="module")
def national(rulebook: Rulebook) -> Workdays:
    return rulebook.workdays("national")


def due(rulebook: Rulebook, clause: Clause, event_on: date, calendar: str = "national") -> Due | None:
    return due_date(clause, event_on, rulebook.workdays(calendar), rulebook.deadlines.rules)


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
        # 民法典 第二百零二条, 第二百零三条: 28 February 2027 is a Sunday, so the last day moves on to Monday.
        (within(6, Unit.MONTH), date(2026, 8, 31), "national", date(2027, 3, 1)),
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
        Clause(ClauseKind.BARE, count=7, unit=Unit.WORKDAY),
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
    found = due_date(within(count, unit), event_on, calendar, rulebook.deadlines.rules)

    assert found is not None
    assert found.due_on >= event_on + timedelta(days=1)


CALENDARS: dict[str, Workdays] = {}


CONGRESS = "本级人民代表大会或者其常务委员会批准"


@pytest.mark.parametrize(
    ("trigger", "event_on", "last", "moved_from"),
    [
        # 预算法 第十四条 says nothing of days off: Saturday 2 May 2026 (劳动节) stays the last day.
        (CONGRESS, date(2026, 4, 12), date(2026, 5, 2), None),
        ("本级政府财政部门批复", date(2026, 4, 12), date(2026, 5, 2), None),
        ("部门批复", date(2026, 4, 12), date(2026, 5, 2), None),
        # 民法典 第二百零三条: everything else moves on, past 劳动节 to Wednesday 6 May.
        ("分配结果确定", date(2026, 4, 12), date(2026, 5, 6), date(2026, 5, 2)),
        # Saturday 9 May 2026 is worked (调休), so nothing moves.
        ("分配结果确定", date(2026, 4, 19), date(2026, 5, 9), None),
        # 民法通则 第一百五十四条 said the same before: Sunday 26 March 2017.
        ("分配结果确定", date(2017, 3, 6), date(2017, 3, 27), date(2017, 3, 26)),
    ],
)
def test_a_last_day_that_is_a_day_off_moves_on_only_where_the_rule_says_so(
    rulebook: Rulebook, trigger: str, event_on: date, last: date, moved_from: date | None
) -> None:
    found = due(rulebook, Clause(ClauseKind.WITHIN, trigger=trigger, count=20, unit=Unit.DAY), event_on)

    assert found is not None
    assert (found.due_on, found.moved_from) == (last, moved_from)


def test_the_days_a_last_day_moves_over_are_named(rulebook: Rulebook, national: Workdays) -> None:
    clause = Clause(ClauseKind.WITHIN, trigger="分配结果确定", count=20, unit=Unit.DAY)
    proof = steps(due(rulebook, clause, date(2026, 4, 12)), national)

    assert sum(step.counted for step in proof) == 20
    assert [(step.date.day, step.why) for step in proof[-4:]] == [
        (3, "劳动节"),
        (4, "劳动节"),
        (5, "劳动节"),
        (6, "moved_to"),
    ]


@pytest.mark.parametrize(
    ("clause", "event_on", "last"),
    [
        # 行政许可法 第四十八条, 第八十二条: seven working days before a hearing on Friday 20 March 2026.
        (Clause(ClauseKind.BEFORE_EVENT, "举行听证", 7, Unit.WORKDAY, "before"), date(2026, 3, 20), date(2026, 3, 11)),
        # 重大行政决策程序暂行条例 第十六条: seven days.
        (Clause(ClauseKind.BEFORE_EVENT, "召开听证会", 7, Unit.DAY, "before"), date(2026, 3, 20), date(2026, 3, 13)),
        (Clause(ClauseKind.BEFORE_EVENT, None, 1, Unit.WEEK, "before"), date(2026, 3, 20), date(2026, 3, 13)),
        # Counting back over 春节 2026 (15 to 23 February off, Saturdays 14 and 28 worked).
        (Clause(ClauseKind.BEFORE_EVENT, "举行听证", 3, Unit.WORKDAY, "before"), date(2026, 2, 25), date(2026, 2, 13)),
        # A latest day before an event is never moved on: that would be too late. Sunday 15 March 2026.
        (Clause(ClauseKind.BEFORE_EVENT, "会议召开", 5, Unit.DAY, "before"), date(2026, 3, 20), date(2026, 3, 15)),
    ],
)
def test_counting_back_from_an_event(rulebook: Rulebook, clause: Clause, event_on: date, last: date) -> None:
    found = due(rulebook, clause, event_on)

    assert found is not None
    assert found.due_on == last


def test_the_days_before_an_event_are_proved_from_the_last_one_on(rulebook: Rulebook, national: Workdays) -> None:
    clause = Clause(ClauseKind.BEFORE_EVENT, "举行听证", 3, Unit.WORKDAY, "before")
    proof = steps(due(rulebook, clause, date(2026, 2, 25)), national)

    assert (proof[0].date, proof[-1].date) == (date(2026, 2, 13), date(2026, 2, 24))
    assert [step.date.day for step in proof if step.counted] == [13, 14, 24]


def test_a_minimum_display_has_an_earliest_end_and_never_a_latest_day(rulebook: Rulebook) -> None:
    """城乡规划法 第二十六条: at least thirty days, so what began on 2 March 2026 may end on 1 April."""
    clause = Clause(ClauseKind.MIN_NOTICE, "公告", 30, Unit.DAY, "at_least")
    found = earliest_end(clause, date(2026, 3, 2), rulebook.workdays("national"), rulebook.deadlines.rules)

    assert found is not None
    assert (found.due_on, found.is_minimum) == (date(2026, 4, 1), True)
    assert {rule.code for rule in found.rules} == {"start-day-code", "plan-notice"}
    assert due(rulebook, clause, date(2026, 3, 2)) is None
    assert earliest_end(PROMPT, date(2026, 3, 2), rulebook.workdays("national"), rulebook.deadlines.rules) is None


@pytest.mark.parametrize(
    ("clause", "event_on", "last"),
    [
        # 20 working days after 30 April 2017, Saturday 27 May worked for 端午节 (条例 2007 第十八条).
        (Clause(ClauseKind.PERIODIC, period="month"), date(2017, 4, 10), date(2017, 5, 27)),
        # 20 working days after 31 March 2026, over 清明节 (条例 2019 第二十六条).
        (Clause(ClauseKind.PERIODIC, period="quarter"), date(2026, 2, 10), date(2026, 4, 29)),
        # 每季度结束后15日内, 年度终了后3个月内.
        (Clause(ClauseKind.PERIODIC, None, 15, Unit.DAY, "within", "quarter"), date(2026, 2, 10), date(2026, 4, 15)),
        (Clause(ClauseKind.PERIODIC, None, 3, Unit.MONTH, "within", "year"), date(2026, 2, 10), date(2027, 3, 31)),
        # 每月10日前 is the next tenth; on the tenth itself that of the next month.
        (Clause(ClauseKind.PERIODIC, None, 10, Unit.DAY, "before", "month"), date(2026, 3, 5), date(2026, 3, 10)),
        (Clause(ClauseKind.PERIODIC, None, 10, Unit.DAY, "before", "month"), date(2026, 3, 10), date(2026, 4, 10)),
        (Clause(ClauseKind.PERIODIC, None, 10, Unit.DAY, "before", "quarter"), date(2026, 3, 31), date(2026, 4, 10)),
        # 半年至少更新1次 is late when the half-year is over.
        (Clause(ClauseKind.PERIODIC, direction="within", period="half_year"), date(2026, 2, 10), date(2026, 6, 30)),
        # 每隔2年清理1次 counts from the last time; 2 March 2028 is a Thursday.
        (Clause(ClauseKind.PERIODIC, None, 2, Unit.YEAR, None, "year"), date(2026, 3, 2), date(2028, 3, 2)),
        # 每年2月底前, in an ordinary and in a leap year.
        (Clause(ClauseKind.FIXED_DATE, on="02-29"), date(2027, 1, 10), date(2027, 2, 28)),
        (Clause(ClauseKind.FIXED_DATE, on="02-29"), date(2028, 1, 10), date(2028, 2, 29)),
    ],
)
def test_periods_are_counted_from_their_end(rulebook: Rulebook, clause: Clause, event_on: date, last: date) -> None:
    found = due(rulebook, clause, event_on)

    assert found is not None
    assert found.due_on == last


@pytest.mark.parametrize(
    ("received_on", "count", "last", "extended_to", "exceeds"),
    [
        # 条例 2007 第二十四条: 15 working days and 15 more for what was received until 14 May 2019 (端午节 7 to 9 June).
        (date(2019, 5, 14), 15, date(2019, 6, 4), date(2019, 6, 26), None),
        # 条例 2019 第三十三条: 20 and 20 more from 15 May 2019 on.
        (date(2019, 5, 15), 20, date(2019, 6, 13), date(2019, 7, 11), None),
        # A text that gives longer than the law of the day is counted as written, and said to be too long.
        (date(2019, 5, 14), 20, date(2019, 6, 12), date(2019, 7, 3), "reply-2007"),
    ],
)
def test_replies_and_their_extension_follow_the_law_of_the_day_received(
    rulebook: Rulebook, received_on: date, count: int, last: date, extended_to: date, exceeds: str | None
) -> None:
    found = due(rulebook, Clause(ClauseKind.RESPONSE, "收到申请", count, Unit.WORKDAY, "within"), received_on)

    assert found is not None
    assert (found.due_on, found.extended_to) == (last, extended_to)
    assert (found.exceeds.code if found.exceeds else None) == exceeds


@pytest.mark.parametrize(
    ("clause", "event_on", "calendar", "codes"),
    [
        (WITHIN_20_WORKDAYS, date(2017, 4, 10), "national", {"start-day-1986", "disclosure-2007"}),
        (WITHIN_20_WORKDAYS, date(2017, 4, 10), "chuxiong", {"start-day-1986", "disclosure-2007", "local-holidays"}),
        (
            WITHIN_20_WORKDAYS,
            date(2026, 3, 2),
            "chuxiong",
            {"start-day-code", "disclosure-2019", "local-holidays-2025"},
        ),
        (WITHIN_20_DAYS, date(2026, 2, 12), "chuxiong", {"start-day-code", "budget-days"}),
    ],
)
def test_a_due_date_names_the_rules_of_its_day(
    rulebook: Rulebook, clause: Clause, event_on: date, calendar: str, codes: set[str]
) -> None:
    found = due(rulebook, clause, event_on, calendar)

    assert found is not None
    assert {rule.code for rule in found.rules} == codes


CLAUSES = st.builds(
    Clause,
    kind=st.sampled_from([ClauseKind.WITHIN, ClauseKind.BEFORE_EVENT, ClauseKind.PROMPT, ClauseKind.RESPONSE]),
    trigger=st.sampled_from([None, CONGRESS, "信息形成", "收到申请", "分配结果确定"]),
    count=st.integers(1, 60),
    unit=st.sampled_from([Unit.WORKDAY, Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.HOUR]),
)


@given(st.lists(st.tuples(CLAUSES, st.dates(date(2009, 1, 1), date(2030, 12, 31))), max_size=12))
def test_many_at_once_are_what_each_is_alone(rulebook: Rulebook, asked: list[tuple[Clause, date]]) -> None:
    calendar = CALENDARS.setdefault("national", rulebook.workdays("national"))
    rules = rulebook.deadlines.rules

    assert due_dates(asked, calendar, rules) == {
        (clause, event_on): due_date(clause, event_on, calendar, rules) for clause, event_on in asked
    }


@given(clause=CLAUSES, event_on=st.dates(date(2009, 1, 1), date(2030, 12, 31)), off=st.integers(0, 90))
def test_another_holiday_never_makes_a_date_earlier(
    rulebook: Rulebook, clause: Clause, event_on: date, off: int
) -> None:
    calendar = CALENDARS.setdefault("national", rulebook.workdays("national"))
    holiday = event_on + timedelta(days=off)
    another = replace(calendar, days_off={**calendar.days_off, holiday: "假日"}, made_up=calendar.made_up - {holiday})
    before = due_date(clause, event_on, calendar, rulebook.deadlines.rules)
    after = due_date(clause, event_on, another, rulebook.deadlines.rules)

    assert before is not None
    assert after is not None
    if clause.kind is ClauseKind.BEFORE_EVENT:
        assert after.due_on <= before.due_on
    else:
        assert after.due_on >= before.due_on


def test_clauses_that_set_no_latest_day_never_lead(rulebook: Rulebook) -> None:
    notice = Clause(ClauseKind.MIN_NOTICE, count=30, unit=Unit.DAY)
    sourced = replace(WITHIN_20_WORKDAYS, source="条例")

    assert leading_clause([notice, sourced]) is sourced
    assert leading_clause([notice]) is notice
