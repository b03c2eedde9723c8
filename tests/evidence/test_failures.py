"""When a publication counts as not there: cases by hand. Days are of March 2026; A and B are addresses."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.evidence.failures import Look, holds, unseen_spans
from registry.evidence.rules import Outcome

NO, YES, CHANGED, DOUBT = Outcome.NOT_SEEN, Outcome.SEEN, Outcome.CHANGED, Outcome.UNKNOWN

A_SINCE_THE_FIRST = [(date(2026, 3, 1), frozenset("A"))]
BOTH = [(date(2026, 3, 1), frozenset("AB"))]

# looks as (address, day, outcome), what was named from when, and the spans as (from, to)
CASES = (
    ("never looked at", [], A_SINCE_THE_FIRST, []),
    ("one failure", [("A", 2, NO)], A_SINCE_THE_FIRST, []),
    ("three failures on one day", [("A", 2, NO), ("A", 2, NO), ("A", 2, NO)], A_SINCE_THE_FIRST, []),
    ("failures on two days", [("A", 2, NO), ("A", 3, NO)], A_SINCE_THE_FIRST, [(3, None)]),
    ("two days that are not neighbours", [("A", 2, NO), ("A", 9, NO)], A_SINCE_THE_FIRST, [(9, None)]),
    ("seen in between", [("A", 2, NO), ("A", 3, YES), ("A", 4, NO)], A_SINCE_THE_FIRST, []),
    ("seen with another text in between", [("A", 2, NO), ("A", 3, CHANGED), ("A", 4, NO)], A_SINCE_THE_FIRST, []),
    ("doubt in between changes nothing", [("A", 2, NO), ("A", 3, DOUBT), ("A", 4, NO)], A_SINCE_THE_FIRST, [(4, None)]),
    ("doubt for ever", [("A", day, DOUBT) for day in range(2, 20)], A_SINCE_THE_FIRST, []),
    (
        "doubt after failures does not clear",
        [("A", 2, NO), ("A", 3, NO), ("A", 4, DOUBT)],
        A_SINCE_THE_FIRST,
        [(3, None)],
    ),
    ("seen again", [("A", 2, NO), ("A", 3, NO), ("A", 5, YES)], A_SINCE_THE_FIRST, [(3, 5)]),
    ("seen later on the second day", [("A", 2, NO), ("A", 3, NO), ("A", 3, YES)], A_SINCE_THE_FIRST, []),
    (
        "gone twice",
        [("A", d, o) for d, o in ((2, NO), (3, NO), (4, YES), (6, NO), (8, NO))],
        A_SINCE_THE_FIRST,
        [(3, 4), (8, None)],
    ),
    ("one of two addresses fails", [("A", 2, NO), ("A", 3, NO), ("B", 3, YES)], BOTH, []),
    ("one of two was never looked at", [("A", 2, NO), ("A", 3, NO)], BOTH, []),
    ("both fail", [("A", 2, NO), ("A", 3, NO), ("B", 3, NO), ("B", 4, NO)], BOTH, [(4, None)]),
    (
        "corrected to another address",
        [("A", 2, NO), ("A", 3, NO)],
        [*A_SINCE_THE_FIRST, (date(2026, 3, 6), frozenset("B"))],
        [(3, 6)],
    ),
    (
        "corrected in its title only",
        [("A", 2, NO), ("A", 3, NO)],
        [*A_SINCE_THE_FIRST, (date(2026, 3, 6), frozenset("A"))],
        [(3, None)],
    ),
    (
        "no address any more",
        [("A", 2, NO), ("A", 3, NO)],
        [*A_SINCE_THE_FIRST, (date(2026, 3, 6), frozenset())],
        [(3, 6)],
    ),
    ("an address nobody names", [("B", 2, NO), ("B", 3, NO)], A_SINCE_THE_FIRST, []),
)


@pytest.mark.parametrize(("looks", "claims", "spans"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_a_publication_is_charged_after_failures_on_two_days(looks: list, claims: list, spans: list) -> None:  # type: ignore[type-arg]
    assert unseen_spans(in_order(looks), claims) == tuple((day(since), until and day(until)) for since, until in spans)


LOOKS = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(1, 28), st.sampled_from([NO, YES, CHANGED, DOUBT])), max_size=30
)


@given(LOOKS)
def test_no_day_counts_before_two_days_have_failed(looks: list[tuple[str, int, Outcome]]) -> None:
    made = in_order(sorted(looks, key=lambda look: look[1]))
    spans = unseen_spans(made, A_SINCE_THE_FIRST)

    for number in range(1, 29):
        failed = {look.on for look in made if look.address == "A" and look.outcome is NO and look.on <= day(number)}
        if holds(spans, day(number)):
            assert len(failed) >= 2


@given(LOOKS)
def test_doubt_changes_nothing(looks: list[tuple[str, int, Outcome]]) -> None:
    made = in_order(sorted(looks, key=lambda look: look[1]))
    sure = [look for look in made if look.outcome is not DOUBT]

    assert unseen_spans(made, A_SINCE_THE_FIRST) == unseen_spans(sure, A_SINCE_THE_FIRST)


def in_order(looks: list[tuple[str, int, Outcome]]) -> list[Look]:
    """Looks of one day follow each other by the minute."""
    return [
        Look(address, datetime(2026, 3, number, 8, minute, tzinfo=UTC), day(number), outcome)
        for minute, (address, number, outcome) in enumerate(looks)
    ]


def day(number: int) -> date:
    return date(2026, 3, number)
