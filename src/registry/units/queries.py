"""Reads of units."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.units.rules import has_ended, name_on
from registry.units.tables import Unit, UnitAlias, UnitName


@dataclass(frozen=True)
class UnitDetail:
    """A unit with the names it has borne (oldest first) and the short names people type."""

    unit: Unit
    names: Sequence[UnitName]
    aliases: Sequence[str]
    successor: Unit | None


def list_units(session: Session) -> Sequence[Unit]:
    return session.exec(select(Unit).order_by(col(Unit.position))).all()


def unit_names(session: Session) -> Mapping[str, str]:
    """Code → current name, in catalog order."""
    return dict(session.exec(select(Unit.code, Unit.name).order_by(col(Unit.position))).all())


def unit_names_on(session: Session, day: date) -> Mapping[str, str]:
    """Code → the name borne on a day, in catalog order."""
    borne: dict[str, list[UnitName]] = defaultdict(list)
    for name in session.exec(select(UnitName).order_by(col(UnitName.position))):
        borne[name.unit_code].append(name)
    return {code: name_on(borne[code], day) if borne[code] else name for code, name in unit_names(session).items()}


def unit_beginnings(session: Session) -> Mapping[str, date | None]:
    """Code → the first day the unit existed, None where nobody recorded one."""
    first = select(UnitName).where(UnitName.position == 1)
    return {name.unit_code: name.from_on for name in session.exec(first)}


def get_unit(session: Session, code: str) -> UnitDetail:
    unit = session.get(Unit, code)
    if unit is None:
        raise NotFound(subject="unit", found=code)
    names = session.exec(select(UnitName).where(UnitName.unit_code == code).order_by(col(UnitName.position))).all()
    aliases = session.exec(
        select(UnitAlias.alias).where(UnitAlias.unit_code == code).order_by(col(UnitAlias.position))
    ).all()
    return UnitDetail(unit, names, aliases, session.get(Unit, unit.successor_code) if unit.successor_code else None)


def keeper_of(session: Session, code: str, day: date) -> str:
    """Who looks after a unit's things on a day: itself, or once it has ended the one that stands in its place."""
    unit = session.get_one(Unit, code)
    while has_ended(unit.ended_on, day) and unit.successor_code is not None:
        unit = session.get_one(Unit, unit.successor_code)
    return unit.code


def kept_by(session: Session, code: str, day: date) -> list[str]:
    """The unit and the ended ones it stands in the place of."""
    ended = session.exec(select(Unit.code).where(col(Unit.ended_on) < day)).all()
    return [code, *(one for one in ended if one != code and keeper_of(session, one, day) == code)]


def find_unit(session: Session, text: str) -> Unit | None:
    """The unit of that code, name (also a former one) or alias."""
    unit = session.get(Unit, text)
    if unit is not None:
        return unit
    named = select(Unit).where(Unit.code == UnitName.unit_code, UnitName.name == text)
    known_as = select(Unit).where(Unit.code == UnitAlias.unit_code, UnitAlias.alias == text)
    return session.exec(named).first() or session.exec(known_as).first()
