"""What a duty gives rise to by itself, and how spans of assignments join."""

from datetime import date

import pytest

from registry.deadlines.clauses import Clause, ClauseKind, Unit
from registry.duties.rules import Expected, Schedule, Span, expected_occasions, join_spans, periods
from registry.rulebook.book import Rulebook

TRACKED_FROM = date(2026, 1, 1)
TODAY = date(2026, 3, 2)
WITHIN_20_DAYS = Clause(ClauseKind.WITHIN, trigger="批准", count=20, unit=Unit.DAY)
WITHIN_20_WORKDAYS = Clause(ClauseKind.WITHIN, count=20, unit=Unit.WORKDAY)


def expected(
    rulebook: Rulebook, schedule: Schedule, *, since: date = TRACKED_FROM, today: date = TODAY, **more: bool
) -> list[Expected]:
    return expected_occasions(
        schedule,
        since=since,
        today=today,
        calendar=rulebook.workdays("national"),
        rules=rulebook.deadlines.rules,
        **more,
    )


@pytest.mark.parametrize(
    ("kind", "since", "until", "codes"),
    [
        ("year", date(2026, 1, 1), date(2026, 5, 3), ["2026"]),
        ("year", date(2026, 3, 2), date(2027, 1, 1), ["2026", "2027"]),
        ("half_year", date(2026, 1, 1), date(2026, 7, 1), ["2026-H1", "2026-H2"]),
        ("half_year", date(2026, 1, 2), date(2026, 6, 30), []),
        ("quarter", date(2026, 1, 1), date(2026, 10, 1), ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        ("quarter", date(2026, 2, 1), date(2026, 4, 1), ["2026-Q2"]),
        ("month", date(2025, 12, 1), date(2026, 2, 28), ["2025-12", "2026-01", "2026-02"]),
        ("month", date(2026, 3, 2), date(2026, 3, 31), []),
    ],
)
def test_periods(kind: str, since: date, until: date, codes: list[str]) -> None:
    assert [period.code for period in periods(kind, since, until)] == codes


def test_a_period_knows_its_first_and_last_day() -> None:
    february = next(iter(periods("month", date(2028, 2, 1), date(2028, 2, 1))))
    half = next(iter(periods("half_year", date(2026, 7, 1), date(2026, 7, 1))))

    assert (february.first, february.last) == (date(2028, 2, 1), date(2028, 2, 29))
    assert (half.first, half.last) == (date(2026, 7, 1), date(2026, 12, 31))


def test_a_monthly_item_owes_each_month_counted_from_its_last_day(rulebook: Rulebook) -> None:
    found = expected(rulebook, Schedule((WITHIN_20_WORKDAYS,), "month", None))

    # January: 20 working days after 31 January 2026, over 春节; two months ahead of today are raised.
    assert [(one.period, one.due.due_on) for one in found][:2] == [
        ("2026-01", date(2026, 3, 5)),
        ("2026-02", date(2026, 3, 27)),
    ]
    assert [one.period for one in found] == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert {one.assumed for one in found} == {False}


def test_a_yearly_item_is_counted_from_the_day_its_event_is_expected_and_says_it_is_assumed(rulebook: Rulebook) -> None:
    (found,) = expected(rulebook, Schedule((WITHIN_20_DAYS,), "year", "03-31"))

    assert (found.kind, found.period, found.counted_from, found.due.due_on, found.assumed) == (
        "period",
        "2026",
        date(2026, 3, 31),
        date(2026, 4, 20),
        True,
    )


def test_a_fixed_date_of_the_year_is_in_that_year(rulebook: Rulebook) -> None:
    (found,) = expected(rulebook, Schedule((Clause(ClauseKind.FIXED_DATE, on="06-30"),), "year", None))

    assert (found.period, found.due.due_on, found.assumed) == ("2026", date(2026, 6, 30), False)


def test_periods_due_before_tracking_began_are_left_out(rulebook: Rulebook) -> None:
    schedule = Schedule((WITHIN_20_DAYS,), "year", "03-31")

    assert [one.period for one in expected(rulebook, schedule, since=date(2026, 4, 21), today=date(2026, 5, 1))] == []
    assert [one.period for one in expected(rulebook, schedule, since=date(2026, 4, 20), today=date(2026, 5, 1))] == [
        "2026"
    ]


def test_an_item_tied_to_events_owes_its_first_disclosure(rulebook: Rulebook) -> None:
    (found,) = expected(rulebook, Schedule((WITHIN_20_WORKDAYS,), None, None))

    assert (found.kind, found.counted_from, found.due.due_on, found.assumed) == (
        "first",
        TRACKED_FROM,
        date(2026, 1, 29),
        True,
    )


def test_a_recorded_event_takes_the_place_of_the_first_disclosure(rulebook: Rulebook) -> None:
    assert expected(rulebook, Schedule((WITHIN_20_WORKDAYS,), None, None), known_events=True) == []


@pytest.mark.parametrize(
    "clauses",
    [
        (),
        (Clause(ClauseKind.MIN_NOTICE, count=30, unit=Unit.DAY),),
        (Clause(ClauseKind.PERIODIC),),
    ],
)
def test_a_text_that_cannot_be_counted_has_no_due_date(rulebook: Rulebook, clauses: tuple[Clause, ...]) -> None:
    (found,) = expected(rulebook, Schedule(clauses, None, None))

    assert found.due is None


SPANS = [
    ("apart", [Span(date(2026, 1, 1), date(2026, 1, 31)), Span(date(2026, 2, 2), None)], 2),
    ("touching", [Span(date(2026, 1, 1), date(2026, 1, 31)), Span(date(2026, 2, 1), None)], 1),
    ("overlapping", [Span(date(2026, 1, 1), date(2026, 3, 1)), Span(date(2026, 2, 1), date(2026, 4, 1))], 1),
    ("inside", [Span(date(2026, 1, 1), None), Span(date(2026, 2, 1), date(2026, 3, 1))], 1),
    ("none", [], 0),
]


@pytest.mark.parametrize(("spans", "number"), [case[1:] for case in SPANS], ids=[case[0] for case in SPANS])
def test_spans_join(spans: list[Span], number: int) -> None:
    assert len(join_spans(spans)) == number
    assert join_spans(reversed(spans)) == join_spans(spans)


def test_joined_spans_reach_as_far_as_the_farthest() -> None:
    assert join_spans([Span(date(2026, 1, 1), date(2026, 3, 1)), Span(date(2026, 2, 1), date(2026, 2, 5))]) == [
        Span(date(2026, 1, 1), date(2026, 3, 1))
    ]
    assert join_spans([Span(date(2026, 1, 1), date(2026, 3, 1)), Span(date(2026, 2, 1), None)]) == [
        Span(date(2026, 1, 1), None)
    ]


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        (("lead", "contributor"), "lead"),
        (("contributor", "lead"), "lead"),
        (("contributor", "contributor"), "contributor"),
    ],
)
def test_who_leads_anywhere_leads_all_of_it(parts: tuple[str, str], joined: str) -> None:
    first, second = Span(date(2026, 1, 1), date(2026, 1, 31), parts[0]), Span(date(2026, 2, 1), None, parts[1])

    assert [span.part for span in join_spans([first, second])] == [joined]


@pytest.mark.parametrize(
    ("span", "first", "last", "shared"),
    [
        (Span(date(2018, 1, 1), None), date(2019, 3, 25), None, Span(date(2019, 3, 25), None)),
        (Span(date(2018, 1, 1), date(2019, 3, 24)), None, date(2018, 6, 30), Span(date(2018, 1, 1), date(2018, 6, 30))),
        (
            Span(date(2018, 1, 1), date(2019, 3, 24)),
            date(2019, 3, 24),
            None,
            Span(date(2019, 3, 24), date(2019, 3, 24)),
        ),
        (Span(date(2018, 1, 1), date(2019, 3, 24)), date(2019, 3, 25), None, None),
    ],
)
def test_days_two_spans_share(span: Span, first: date | None, last: date | None, shared: Span | None) -> None:
    assert span.within(first, last) == shared
