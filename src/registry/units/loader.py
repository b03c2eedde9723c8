"""`catalog/units.yaml` to rows and back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from registry.audit.service import Action, record
from registry.database import Work
from registry.datafiles import dump
from registry.units.files import FILE, HEADER, NameEntry, UnitEntry, UnitsFile, UnitsShape
from registry.units.rules import name_on
from registry.units.tables import Certainty, Unit, UnitAlias, UnitKind, UnitName


@dataclass
class LoadCounts:
    """What loading a file did to its rows; `absent` rows are not in the file any more and were left as they are."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    absent: int = 0

    def note(self, *, is_new: bool, is_changed: bool) -> bool:
        """Count one row; returns whether there is anything to record about it."""
        if is_new:
            self.created += 1
        elif is_changed:
            self.updated += 1
        else:
            self.unchanged += 1
        return is_new or is_changed


@dataclass
class Differences:
    """Field → (before, after) of one row; collecting them sets the row as well."""

    row: Any
    found: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def set(self, values: Mapping[str, Any]) -> None:
        for name, after in values.items():
            before = getattr(self.row, name)
            if before != after:
                self.found[name] = (before, after)
                setattr(self.row, name, after)


def apply_units(work: Work, units: Sequence[UnitEntry]) -> LoadCounts:
    """Make the rows what the file says; what agrees is not written."""
    rows = {row.code: row for row in work.session.exec(select(Unit))}
    counts = LoadCounts(absent=len(rows.keys() - {unit.code for unit in units}))
    created = {unit.code for unit in units if unit.code not in rows}
    for position, unit in enumerate(units, start=1):
        if unit.code in created:
            rows[unit.code] = _new_row(unit, position, work.today)
            work.session.add(rows[unit.code])
    work.session.flush()
    names, aliases = _apply_names(work, units), _apply_aliases(work, units)
    for position, unit in enumerate(units, start=1):
        differences = Differences(rows[unit.code])
        differences.set(_values(unit, work.today))
        rows[unit.code].position = position
        changes = {**differences.found, **names.get(unit.code, {}), **aliases.get(unit.code, {})}
        _record(work, unit, changes, is_new=unit.code in created, counts=counts)
    return counts


def _record(work: Work, unit: UnitEntry, changes: dict[str, Any], *, is_new: bool, counts: LoadCounts) -> None:
    if is_new:
        changes = {"name": (None, unit.names[-1].name), "kind": (None, unit.kind), **changes}
    if counts.note(is_new=is_new, is_changed=bool(changes)):
        record(work, Action.UNIT_CHANGE, "unit", unit.code, changes)
        work.touch("unit", unit.code)


def _new_row(unit: UnitEntry, position: int, today: date) -> Unit:
    """Without parent and successor, which may not have rows yet."""
    values = {**_values(unit, today), "parent_code": None, "successor_code": None}
    return Unit(code=unit.code, position=position, **values)


def _values(unit: UnitEntry, today: date) -> dict[str, Any]:
    return {
        "name": name_on(unit.names, today),
        "kind": UnitKind(unit.kind),
        "parent_code": unit.parent,
        "telephone": unit.telephone,
        "address": unit.address,
        "reception_point": unit.reception_point,
        "ended_on": unit.ended_on,
        "successor_code": unit.successor,
        "index_prefix": unit.index_prefix,
        "calendar": unit.calendar,
        "certainty": Certainty(unit.evidence),
        "source": unit.source,
        "note": unit.note,
    }


def _apply_names(work: Work, units: Sequence[UnitEntry]) -> dict[str, dict[str, Any]]:
    """Unit code → the change of its names, for units whose names changed."""
    rows: dict[str, dict[int, UnitName]] = {}
    for row in work.session.exec(select(UnitName).order_by(col(UnitName.position))):
        rows.setdefault(row.unit_code, {})[row.position] = row
    changes: dict[str, dict[str, Any]] = {}
    for unit in units:
        own = rows.get(unit.code, {})
        before = [_spelled_name(_name_entry(row)) for row in own.values()]
        after = [_spelled_name(borne) for borne in unit.names]
        if before != after:
            changes[unit.code] = {"names": (before, after)}
            _write_names(work.session, unit, own)
    work.session.flush()
    return changes


def _write_names(session: Session, unit: UnitEntry, own: dict[int, UnitName]) -> None:
    for position, borne in enumerate(unit.names, start=1):
        row = own.get(position)
        values: dict[str, Any] = {
            "name": borne.name,
            "from_on": borne.from_on,
            "to_on": borne.to_on,
            "certainty": Certainty(borne.evidence),
        }
        if row is None:
            session.add(UnitName(unit_code=unit.code, position=position, **values))
        else:
            Differences(row).set(values)
    for position, row in own.items():
        if position > len(unit.names):
            session.delete(row)


def _name_entry(row: UnitName) -> NameEntry:
    return NameEntry(row.name, row.certainty.value, row.from_on, row.to_on)


def _spelled_name(borne: NameEntry) -> str:
    return f"{borne.name} {borne.from_on or ''}/{borne.to_on or ''} {borne.evidence}"


def _apply_aliases(work: Work, units: Sequence[UnitEntry]) -> dict[str, dict[str, Any]]:
    """Unit code → the change of its aliases. An alias can move from one unit to another."""
    session = work.session
    rows = {row.alias: row for row in session.exec(select(UnitAlias).order_by(col(UnitAlias.position)))}
    codes = {unit.code for unit in units}
    before = {code: [alias for alias, row in rows.items() if row.unit_code == code] for code in codes}
    wanted = {alias: (unit.code, number) for unit in units for number, alias in enumerate(unit.aliases, start=1)}
    for alias, row in rows.items():
        if alias not in wanted and row.unit_code in codes:
            session.delete(row)
    for alias, (code, number) in wanted.items():
        if alias in rows:
            Differences(rows[alias]).set({"unit_code": code, "position": number})
        else:
            session.add(UnitAlias(alias=alias, unit_code=code, position=number))
    session.flush()
    return {
        unit.code: {"aliases": (before[unit.code], list(unit.aliases))}
        for unit in units
        if before[unit.code] != list(unit.aliases)
    }


def export_units(session: Session) -> dict[str, str]:
    """The file as it stands in the rows; nothing before the first load."""
    units = unit_entries(session)
    return {FILE: dump(HEADER, UnitsShape().dump(UnitsFile(units)))} if units else {}


def unit_entries(session: Session) -> tuple[UnitEntry, ...]:
    """Every unit as the file would have it, in its order."""
    names, aliases = _by_unit(session, UnitName), _by_unit(session, UnitAlias)
    rows = session.exec(select(Unit).order_by(col(Unit.position), col(Unit.code)))
    return tuple(_entry(row, names[row.code], aliases[row.code]) for row in rows)


def name_units_of_today(work: Work) -> None:
    """Units whose next name has begun, or whose planned one was taken back, bear it from now on."""
    names = _by_unit(work.session, UnitName)
    for unit in work.session.exec(select(Unit)):
        name = name_on(names[unit.code], work.today) if names[unit.code] else unit.name
        if name != unit.name:
            record(work, Action.UNIT_CHANGE, "unit", unit.code, {"name": (unit.name, name)})
            work.touch("unit", unit.code)
            unit.name = name


def _by_unit(session: Session, table: Any) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in session.exec(select(table).order_by(col(table.position))):
        rows[row.unit_code].append(row)
    return rows


def _entry(row: Unit, names: Sequence[UnitName], aliases: Sequence[UnitAlias]) -> UnitEntry:
    return UnitEntry(
        code=row.code,
        names=tuple(_name_entry(name) for name in names),
        aliases=tuple(one.alias for one in aliases),
        kind=row.kind.value,
        parent=row.parent_code,
        telephone=row.telephone,
        address=row.address,
        reception_point=row.reception_point,
        ended_on=row.ended_on,
        successor=row.successor_code,
        index_prefix=row.index_prefix,
        calendar=row.calendar,
        evidence=row.certainty.value,
        source=row.source,
        note=row.note,
    )
