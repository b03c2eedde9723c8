"""Occasions a page at a time: the database judges, narrows, orders and counts; only what is shown is read."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from registry.coverage.judging import judged, unseen_among
from registry.coverage.queries import DutyFilter, OccasionRow, duties_meant, few_duties, list_occasions
from registry.coverage.rules import WORST_FIRST, StateDates
from registry.items.tables import Item


def page_of_occasions(
    session: Session, dates: StateDates, wanted: DutyFilter, *, page: int, size: int
) -> tuple[list[OccasionRow], int]:
    """A page of what `list_occasions` lists, and how many there are in all (0 behind the last page)."""
    unseen = unseen_among(dates, few_duties(wanted))
    known = judged(dates, unseen, duties_meant(wanted)).cte("judged").prefix_with("MATERIALIZED")
    rank: Any = sa.case({state.value: place for state, place in WORST_FIRST.items()}, value=known.c.state)
    statement = (
        sa.select(known.c.occasion_id, sa.func.count().over())
        .join(Item, col(Item.id) == known.c.item_id)
        .order_by(
            rank, known.c.due_on.is_(None), known.c.due_on, known.c.unit_code, col(Item.code), known.c.occasion_id
        )
    )
    if wanted.states:
        statement = statement.where(known.c.state.in_([state.value for state in wanted.states]))
    found = session.execute(statement.offset((page - 1) * size).limit(size)).all()
    if not found:
        return [], 0
    shown = replace(wanted, occasion_ids=[occasion_id for occasion_id, _ in found])
    return list_occasions(session, dates, shown), found[0][1]
