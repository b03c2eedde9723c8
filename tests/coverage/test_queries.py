"""The database counts, `rules.state` judges: both ways give the same numbers, and every number is the number of its rows."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from registry.bootstrap import Registry
from registry.coverage.queries import DutyFilter, board, item_openness, list_occasions
from registry.coverage.rules import OccasionState, state_from, worst
from registry.database import SYSTEM, Actor
from registry.duties.tables import Duty, Occasion, Ruling, RulingKind
from registry.items.tables import Item
from registry.publications import ending
from tests import factories

DAYS = [date(2026, 1, 1), date(2026, 1, 20), date(2026, 2, 27), date(2026, 3, 2), date(2026, 3, 31), date(2026, 6, 30)]


@pytest.fixture
def busy(registry: Registry) -> Registry:
    """Published in time and late, scheduled, withdrawn, extended, nothing to publish, not applicable: one of each at 财政局."""
    editor = factories.create_user(registry, "editor")
    reviewer = factories.create_user(registry, "reviewer", roles=["reviewer"])
    factories.publish(registry, editor, reviewer, item="BUD-01-01")
    factories.publish(registry, editor, reviewer, item="BUD-07-02")
    factories.publish(registry, editor, reviewer, item="BUD-01-02", published_on=date(2026, 4, 15))
    _withdraw(registry, editor, factories.publish(registry, editor, reviewer, item="BUD-01-03"))
    with registry.database.work(SYSTEM, audited=False) as work:
        for item, kind, extended_to in (
            ("BUD-08-01", RulingKind.EXTENDED, date(2026, 5, 29)),
            ("BUD-01-04", RulingKind.NOTHING_TO_PUBLISH, None),
            ("BUD-01-08", RulingKind.NOT_APPLICABLE, None),
        ):
            work.session.add(_ruling(work.session, item, kind, extended_to, editor, reviewer))
    return registry


def _withdraw(registry: Registry, editor: Actor, publication_id: object) -> None:
    with registry.database.work(editor) as work:
        version = factories.version_of(work.session, publication_id)  # type: ignore[arg-type]
        ending.withdraw_publication(work, publication_id, version=version, reason="数字有误")  # type: ignore[arg-type]


def _ruling(
    session: Session, code: str, kind: RulingKind, extended_to: date | None, editor: Actor, reviewer: Actor
) -> Ruling:
    wanted = select(Duty.id, Occasion.id).where(
        Occasion.duty_id == Duty.id, Duty.item_id == Item.id, Item.code == code, Duty.unit_code == factories.UNIT
    )
    duty_id, occasion_id = session.exec(wanted).first()  # type: ignore[misc]
    return Ruling(
        kind=kind,
        duty_id=duty_id,
        occasion_id=None if kind is RulingKind.NOT_APPLICABLE else occasion_id,
        reason="经批准",
        from_on=date(2026, 2, 1),
        extended_to=extended_to,
        requested_by=editor.user_id,
        decided_by=reviewer.user_id,
        decided_on=date(2026, 2, 1),
    )


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_every_number_of_the_board_is_the_number_of_its_rows(busy: Registry, as_of: date) -> None:
    dates = busy.state_dates(as_of)
    with busy.database.read() as session:
        counted = board(session, dates)
        rows = list_occasions(session, dates)

    listed = Counter((row.unit_code, row.area_code, row.state) for row in rows)
    for (unit, area), counts in counted.cells.items():
        assert {state: getattr(counts, state.value) for state in OccasionState} == {
            state: listed[(unit, area, state)] for state in OccasionState
        }
    assert counted.total().total == len(rows)


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_an_item_s_folded_columns_give_its_worst_state(busy: Registry, as_of: date) -> None:
    dates = busy.state_dates(as_of)
    with busy.database.read() as session:
        folded = item_openness(session, dates)
        rows = list_occasions(session, dates)

    by_item: dict[object, list[OccasionState]] = {}
    for row in rows:
        by_item.setdefault(row.item_id, []).append(row.state)
    plain = (OccasionState.EXTENDED,)
    judged = {item: state_from(openness, dates) for item, openness in folded.items()}
    expected = {item: worst(states) for item, states in by_item.items()}
    assert {item: state for item, state in judged.items() if expected[item] not in plain} == {
        item: state for item, state in expected.items() if state not in plain
    }


def test_each_answer_shows_as_its_own_word(busy: Registry) -> None:
    dates = busy.state_dates(date(2026, 3, 2))
    with busy.database.read() as session:
        rows = list_occasions(session, dates, DutyFilter(unit_code=factories.UNIT))

    states = {row.item_code: row.state for row in rows}
    assert states["BUD-01-01"] is OccasionState.MET
    assert states["BUD-07-02"] is OccasionState.MET_LATE  # 20 working days from 2026-01-01 ended in January
    assert states["BUD-01-02"] is OccasionState.UPCOMING  # public only from 2026-04-15
    assert states["BUD-01-03"] is OccasionState.UPCOMING  # withdrawn again, customary day 2026-03-31 plus 20 days
    assert states["BUD-08-01"] is OccasionState.EXTENDED
    assert states["BUD-01-04"] is OccasionState.NOTHING_TO_PUBLISH
    assert states["BUD-01-08"] is OccasionState.NOT_APPLICABLE


def test_a_publication_counts_from_its_first_public_day(busy: Registry) -> None:
    def state_on(day: date) -> OccasionState:
        with busy.database.read() as session:
            rows = list_occasions(session, busy.state_dates(day), DutyFilter(unit_code=factories.UNIT))
        return next(row.state for row in rows if row.item_code == "BUD-01-02")

    day = date(2026, 4, 15)
    assert (state_on(day - timedelta(days=1)), state_on(day)) == (OccasionState.DUE_SOON, OccasionState.MET)
