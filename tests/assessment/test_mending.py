"""What gains most, by hand: one unit with five faults of different kinds."""

import pytest

from registry.assessment.facts import DeadAddress, Facts
from registry.assessment.finding import assess_unit
from registry.assessment.mending import Remedy, mended, plan
from registry.assessment.telling import remedy_in_words
from registry.coverage.rules import OccasionState
from registry.rulebook.assessment import Edition
from registry.rulebook.book import Rulebook
from tests.assessment.cases import TODAY, facts, occasion, version
from tests.assessment.test_finding import days_before

MET, LATE, LONG, OVERDUE = (
    OccasionState.MET,
    OccasionState.MET_LATE,
    OccasionState.LONG_OVERDUE,
    OccasionState.OVERDUE,
)


@pytest.fixture
def rules(rulebook: Rulebook) -> Edition:
    return rulebook.assessment.on(TODAY)


@pytest.fixture
def known() -> Facts:
    """Ten occasions: five answered (one of them late), a dead address, two long overdue, one overdue, one 不适用.

    Lost: 3 + 3 + 2 + 1 for what is late, 2 + 1 for the version without a table and without an element, 0.5 for its title, 2 for the dead
    address: 14.5, which leaves 85.5. Due are nine, answered five: 5/9.
    """
    dead = version(6, dead=[DeadAddress("https://a.gov.cn", days_before(3, 2))])
    poor = version(1, missing_tables=("收入表",), missing_elements=("说明",), title_flaws=("no_year",))
    rows = [
        *(occasion(one, MET) for one in (1, 2, 3, 4)),
        occasion(5, LATE, published_on=days_before(90)[0]),
        occasion(6, LONG, unseen_id=dead.publication_id),
        occasion(7, LONG, limit=days_before(95)[0]),
        occasion(8, LONG, limit=days_before(96)[0]),
        occasion(9, OVERDUE),
        occasion(10, OccasionState.NOT_APPLICABLE),
    ]
    return facts(rows, [poor, *(version(one) for one in (2, 3, 4, 5)), dead])


def test_five_actions_in_the_order_of_what_they_gain(rules: Edition, known: Facts) -> None:
    """Publishing today what was long overdue gains 3 - 1, as it is late then; of two alike the older comes first.

    The poor version gains 3.5; the dead address 2 and a ninth of the rate, as it was in time and now is again; the two long overdue 2 each
    and a ninth; the overdue one 2 - 1.
    """
    found = plan("CX-101", known, rules)

    assert (found.before.score, found.before.counts.rate) == (85.5, 5 / 9)
    assert [(step.action.remedy, step.points, step.after.score, step.after.counts.answered) for step in found.steps] == [
        (Remedy.CORRECT, 3.5, 89, 5),
        (Remedy.PUBLISH, 2, 91, 6),
        (Remedy.PUBLISH, 2, 93, 7),
        (Remedy.RESTORE, 2, 95, 8),
        (Remedy.PUBLISH, 1, 96, 9),
    ]  # fmt: skip
    assert [step.action.subject_id for step in found.steps[1:3]] == [
        str(known.occasions[7].occasion_id),
        str(known.occasions[6].occasion_id),
    ]
    assert (found.after.score, found.after.counts.rate) == (96, 1)
    assert [one.rule for one in found.after.findings] == ["late"] * 4
    assert found.after.vetoes == []
    assert all("{" not in remedy_in_words(step.action) for step in found.steps)


def test_every_step_is_what_the_same_rules_say_of_changed_facts(rules: Edition, known: Facts) -> None:
    changed = known
    for step in plan("CX-101", known, rules).steps:
        changed = mended(changed, step.action)
        judged = assess_unit("CX-101", changed, rules)
        assert (judged.score, judged.counts) == (step.after.score, step.after.counts)


def test_beyond_a_cap_points_are_gained_only_once_the_unit_is_below_it(rules: Edition) -> None:
    """18 long overdue would lose 54, but 50 is the cap: two publications gain nothing, the third begins to."""
    found = plan("CX-101", facts([occasion(one, LONG) for one in range(1, 19)]), rules)

    assert [(step.points, step.after.counts.answered) for step in found.steps] == [
        (0, 1),
        (0, 2),
        (2, 3),
        (2, 4),
        (2, 5),
    ]


def test_what_cannot_be_mended_is_not_proposed(rules: Edition) -> None:
    late = facts([occasion(1, LATE, published_on=days_before(90)[0])], [version(1, registered_on=TODAY)])
    found = plan("CX-101", late, rules)

    assert (found.steps, found.after) == ([], found.before)


@pytest.mark.parametrize(
    ("faults", "remedy", "vetoes"),
    [
        ({"is_reviewed": False}, Remedy.CORRECT, 1),
        ({"personal_data": ("bank_card",)}, Remedy.CORRECT, 1),
        ({"unconfirmed_since": days_before(20)[0]}, Remedy.CONFIRM, 0),
    ],
)
def test_vetoes_and_reviews_have_their_remedy(
    rules: Edition, faults: dict[str, object], remedy: Remedy, vetoes: int
) -> None:
    found = plan("CX-101", facts([occasion(1, MET)], [version(1, **faults)]), rules)

    assert [(step.action.remedy, len(step.after.findings)) for step in found.steps] == [(remedy, 0)]
    assert len(found.before.vetoes) == vetoes
