"""Which rule finds what: thresholds at and around their border, each fault by its own rule, gone once it is mended."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from registry.assessment.facts import DeadAddress, Facts
from registry.assessment.finding import assess, assess_unit, find
from registry.assessment.telling import finding_in_words
from registry.coverage.rules import OccasionState
from registry.rulebook.assessment import Edition
from registry.rulebook.book import Rulebook
from tests.assessment.cases import TODAY, facts, occasion, version

LONG, OVERDUE, MET = OccasionState.LONG_OVERDUE, OccasionState.OVERDUE, OccasionState.MET


@pytest.fixture
def rules(rulebook: Rulebook) -> Edition:
    return rulebook.assessment.on(TODAY)


def found(known: Facts, rules: Edition) -> set[str]:
    return {one.rule for one in find(known, rules)}


def verdict_of(known: Facts, rules: Edition, rule: str) -> tuple[int, bool]:
    (verdict,) = (one for one in assess_unit("CX-101", known, rules).verdicts if one.rule == rule)
    return verdict.count, verdict.holds


@pytest.mark.parametrize(("number", "holds"), [(0, False), (1, False), (4, False), (5, True), (6, True)])
def test_five_blank_columns_are_a_veto_and_four_are_not(rules: Edition, number: int, holds: bool) -> None:
    blank = [occasion(one, OVERDUE) for one in range(1, number + 1)]

    assert verdict_of(facts(blank), rules, "blank_column") == (number, holds)


@pytest.mark.parametrize(
    ("rule", "rhythm", "days", "number", "holds"),
    [
        ("stale_current", "realtime", 14, 4, False),
        ("stale_current", "realtime", 14, 5, True),
        ("stale_current", "event", 181, 4, False),
        ("stale_current", "event", 181, 5, True),
        ("stale_column", "month", 61, 9, False),
        ("stale_column", "month", 61, 10, True),
        ("stale_column", "quarter", 181, 10, True),
        ("stale_column", "half_year", 273, 10, True),
        ("stale_column", "year", 456, 10, True),
    ],
)
def test_columns_are_stale_one_day_after_their_rhythm_and_a_number_of_them_is_a_veto(
    rules: Edition, rule: str, rhythm: str, days: int, number: int, holds: bool
) -> None:
    """On the last day of 14 days, or of so many months (2026-01-01 to 07-01), the column is not stale yet."""
    owed = [occasion(one, OVERDUE) for one in range(1, number + 1)]
    last_day = [version(one, shown_from=TODAY - timedelta(days=days)) for one in range(1, number + 1)]
    day_after = [replace(one, shown_from=one.shown_from - timedelta(days=1)) for one in last_day]

    assert verdict_of(facts(owed, last_day, rhythm=rhythm), rules, rule) == (0, False)
    assert verdict_of(facts(owed, day_after, rhythm=rhythm), rules, rule) == (number, holds)


def test_a_column_in_which_nothing_is_owed_is_neither_blank_nor_stale(rules: Edition) -> None:
    answers = (
        OccasionState.UPCOMING,
        OccasionState.NOTHING_TO_PUBLISH,
        OccasionState.NOT_APPLICABLE,
        OccasionState.EXTENDED,
    )
    quiet = [occasion(number, state) for number, state in enumerate(answers, start=1)]
    old = version(9, shown_from=date(2020, 1, 1), period="", title="公示")

    assert found(facts(quiet, [old]), rules) == set()


def test_what_the_whole_city_has_is_judged_apart_from_its_units(rules: Edition) -> None:
    """Three blank columns of one unit and two of another: no veto for either, one for the site they share."""
    rows = [occasion(one, OVERDUE, unit_code="CX-101" if one < 4 else "CX-102") for one in range(1, 6)]
    judged = assess(facts(rows), rules)

    assert [(code, unit.vetoed_by) for code, unit in judged.units.items()] == [("CX-101", []), ("CX-102", [])]
    assert [(one.rule, one.count) for one in judged.verdicts if one.holds] == [("blank_column", 5)]
    assert {one.unit_code for one in judged.verdicts} == {""}


def days_before(*numbers: int) -> tuple[date, ...]:
    return tuple(TODAY - timedelta(days=one) for one in numbers)


def gone_since(*numbers: int) -> DeadAddress:
    return DeadAddress("https://www.cxs.gov.cn/1.htm", days_before(*numbers))


FAULTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("missing_table", {"missing_tables": ("收入表",)}, {"missing_tables": ()}),
    ("missing_element", {"missing_elements": ("说明",)}, {"missing_elements": ()}),
    ("title_number", {"title_flaws": ("no_year",)}, {"title_flaws": ()}),
    ("unreviewed", {"is_reviewed": False}, {"is_reviewed": True}),
    ("personal_data", {"personal_data": ("mobile_number",)}, {"personal_data": ()}),
    (
        "personal_data_kept",
        {"personal_data": ("mobile_number",), "personal_data_reason": "办公电话"},
        {"personal_data": (), "personal_data_reason": "办公电话"},
    ),
    ("dead_link", {"dead": [gone_since(3, 2)]}, {"dead": [gone_since(2)]}),
    ("unconfirmed", {"unconfirmed_since": days_before(11)[0]}, {"unconfirmed_since": days_before(10)[0]}),
    ("date_before_formed", {"formed_on": days_before(109)[0]}, {"formed_on": days_before(110)[0]}),
    ("date_registered", {"registered_on": days_before(79)[0]}, {"registered_on": days_before(80)[0]}),
    ("date_registered", {"registered_on": days_before(79)[0]}, {"registered_on": days_before(79)[0], "seen_on": days_before(100)[0]}),
    (
        "date_unseen",
        {"seen_on": days_before(102)[0], "unseen_days": days_before(109, 108)},
        {"seen_on": days_before(103)[0], "unseen_days": days_before(109, 108)},
    ),
    (
        "date_unseen",
        {"seen_on": days_before(50)[0], "unseen_days": days_before(109, 108)},
        {"seen_on": days_before(50)[0], "unseen_days": days_before(109)},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "broken", "mended"), FAULTS, ids=[f"{rule} {number}" for number, (rule, *_) in enumerate(FAULTS)]
)
def test_each_fault_is_found_by_its_rule_and_gone_once_mended(
    rules: Edition, rule: str, broken: dict[str, Any], mended: dict[str, Any]
) -> None:
    (one,) = find(facts([occasion(1, MET)], [version(1, **broken)]), rules)

    assert (one.rule, one.unit_code, one.subject, one.subject_id) == (
        rule,
        "CX-101",
        "publication",
        str(version(1).publication_id),
    )
    assert "{" not in finding_in_words(one)
    assert find(facts([occasion(1, MET)], [version(1, **mended)]), rules) == []


@pytest.mark.parametrize(
    ("state", "changes", "rules_found"),
    [
        (LONG, {}, {"long_overdue", "blank_column"}),
        (OVERDUE, {}, {"overdue", "blank_column"}),
        (OccasionState.MET_LATE, {"published_on": date(2026, 1, 1)}, {"late"}),
        (OccasionState.MET_LATE, {"published_on": date(2025, 12, 31)}, set()),
        (OVERDUE, {"unseen_id": version(1).publication_id}, set()),
        (OccasionState.DUE_SOON, {}, set()),
        (OccasionState.NEEDS_RULE, {}, set()),
    ],
)
def test_what_is_late_is_found_and_being_late_only_within_the_year(
    rules: Edition, state: OccasionState, changes: dict[str, Any], rules_found: set[str]
) -> None:
    known = facts([occasion(1, state, **changes)])

    assert found(known, rules) == rules_found
    assert all("{" not in finding_in_words(one) for one in find(known, rules))


def test_a_dead_address_is_charged_once_and_not_as_something_missing_too(rules: Edition) -> None:
    dead = version(1, dead=[gone_since(3, 2)])
    known = facts([occasion(1, LONG, unseen_id=dead.publication_id)], [dead])

    assert [(one.rule, one.points) for one in find(known, rules)] == [("dead_link", 2)]


def test_a_doubt_costs_nothing_and_vetoes_nothing(rules: Edition) -> None:
    unit = assess_unit("CX-101", facts([occasion(1, MET)], [version(1, registered_on=TODAY)]), rules)

    assert [one.rule for one in unit.doubts] == ["date_registered"]
    assert (unit.score, unit.vetoed_by, unit.vetoes) == (100, [], [])


@pytest.mark.parametrize(
    "state", [OccasionState.NOT_APPLICABLE, OccasionState.NOTHING_TO_PUBLISH, OccasionState.EXTENDED]
)
def test_a_declaration_gains_no_more_than_not_owing_it_and_stays_to_be_seen(
    rules: Edition, state: OccasionState
) -> None:
    owed = [occasion(1, LONG), occasion(2, MET)]
    declared = assess_unit("CX-101", facts([occasion(1, state), owed[1]]), rules)
    never_owed = assess_unit("CX-101", facts(owed[1:]), rules)

    assert (declared.score, declared.counts.rate) == (never_owed.score, never_owed.counts.rate)
    assert (getattr(declared.counts, state.value), getattr(never_owed.counts, state.value)) == (1, 0)
