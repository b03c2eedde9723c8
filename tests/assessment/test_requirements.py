"""Verdicts on requirements as tables of cases: borders of limits, the law of the day, and what stays unknown."""

from datetime import date

import pytest

from registry.assessment.requirements import (
    Judged,
    ReviewFacts,
    Standing,
    Tally,
    in_force,
    judge_channels,
    judge_display,
    judge_interpretation,
    judge_item,
    judge_limit,
    judge_link,
    judge_personal_data,
    judge_publishing,
    judge_review,
    judge_review_record,
    last_days,
    standing_of,
)
from registry.coverage.rules import OccasionState as State
from registry.rulebook.book import Rulebook

DAY = date(2026, 3, 2)
POINTS = frozenset({"no_state_secret", "no_personal_data"})


def words(judged: Judged | None) -> str | None:
    return None if judged is None else f"{judged.verdict} {judged.why}"


@pytest.mark.parametrize(
    ("published_on", "limit"),
    [
        # 2026-02-14 (Saturday) is worked for the Spring Festival, which is off from the 15th to the 23rd.
        (date(2026, 2, 11), date(2026, 2, 14)),
        (date(2026, 2, 12), date(2026, 2, 24)),
        (date(2026, 2, 13), date(2026, 2, 25)),
        (date(2026, 2, 20), date(2026, 2, 26)),
        (date(2026, 3, 6), date(2026, 3, 11)),
    ],
)
def test_three_working_days_around_the_spring_festival(rulebook: Rulebook, published_on: date, limit: date) -> None:
    assert last_days([published_on], 3, "workday", rulebook.workdays("chuxiong")) == [limit]


def test_days_beyond_the_calendar_are_not_guessed(rulebook: Rulebook) -> None:
    starts = [date(1949, 10, 1), date(2026, 2, 12), date(2046, 1, 1), date(2045, 12, 30)]

    assert last_days(starts, 3, "workday", rulebook.workdays("chuxiong")) == [None, date(2026, 2, 24), None, None]
    assert last_days([date(2026, 2, 12)], 30, "day", rulebook.workdays("chuxiong")) == [date(2026, 3, 14)]


@pytest.mark.parametrize(
    ("day", "articles"),
    [
        (date(2017, 12, 1), [("2007", ("第十八条",))]),
        (date(2019, 5, 14), [("2007", ("第十八条",))]),
        (date(2019, 5, 15), [("2019", ("第二十六条",))]),
        (date(2026, 3, 2), [("2019", ("第二十六条",))]),
    ],
)
def test_the_law_is_that_of_the_day(rulebook: Rulebook, day: date, articles: list[tuple[str, tuple[str, ...]]]) -> None:
    requirement = next(one for one in rulebook.management["M1"].requirements if one.code == "M1-2")
    found = in_force(requirement.legal_bases, rulebook.regulations, day)

    assert [(basis.edition, basis.articles) for basis in found] == articles


@pytest.mark.parametrize(
    ("state", "formed_limit", "expected"),
    [
        (State.MET, None, "holds in_time"),
        (State.MET, date(2026, 2, 27), "fails late_since_formed"),
        (State.MET, date(2026, 3, 2), "holds in_time"),
        (State.MET_LATE, None, "fails late"),
        (State.OVERDUE, None, "fails nothing_published"),
        (State.LONG_OVERDUE, None, "fails nothing_published"),
        (State.NEEDS_RULE, None, "unknown needs_rule"),
        (State.UPCOMING, None, None),
        (State.EXTENDED, None, None),
        (State.NOTHING_TO_PUBLISH, None, None),
        (State.NOT_APPLICABLE, None, None),
    ],
)
def test_publishing(state: State, formed_limit: date | None, expected: str | None) -> None:
    assert words(judge_publishing(state, published_on=DAY, formed_limit=formed_limit)) == expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({State.MET_LATE, State.OVERDUE}, "holds has_content"),
        ({State.OVERDUE, State.UPCOMING}, "fails empty"),
        ({State.UPCOMING, State.NOT_APPLICABLE}, "unknown not_due"),
        ({State.NEEDS_RULE}, "unknown needs_rule"),
        ({State.NOT_APPLICABLE, State.NOTHING_TO_PUBLISH}, None),
    ],
)
def test_items_with_content(states: set[State], expected: str | None) -> None:
    assert words(judge_item(states)) == expected


def facts(**changes: object) -> ReviewFacts:
    values: dict[str, object] = {
        "has_reviewer": True,
        "by_another": True,
        "checks": POINTS,
        "decided_on": DAY,
        "submitted": True,
        "claimed_on": DAY,
        "registered_on": DAY,
    }
    return ReviewFacts(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "holds reviewed_before"),
        ({"has_reviewer": False}, "fails not_reviewed"),
        ({"decided_on": None}, "fails not_reviewed"),
        ({"by_another": False}, "fails same_person"),
        ({"checks": frozenset()}, "fails no_points_ticked"),
        ({"checks": frozenset({"no_state_secret"})}, "unknown points_differ"),
        ({"decided_on": date(2026, 3, 3)}, "fails reviewed_after"),
        ({"claimed_on": date(2026, 3, 1)}, "unknown registered_after"),
        ({"claimed_on": date(2026, 3, 1), "is_correction": True}, "holds reviewed_before"),
    ],
)
def test_reviews(changes: dict[str, object], expected: str) -> None:
    assert words(judge_review(facts(**changes), POINTS)) == expected


def test_records_of_reviews() -> None:
    assert words(judge_review_record(facts())) == "holds recorded"
    for lacking in ({"has_reviewer": False}, {"submitted": False}, {"decided_on": None}, {"checks": frozenset()}):
        assert words(judge_review_record(facts(**lacking))) == "fails record_incomplete"


@pytest.mark.parametrize(
    ("explained", "is_needed", "as_of", "expected"),
    [
        ([date(2026, 2, 24)], True, DAY, "holds in_time"),
        ([date(2026, 2, 25)], True, DAY, "fails late"),
        ([date(2026, 2, 25), date(2026, 2, 12)], False, DAY, "holds in_time"),
        ([], True, date(2026, 2, 24), "unknown not_due"),
        ([], True, date(2026, 2, 25), "fails not_interpreted"),
        ([], False, DAY, "unknown need_not_said"),
    ],
)
def test_interpretations(explained: list[date], is_needed: bool, as_of: date, expected: str) -> None:
    limit = date(2026, 2, 24)

    assert words(judge_interpretation(explained, limit, is_needed=is_needed, as_of=as_of)) == expected
    linked = words(judge_link(bool(explained), limit, is_needed=is_needed, as_of=as_of))
    assert linked == ("holds linked" if explained else expected)


@pytest.mark.parametrize(
    ("ended_on", "as_of", "expected"),
    [
        (None, date(2026, 3, 31), "unknown still_shown"),
        (None, date(2026, 4, 1), "holds shown_long_enough"),  # the thirtieth day after the 2nd of March
        (date(2026, 4, 1), date(2026, 6, 1), "fails ended_early"),
        (date(2026, 4, 2), date(2026, 6, 1), "holds shown_long_enough"),
        (date(2026, 3, 20), date(2026, 3, 10), "unknown still_shown"),
    ],
)
def test_thirty_days_on_display(ended_on: date | None, as_of: date, expected: str) -> None:
    assert words(judge_display(DAY, ended_on, 30, as_of)) == expected


def test_the_rest() -> None:
    assert words(judge_channels({"gazette", "other"}, ["gazette", "print"])) == "holds official_channel"
    assert words(judge_channels({"other"}, ["gazette"])) == "fails no_official_channel"
    assert words(judge_channels({"other"}, [])) == "unknown no_channels_named"
    assert words(judge_limit(DAY, None)) == "unknown no_calendar"
    assert words(judge_personal_data(found=1, unread=0, has_reason=False)) == "fails personal_data_found"
    assert words(judge_personal_data(found=1, unread=1, has_reason=True)) == "unknown published_with_reason"
    assert words(judge_personal_data(found=0, unread=1, has_reason=False)) == "unknown file_not_read"
    assert words(judge_personal_data(found=0, unread=0, has_reason=False)) == "holds nothing_found"


def test_what_is_unknown_counts_for_nobody() -> None:
    tally = Tally(fails=1, unknown=5, holds=3)

    assert (tally.examined, tally.total, tally.rate) == (4, 9, 0.75)
    assert Tally(unknown=5).rate is None
    assert [standing_of(one) for one in (tally, Tally(holds=1), Tally(unknown=5))] == [
        Standing.FAILS,
        Standing.HOLDS,
        Standing.NOTHING,
    ]
