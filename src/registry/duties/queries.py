"""Reads of duties."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

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


def get_duty(session: Session, duty_id: UUID) -> Duty:
    duty = session.get(Duty, duty_id)
    if duty is None:
        raise NotFound(subject="duty")
    return duty


def tracking_of(session: Session) -> Tracking | None:
    """Since when occasions are tracked; None before the first load."""
    return session.get(Tracking, 1)
