"""Who goes on with a role, from the lines of the assignments alone."""

from datetime import date

import pytest

from registry.duties.successors import Line, heir_of

LAST, NEXT = date(2026, 5, 31), date(2026, 6, 1)
OLD = Line("A", None, LAST)


@pytest.mark.parametrize(
    ("others", "heir"),
    [
        ([], None),
        ([Line("B", NEXT, None)], "B"),
        ([Line("B", None, None)], "B"),
        ([Line("B", None, None), Line("C", NEXT, None)], "C"),
        ([Line("B", NEXT, None), Line("C", NEXT, None)], None),
        ([Line("B", None, None), Line("C", None, None)], None),
        ([Line("B", None, LAST)], None),
        ([Line("B", date(2026, 6, 2), None)], None),
    ],
)
def test_heir(others: list[Line], heir: str | None) -> None:
    assert heir_of("A", LAST, [OLD, *others]) == heir


def test_who_gives_up_nothing_that_day_has_no_heir() -> None:
    assert heir_of("A", date(2026, 4, 30), [OLD, Line("B", NEXT, None)]) is None
