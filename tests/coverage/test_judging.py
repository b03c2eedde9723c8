"""The statements that judge all occasions at once say the same of each as `rules.state`, whatever has happened."""

from collections import Counter
from datetime import date

from sqlmodel import Session

from registry.bootstrap import Registry
from registry.coverage.judging import judged, unseen_among
from registry.coverage.queries import DutyFilter, OccasionRow, board, count_by, list_occasions
from registry.coverage.rules import OccasionState, StateDates
from registry.evidence.failures import holds
from registry.evidence.queries import unseen
from registry.evidence.standing import unseen_on
from tests.coverage.histories import fill

DAYS = [date(2026, 1, 20), date(2026, 3, 2), date(2026, 4, 30), date(2026, 6, 20)]
BOTH_PARTS = DutyFilter(part=None)


def test_a_statement_judges_every_occasion_as_the_rule_does(registry: Registry) -> None:
    fill(registry, seed=20260302)

    with registry.database.read() as session:
        met = set()
        for day in DAYS:
            dates = registry.state_dates(day)
            rows = list_occasions(session, dates, BOTH_PARTS)
            met |= {row.state for row in rows}
            assert {one for one, spans in unseen(session, day).items() if holds(spans, day)} == set(
                session.scalars(unseen_on(day))
            )
            found = session.execute(judged(dates, unseen_among(dates, []), [])).all()
            assert {row.occasion_id: (row.state, row.last_day) for row in found} == {
                row.occasion_id: (row.state.value, row.limit) for row in rows
            }
            assert_counts(session, dates, rows)
    assert met == set(OccasionState)


def assert_counts(session: Session, dates: StateDates, rows: list[OccasionRow]) -> None:
    """By every key and for every narrowing, the numbers are those of the rows."""
    counted = count_by(session, dates, ("unit", "area", "item"), BOTH_PARTS)
    expected = Counter((row.unit_code, row.area_code, row.item_code, row.state) for row in rows)
    assert {
        (*key, state): getattr(counts, state) for key, counts in counted.items() for state in OccasionState
        if getattr(counts, state)
    } == expected  # fmt: skip
    for wanted in (DutyFilter(), DutyFilter(unit_code="CX-101"), DutyFilter(area_code="budgets"),
                   DutyFilter(unit_codes=["CX-101", "CX-102"], area_code="budgets")):  # fmt: skip
        listed = list_occasions(session, dates, wanted)
        assert board(session, dates, wanted).total().total == len(listed)
        by_item = count_by(session, dates, ("item",), wanted)
        assert {key[0]: counts.total for key, counts in by_item.items()} == Counter(row.item_code for row in listed)
