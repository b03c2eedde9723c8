"""Who of a unit looks after each of its duties: given and handed over with a day, shown to staff only.

Whether somebody still can is asked of the account each time: disabled, or moved to another unit, and the duty is without a responsible.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, require
from registry.accounts.queries import roles_of
from registry.accounts.tables import User
from registry.audit.service import Action, record
from registry.database import Work
from registry.duties.tables import Duty, Responsibility
from registry.errors import Conflict, Invalid, Issue, NotFound
from registry.items.tables import Item

REACH = timedelta(days=366)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ResponsibleRow:
    """A duty that holds on a day with its responsible person, None where it has none."""

    duty: Duty
    item: Item
    person: User | None


@dataclass(frozen=True)
class HandedDuty:
    """A duty in the report of a change of persons; `before` names who had it."""

    duty_id: UUID
    item_code: str
    item_titles: tuple[str, ...]
    unit_code: str
    before: str | None


def assign_responsible(
    work: Work, duty_ids: Collection[UUID], user_id: UUID | None, *, on: date | None = None
) -> list[HandedDuty]:
    """Give duties to a person of their unit from a day on (today when none is given), or to nobody; returns those that changed hands."""
    duties = _duties(work.session, duty_ids)
    for unit_code in {duty.unit_code for duty in duties}:
        require(work.actor, Permission.ASSIGN_DUTY, unit_code)
    on = on or work.today
    issues = _issues_of_day(on, work.today)
    if user_id is not None:
        issues += _issues_of_person(work.session, user_id, duties)
    if issues:
        raise Invalid(issues)
    return [one for duty in duties if (one := _give(work, duty, user_id, on)) is not None]


def hand_over(work: Work, from_id: UUID, to_id: UUID, *, on: date | None = None) -> list[HandedDuty]:
    """All duties of one person to another of the same unit. Raises Conflict when there are none."""
    on = on or work.today
    held = _held_by(work.session, from_id, on)
    if not held:
        raise Conflict("no_duties_to_hand_over")
    return assign_responsible(work, held, to_id, on=on)


def list_responsible(
    session: Session, day: date, *, unit_code: str | None = None, user_id: UUID | None = None
) -> Sequence[ResponsibleRow]:
    """Duties that hold on the day, those without a responsible first, then in item order."""
    person = _person_on(day)
    query = (
        sa.select(Duty, Item, User)
        .join(Item, col(Item.id) == col(Duty.item_id))
        .join(Responsibility, _is_held(day), isouter=True)
        .join(User, person, isouter=True)
        .where(_holds(day))
    )
    if unit_code is not None:
        query = query.where(col(Duty.unit_code) == unit_code)
    if user_id is not None:
        query = query.where(col(User.id) == user_id)
    rows = session.execute(query.order_by(col(User.id).is_not(None), col(Item.code), col(Duty.unit_code)))
    return [ResponsibleRow(duty, item, user) for duty, item, user in rows]


def count_without(session: Session, day: date, *, unit_code: str | None = None) -> Mapping[str, int]:
    """Unit → how many of its duties have no responsible person on the day; units that lack none are left out."""
    query = (
        sa.select(col(Duty.unit_code), sa.func.count().label("number"))
        .join(Responsibility, _is_held(day), isouter=True)
        .join(User, _person_on(day), isouter=True)
        .where(_holds(day), col(User.id).is_(None))
        .group_by(col(Duty.unit_code))
    )
    if unit_code is not None:
        query = query.where(col(Duty.unit_code) == unit_code)
    return {row.unit_code: row.number for row in session.execute(query)}


def people_of(session: Session, unit_code: str) -> Sequence[User]:
    """Accounts in use that can look after the unit's duties, by name."""
    query = select(User).where(User.unit_code == unit_code, col(User.disabled_at).is_(None))
    return session.exec(query.order_by(col(User.display_name), col(User.username))).all()


def _holds(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(col(Duty.starts_on) <= day, sa.or_(col(Duty.ends_on).is_(None), col(Duty.ends_on) >= day))


def _is_held(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        col(Responsibility.duty_id) == col(Duty.id),
        col(Responsibility.from_on) <= day,
        sa.or_(col(Responsibility.to_on).is_(None), col(Responsibility.to_on) >= day),
    )


def _person_on(day: date) -> sa.ColumnElement[bool]:
    """The account must be in use and of the duty's unit."""
    return sa.and_(
        col(User.id) == col(Responsibility.user_id),
        col(User.disabled_at).is_(None),
        col(User.unit_code) == col(Duty.unit_code),
    )


def _held_by(session: Session, user_id: UUID, on: date) -> list[UUID]:
    """Also of an account that is disabled: that is when duties are handed over."""
    query = sa.select(col(Responsibility.duty_id)).join(Duty, _is_held(on))
    return list(session.scalars(query.where(col(Responsibility.user_id) == user_id, _holds(on))))


def _duties(session: Session, duty_ids: Collection[UUID]) -> Sequence[Duty]:
    found = session.exec(select(Duty).where(col(Duty.id).in_(duty_ids)).order_by(col(Duty.id))).all()
    if not found or len(found) != len(set(duty_ids)):
        raise NotFound(subject="duty")
    return found


def _issues_of_day(on: date, today: date) -> list[Issue]:
    first, last = today, today + REACH
    if first <= on <= last:
        return []
    return [
        Issue(
            "on", "date_out_of_range", {"found": on.isoformat(), "first": first.isoformat(), "last": last.isoformat()}
        )
    ]


def _issues_of_person(session: Session, user_id: UUID, duties: Sequence[Duty]) -> list[Issue]:
    user = session.get(User, user_id)
    if user is None:
        return [Issue("person", "not_a_choice", {"found": str(user_id)})]
    context = {"found": user.display_name}
    if user.disabled_at is not None:
        return [Issue("person", "person_disabled", context)]
    if any(duty.unit_code != user.unit_code for duty in duties):
        return [Issue("person", "person_of_other_unit", context)]
    if not roles_of(session, user_id) & {"editor", "reviewer"}:
        return [Issue("person", "person_without_role", context)]
    return []


def _give(work: Work, duty: Duty, user_id: UUID | None, on: date) -> HandedDuty | None:
    """From `on` the duty is this person's and nobody else's, whatever had been planned for later."""
    rows = work.session.exec(select(Responsibility).where(Responsibility.duty_id == duty.id)).all()
    held = next((one for one in rows if one.from_on <= on and (one.to_on is None or one.to_on >= on)), None)
    later = [one for one in rows if one.from_on > on]
    if (held.user_id if held else None) == user_id and not later and (held is None or held.to_on is None):
        return None
    for one in [*later, *([held] if held and held.from_on == on else [])]:
        work.session.delete(one)
    if held and held.from_on < on:
        held.to_on = on - ONE_DAY
        work.session.add(held)
    work.session.flush()
    if user_id is not None:
        work.session.add(Responsibility(duty_id=duty.id, user_id=user_id, from_on=on))
    before = work.session.get(User, held.user_id) if held else None
    changes = {"responsible": (held.user_id if held else None, user_id), "on": (None, on)}
    record(work, Action.DUTY_ASSIGN, "duty", duty.id, changes)
    item = work.session.get_one(Item, duty.item_id)
    return HandedDuty(duty.id, item.code, tuple(item.titles), duty.unit_code, before.display_name if before else None)
