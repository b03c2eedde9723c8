"""What renaming, merging, splitting and ending a unit makes of `catalog/units.yaml` and `catalog/assignments.yaml`. Pure.

A change is dated: the last day of the old is the day before `on`, the first day of the new is `on`. What has a history keeps it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from registry.duties.files import AssignedUnit, AssignmentEntry
from registry.errors import Issue
from registry.units.files import NameEntry, UnitEntry

ONE_DAY = timedelta(days=1)

# How far from today a change may take effect: later ones are not certain, earlier ones have been reported.
REACH = timedelta(days=366)

LONGEST_NAME = 80

UNIT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,31}")

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


def issues_with(change: Change, catalog: Catalog, *, today: date, closed_until: date | None) -> list[Issue]:
    """Everything against a change. `closed_until` is the last day of the newest closed period: who owed what then stays as reported."""
    found = list(_issues_of_day(change.on, today, closed_until))
    match change:
        case Rename():
            found += _issues_of_unit(catalog, "unit", change.unit, change.on)
            found += _issues_of_name(catalog, change.unit, change.name)
        case End():
            found += _issues_of_unit(catalog, "unit", change.unit, change.on)
        case Merge():
            found += _issues_of_merge(catalog, change)
        case Split():
            found += _issues_of_split(catalog, change)
    return found


def _issues_of_day(on: date, today: date, closed_until: date | None) -> Iterator[Issue]:
    first, last = today - REACH, today + REACH
    if not first <= on <= last:
        context = {"found": on.isoformat(), "first": first.isoformat(), "last": last.isoformat()}
        yield Issue("on", "date_out_of_range", context)
    elif closed_until is not None and on <= closed_until:
        yield Issue(
            "on", "change_in_closed_period", {"found": on.isoformat(), "closed_until": closed_until.isoformat()}
        )


def _issues_of_unit(catalog: Catalog, field: str, code: str, on: date) -> Iterator[Issue]:
    """The unit must exist on the day and on the one before, under a name that has begun."""
    unit = catalog.find(code)
    if unit is None:
        yield Issue(field, "unit_unknown", {"found": code})
        return
    begun = unit.names[-1].from_on
    if unit.ended_on is not None:
        yield Issue(field, "unit_ended", {"found": unit.names[-1].name, "ended_on": unit.ended_on.isoformat()})
    elif begun is not None and on <= begun:
        yield Issue("on", "change_before_name", {"name": unit.names[-1].name, "from_on": begun.isoformat()})


def _issues_of_name(catalog: Catalog, code: str, name: str) -> Iterator[Issue]:
    if not name:
        yield Issue("name", "required")
    elif len(name) > LONGEST_NAME:
        yield Issue("name", "too_long", {"max": LONGEST_NAME})
    elif name != name.strip() or not name.isprintable():
        yield Issue("name", "name_not_printable")
    else:
        for unit in catalog.units:
            if unit.code == code and unit.names[-1].name == name:
                yield Issue("name", "name_unchanged", {"found": name})
            elif unit.code != code and name in (*(one.name for one in unit.names), *unit.aliases):
                yield Issue("name", "unit_name_taken", {"found": name, "unit": unit.names[-1].name})


def _issues_of_merge(catalog: Catalog, change: Merge) -> Iterator[Issue]:
    if not change.units:
        yield Issue("units", "required")
    for code in change.units:
        yield from _issues_of_unit(catalog, "units", code, change.on)
        if code == change.into:
            yield Issue("into", "successor_itself", {"found": code})
    yield from _issues_of_taker(catalog, "into", change.into, change.on)


def _issues_of_taker(catalog: Catalog, field: str, code: str, on: date) -> Iterator[Issue]:
    unit = catalog.find(code)
    if unit is None:
        yield Issue(field, "unit_unknown" if code else "required", {"found": code})
    elif unit.ended_on is not None:
        yield Issue(field, "unit_ended", {"found": unit.names[-1].name, "ended_on": unit.ended_on.isoformat()})
    elif unit.names[0].from_on is not None and unit.names[0].from_on > on:
        yield Issue(
            field, "unit_not_begun", {"found": unit.names[0].name, "from_on": unit.names[0].from_on.isoformat()}
        )


def _issues_of_split(catalog: Catalog, change: Split) -> Iterator[Issue]:
    yield from _issues_of_unit(catalog, "unit", change.unit, change.on)
    if not change.parts:
        yield Issue("parts", "required")
    new = {part.unit for part in change.parts if part.name is not None}
    for index, part in enumerate(change.parts):
        yield from _issues_of_part(catalog, change, part, f"parts.{index}")
    if change.successor == change.unit:
        yield Issue("successor", "successor_itself", {"found": change.unit})
    elif change.successor and change.successor not in new:
        yield from _issues_of_taker(catalog, "successor", change.successor, change.on)
    yield from _issues_of_roles(catalog, change)


def _issues_of_part(catalog: Catalog, change: Split, part: Part, field: str) -> Iterator[Issue]:
    if part.unit == change.unit:
        yield Issue(f"{field}.unit", "successor_itself", {"found": part.unit})
    elif part.name is None:
        yield from _issues_of_taker(catalog, f"{field}.unit", part.unit, change.on)
    elif catalog.find(part.unit) is not None or [one.unit for one in change.parts].count(part.unit) > 1:
        yield Issue(f"{field}.unit", "unit_code_taken", {"found": part.unit})
    elif not UNIT_CODE.fullmatch(part.unit):
        yield Issue(f"{field}.unit", "unit_code_form", {"found": part.unit})
    else:
        yield from (replace(one, field=f"{field}.name") for one in _issues_of_name(catalog, part.unit, part.name))


def _issues_of_roles(catalog: Catalog, change: Split) -> Iterator[Issue]:
    own = roles_of(catalog, change.unit, change.on)
    given: list[Role] = []
    for index, part in enumerate(change.parts):
        for role in part.roles:
            context = {"role": role[0], "level": role[1]}
            if role not in own:
                yield Issue(f"parts.{index}.roles", "role_not_of_unit", context)
            elif role in given:
                yield Issue(f"parts.{index}.roles", "role_given_twice", context)
            given.append(role)
        if not part.roles and part.name is None and part.unit != change.successor:
            yield Issue(f"parts.{index}.roles", "required")


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
