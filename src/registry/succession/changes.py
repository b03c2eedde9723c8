"""What renaming, merging, splitting and ending a unit makes of `catalog/units.yaml` and `catalog/assignments.yaml`. Pure.

A change is dated: the last day of the old is the day before `on`, the first day of the new is `on`. What has a history keeps it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from registry.duties.files import AssignedUnit, AssignmentEntry
from registry.units.files import NameEntry, UnitEntry

ONE_DAY = timedelta(days=1)

Role = tuple[str, str]


@dataclass(frozen=True)
class Catalog:
    """Units and assignments as the files would have them."""

    units: tuple[UnitEntry, ...]
    roles: tuple[AssignmentEntry, ...]

    def find(self, code: str) -> UnitEntry | None:
        return next((unit for unit in self.units if unit.code == code), None)


@dataclass(frozen=True)
class Rename:
    """A unit gets another name and stays what it is."""

    unit: str
    name: str
    on: date


@dataclass(frozen=True)
class Merge:
    """Units end, and another goes on with what they had to do."""

    units: tuple[str, ...]
    into: str
    on: date


@dataclass(frozen=True)
class Part:
    """What one unit takes of a split: roles as (role, level). With `name` the unit is new and begins on the day."""

    unit: str
    roles: tuple[Role, ...]
    name: str | None = None


@dataclass(frozen=True)
class Split:
    """A unit gives roles to others. With `successor` it ends, and that one goes on with what is not given away."""

    unit: str
    parts: tuple[Part, ...]
    on: date
    successor: str | None = None


@dataclass(frozen=True)
class End:
    """A unit ends and nobody is known to go on with what it had to do."""

    unit: str
    on: date


Change = Rename | Merge | Split | End


def roles_of(catalog: Catalog, unit: str, on: date) -> list[Role]:
    """The roles a unit is named for from `on` on; those it has by its kind go with nobody."""
    return [(entry.role, entry.level) for entry in catalog.roles if any(_holds(one, unit, on) for one in _units(entry))]


def changed(catalog: Catalog, change: Change) -> Catalog:
    """The files after the change, which must have no issues."""
    match change:
        case Rename():
            return _with_unit(catalog, change.unit, lambda unit: _renamed(unit, change.name, change.on))
        case End():
            return _ended(catalog, change.unit, None, change.on)
        case Merge():
            for code in change.units:
                catalog = _ended(catalog, code, change.into, change.on)
            return catalog
        case Split():
            return _split(catalog, change)


def _with_unit(catalog: Catalog, code: str, change: Callable[[UnitEntry], UnitEntry]) -> Catalog:
    return replace(catalog, units=tuple(change(unit) if unit.code == code else unit for unit in catalog.units))


def _renamed(unit: UnitEntry, name: str, on: date) -> UnitEntry:
    """A short name that became the name is no short name any more."""
    names = (*_names_until(unit, on), NameEntry(name, "evidenced", from_on=on))
    return replace(unit, names=names, aliases=tuple(one for one in unit.aliases if one != name))


def _names_until(unit: UnitEntry, on: date) -> tuple[NameEntry, ...]:
    return (*unit.names[:-1], replace(unit.names[-1], to_on=on - ONE_DAY))


def _ended(catalog: Catalog, code: str, successor: str | None, on: date) -> Catalog:
    def end(unit: UnitEntry) -> UnitEntry:
        return replace(unit, names=_names_until(unit, on), ended_on=on - ONE_DAY, successor=successor)

    handed = tuple(_handed(entry, code, successor, on) for entry in catalog.roles)
    return _with_unit(replace(catalog, roles=handed), code, end)


def _split(catalog: Catalog, change: Split) -> Catalog:
    old = catalog.find(change.unit)
    assert old is not None  # noqa: S101 - the issues have been looked at
    new = tuple(
        UnitEntry(
            code=part.unit,
            names=(NameEntry(part.name, "evidenced", from_on=change.on),),
            kind=old.kind,
            evidence="evidenced",
            parent=old.parent,
            calendar=old.calendar,
        )
        for part in change.parts
        if part.name is not None
    )
    taker = {role: part.unit for part in change.parts for role in part.roles}
    handed = tuple(
        _handed(entry, change.unit, taker[entry.role, entry.level], change.on)
        if (entry.role, entry.level) in taker
        else entry
        for entry in catalog.roles
    )
    catalog = Catalog((*catalog.units, *new), handed)
    return _ended(catalog, change.unit, change.successor, change.on) if change.successor else catalog


def _handed(entry: AssignmentEntry, leaving: str, taking: str | None, on: date) -> AssignmentEntry:
    """The entry with `taking` in the place of `leaving` from `on` on; a line that would begin later only changes hands."""
    held = [one for one in _units(entry) if _holds(one, leaving, on)]
    if not held or entry.units is None:
        return entry
    lines: list[AssignedUnit] = []
    for one in entry.units:
        if one not in held:
            lines.append(one)
        elif one.from_on is None or one.from_on < on:
            lines.append(replace(one, to_on=on - ONE_DAY))
    if taking is not None and not any(_covers(one, taking, on) for one in entry.units):
        begins = max(on, min(one.from_on or on for one in held))
        lines.append(AssignedUnit(taking, begins, held[-1].to_on))
    return replace(entry, units=tuple(lines))


def _units(entry: AssignmentEntry) -> Sequence[AssignedUnit]:
    return entry.units or ()


def _holds(line: AssignedUnit, unit: str, on: date) -> bool:
    """Whether the unit is named there on the day or later."""
    return line.unit == unit and (line.to_on is None or line.to_on >= on)


def _covers(line: AssignedUnit, unit: str, on: date) -> bool:
    """Whether the unit is named there from the day on without an end."""
    return line.unit == unit and line.to_on is None and (line.from_on is None or line.from_on <= on)


def codes_of(change: Change) -> Collection[str]:
    """The units that give something up, or change."""
    return change.units if isinstance(change, Merge) else (change.unit,)
