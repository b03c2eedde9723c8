"""Renaming, merging, splitting and ending units: the data files' own code applied to what the change makes of the files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.accounts.permissions import Permission, require
from registry.audit.service import Action, record
from registry.database import Work
from registry.duties.closing import closed_periods
from registry.duties.loader import apply_assignments, assignments_file
from registry.duties.rules import Counting
from registry.duties.service import assign_duties, raise_occasions
from registry.duties.tables import Duty
from registry.errors import Conflict, Invalid
from registry.items.tables import Item
from registry.succession.changes import Catalog, Change, Role, changed, codes_of, roles_of
from registry.succession.handing_on import Handover, hand_on
from registry.succession.rules import issues_with
from registry.units.loader import apply_units, unit_entries

LONGEST_BASIS = 200


@dataclass(frozen=True)
class HandedDuty:
    """A duty that ends with the change; `to_unit` is None where nobody goes on with it."""

    item_code: str
    item_titles: tuple[str, ...]
    from_unit: str
    to_unit: str | None


@dataclass(frozen=True)
class ChangeReport:
    """What a change moves. When its day is still ahead, `handover` is what would be handed on if that day were today."""

    on: date
    is_ahead: bool
    duties: Sequence[HandedDuty]
    handover: Handover


def change_unit(work: Work, change: Change, counting: Counting, *, basis: str = "") -> ChangeReport:
    """Apply a change of units with effect from its day; `basis` is the document that orders it.

    Raises Invalid with everything against it. On a day ahead, occasions, drafts and people go on when that day begins.
    """
    require(work.actor, Permission.CHANGE_UNIT)
    catalog, file = _catalog(work.session), assignments_file(work.session)
    if file is None:
        raise Conflict("nothing_loaded")
    issues = issues_with(change, catalog, today=work.today, closed_until=_closed_until(work.session))
    if issues:
        raise Invalid(issues)
    after = changed(catalog, change)
    for code in codes_of(change):
        facts = {"change": type(change).__name__.lower(), "on": change.on, "basis": basis[:LONGEST_BASIS]}
        record(work, Action.UNIT_CHANGE, "unit", code, {name: (None, value) for name, value in facts.items() if value})
    apply_units(work, after.units)
    apply_assignments(work, replace(file, roles=after.roles))
    assign_duties(work)
    raise_occasions(work, counting)
    work.session.flush()
    is_ahead = change.on > work.today
    handover = _foreseen(work, change.on) if is_ahead else hand_on(work, work.today)
    return ChangeReport(change.on, is_ahead, _handed_duties(work.session, change), handover)


def roles_to_give(session: Session, unit_code: str, on: date) -> list[Role]:
    """The roles a split can give away."""
    return roles_of(_catalog(session), unit_code, on)


def _catalog(session: Session) -> Catalog:
    file = assignments_file(session)
    return Catalog(unit_entries(session), file.roles if file else ())


def _closed_until(session: Session) -> date | None:
    return max((period.last_on for period in closed_periods(session)), default=None)


def _foreseen(work: Work, day: date) -> Handover:
    """What will be handed on when the day comes, as things stand; nothing of it is kept."""
    attempt = work.session.begin_nested()
    found = hand_on(work, day)
    attempt.rollback()
    return found


def _handed_duties(session: Session, change: Change) -> list[HandedDuty]:
    taking: Any = aliased(Duty)
    statement = (
        sa.select(col(Item.code), col(Item.titles), col(Duty.unit_code), taking.unit_code)
        .join(Item, col(Item.id) == col(Duty.item_id))
        .join(taking, taking.id == col(Duty.successor_id), isouter=True)
        .where(col(Duty.unit_code).in_(codes_of(change)), col(Duty.ends_on) == change.on - timedelta(days=1))
        .order_by(col(Item.code), col(Duty.unit_code))
    )
    return [HandedDuty(code, tuple(titles), old, new) for code, titles, old, new in session.execute(statement)]
