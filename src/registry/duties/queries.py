"""Reads of duties."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.deadlines.clauses import clause_from, leading_clause
from registry.deadlines.rules import Due, Rules, due_date
from registry.deadlines.workdays import CalendarTooShort, Workdays
from registry.duties.rules import Schedule
from registry.duties.tables import Duty, Tracking
from registry.errors import NotFound
from registry.items.tables import Item


def list_duties(
    session: Session, *, unit_code: str | None = None, item_id: UUID | None = None
) -> Sequence[tuple[Duty, Item]]:
    """Duties with their items, in item order, ended ones last."""
    query = select(Duty, Item).where(Duty.item_id == Item.id)
    if unit_code is not None:
        query = query.where(Duty.unit_code == unit_code)
    if item_id is not None:
        query = query.where(Duty.item_id == item_id)
    return session.exec(query.order_by(col(Duty.ends_on).is_not(None), col(Item.code), col(Duty.unit_code))).all()


def list_unowed_items(session: Session, on: date) -> Sequence[Item]:
    """Items in force on a day that no unit owes on it: nobody publishes them, and nobody would be late."""
    owed = select(Duty.item_id).where(
        Duty.starts_on <= on, sa.or_(col(Duty.ends_on).is_(None), col(Duty.ends_on) >= on)
    )
    query = select(Item).where(
        col(Item.id).not_in(owed),
        sa.or_(col(Item.in_force_from).is_(None), col(Item.in_force_from) <= on),
        sa.or_(col(Item.in_force_to).is_(None), col(Item.in_force_to) >= on),
    )
    return session.exec(query.order_by(col(Item.code))).all()


def get_duty(session: Session, duty_id: UUID) -> Duty:
    duty = session.get(Duty, duty_id)
    if duty is None:
        raise NotFound(subject="duty")
    return duty


def tracking_of(session: Session) -> Tracking | None:
    """Since when occasions are tracked; None before the first load."""
    return session.get(Tracking, 1)


def schedule_of(item: Item) -> Schedule:
    """What of an item decides when it is due."""
    clauses = tuple(clause_from(one) for one in item.deadline)
    return Schedule(clauses, item.recurs, item.event_expected_by, item.reports_on)


def due_of(item: Item, counted_from: date, calendar: Workdays, rules: Rules) -> Due | None:
    """The due date of an item counted from a day, with its proof; None when no rule gives one or the calendar is too short."""
    clause = leading_clause(schedule_of(item).clauses)
    try:
        return due_date(clause, counted_from, calendar, rules) if clause else None
    except CalendarTooShort:
        return None
