"""What findings cost: caps, editions by their day, and that the sum of the records is the score."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from registry.assessment.finding import assess_unit, find
from registry.assessment.rules import charged
from registry.assessment.titles import flaws
from registry.coverage.rules import OccasionState
from registry.rulebook.assessment import AssessmentRules, Edition
from registry.rulebook.book import Rulebook
from tests.assessment.cases import TODAY, facts, occasion, version

LONG, OVERDUE = OccasionState.LONG_OVERDUE, OccasionState.OVERDUE


@pytest.fixture
def rules(rulebook: Rulebook) -> Edition:
    return rulebook.assessment.on(TODAY)


@pytest.mark.parametrize(
    ("long", "overdue", "score"),
    [(0, 0, 100), (1, 0, 97), (0, 1, 98), (16, 0, 52), (16, 1, 50), (17, 0, 50), (0, 24, 52), (0, 25, 50), (0, 26, 50), (40, 40, 50)],
)  # fmt: skip
def test_late_things_cost_three_or_two_points_until_fifty_are_lost(
    rules: Edition, long: int, overdue: int, score: float
) -> None:
    rows = [occasion(one, LONG) for one in range(1, long + 1)]
    rows += [occasion(100 + one, OVERDUE) for one in range(1, overdue + 1)]
    unit = assess_unit("CX-101", facts(rows), rules)

    assert unit.score == score
    assert unit.score == rules.full_mark - sum(one.points for one in unit.findings)
    assert sum(one.count for one in unit.lost) == long + overdue
    assert all(one.is_capped == (score == 50) for one in unit.lost)


def test_nothing_costs_less_by_growing_older(rules: Edition) -> None:
    """One after the other of 30 overdue occasions becomes long overdue: no score may rise by that."""
    scores = []
    for grown in range(31):
        rows = [occasion(one, LONG if one <= grown else OVERDUE) for one in range(1, 31)]
        scores.append(assess_unit("CX-101", facts(rows), rules).score)

    assert all(after <= before for before, after in pairwise(scores))


def test_the_oldest_records_lose_first_and_the_last_only_what_is_left(rules: Edition) -> None:
    rows = [occasion(one, LONG, limit=date(2026, 1, one)) for one in range(1, 19)]
    findings = [one for one in find(facts(rows), rules) if one.rule == "long_overdue"]

    assert [one.points for one in findings] == [3] * 16 + [2, 0]
    assert [one.since for one in findings] == [date(2026, 1, day) for day in range(1, 19)]


def test_units_reach_their_caps_apart(rules: Edition) -> None:
    rows = [occasion(one, LONG, unit_code=f"CX-{101 + one % 2}") for one in range(1, 31)]
    points = charged(find(facts(rows), rules), rules)

    assert {code: sum(one.points for one in points if one.unit_code == code) for code in ("CX-101", "CX-102")} == {
        "CX-101": 45,
        "CX-102": 45,
    }


def test_vetoes_never_change_a_score(rules: Edition) -> None:
    unit = assess_unit("CX-101", facts([], [version(1, is_reviewed=False)]), rules)

    assert ([one.rule for one in unit.vetoed_by], unit.score, unit.passes) == (["unreviewed"], 100, True)


def test_the_edition_of_the_day_judges(rules: Edition) -> None:
    """The older edition asks for three blank columns only, and does not know dead links."""
    (blank, *vetoes) = rules.vetoes
    older = replace(
        rules,
        from_on=date(2015, 3, 1),
        vetoes=(replace(blank, threshold=3), *vetoes),
        points=tuple(rule for rule in rules.points if rule.code != "overdue"),
    )
    editions = AssessmentRules((rules, older))
    rows = facts([occasion(one, OVERDUE) for one in range(1, 4)])

    assert editions.on(date(2017, 12, 31)) is older
    assert editions.on(date(2018, 1, 1)) is rules
    assert editions.on(date(2000, 1, 1)) is rules
    assert assess_unit("CX-101", rows, older).score == 100
    assert [one.rule for one in assess_unit("CX-101", rows, older).vetoed_by] == ["blank_column"]
    assert assess_unit("CX-101", rows, rules).score == 94
    assert assess_unit("CX-101", rows, rules).vetoed_by == []


def test_thresholds_and_marks_are_those_of_the_inspection(rules: Edition) -> None:
    """国办秘函〔2019〕19号: 5 blank, 5 current, 10 stale columns; 100 points, below 60 does not pass. The caps use up the mark, no more."""
    assert {rule.code: rule.threshold for rule in rules.vetoes} == {
        "blank_column": 5,
        "stale_current": 5,
        "stale_column": 10,
        "unreviewed": 1,
        "personal_data": 1,
    }
    assert (rules.full_mark, rules.passing_mark) == (100, 60)
    assert sum(group.cap for group in rules.groups) == 100
    assert all(rule.source for rule in rules.rules.values())


@pytest.mark.parametrize(
    ("title", "doc_no", "period", "expected"),
    [
        ("楚雄市2026年预算", None, "2026", ()),
        ("楚雄市二〇二六年预算", None, "2026-Q1", ()),
        ("楚雄市二○二六年预算", None, "2026", ()),
        ("楚雄市预算", None, "2026", ("no_year",)),
        ("楚雄市2025年预算", None, "2026-03", ("no_year",)),
        ("征收土地公告", None, "", ()),
        ("公告", "楚市财〔2026〕12号", "", ()),
        ("公告", "2026年第3号", "", ()),
        ("公告", "楚市财[2026]12号", "", ("brackets",)),
        ("公告", "楚市财（2026）12号", "", ("brackets",)),
        ("公告", "楚市财【2026】12号", "", ("brackets",)),
        ("公告", "楚市财〔2026〕第12号", "", ("number",)),
        ("公告", "楚市财〔2026〕012号", "", ("number",)),
        ("公告", "楚市财〔2026〕10号", "", ()),
    ],
)
def test_titles_and_document_numbers(title: str, doc_no: str | None, period: str, expected: tuple[str, ...]) -> None:
    assert flaws(title, doc_no, period) == expected
