"""The shape of `catalog/units.yaml`, and what a file can be faulted for by itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.datafiles import CODE, EVIDENCE, Day, Document, Fault, Flag, Shape, Text, check, many, texts
from registry.units.tables import UnitKind

FILE = "catalog/units.yaml"
HEADER = """\
The responsible units with their names over time, the short names people type and where each is known from.
Kept by the office for government openness. A renamed unit gets a new line under names; an ended one keeps its code and gets ended_on.
evidence: reconstructed marks what is not confirmed by a page; the note says why."""


@dataclass(frozen=True)
class NameEntry:
    """A name with the days it was borne."""

    name: str
    evidence: str
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True)
class UnitEntry:
    """A unit as the file has it; the last of `names` is the current one."""

    code: str
    names: tuple[NameEntry, ...]
    kind: str
    evidence: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    telephone: str | None = None
    address: str | None = None
    reception_point: bool = False
    ended_on: date | None = None
    successor: str | None = None
    index_prefix: str | None = None
    calendar: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class UnitsFile:
    units: tuple[UnitEntry, ...]


class NameShape(Shape):
    makes = NameEntry
    name = Text(80, required=True)
    from_on = Day(data_key="from")
    to_on = Day(data_key="to")
    evidence = Text(32, choices=EVIDENCE, required=True)


class UnitShape(Shape):
    makes = UnitEntry
    code = Text(32, pattern=CODE, form="CX-101", required=True)
    names = many(NameShape, required=True)
    aliases = texts(80)
    kind = Text(32, choices=[kind.value for kind in UnitKind], required=True)
    parent = Text(32)
    telephone = Text(40)
    address = Text(120)
    reception_point = Flag()
    ended_on = Day()
    successor = Text(32)
    index_prefix = Text(32)
    calendar = Text(40)
    evidence = Text(32, choices=EVIDENCE, required=True)
    source = Text(200)
    note = Text(400)


class UnitsShape(Shape):
    makes = UnitsFile
    units = many(UnitShape, required=True)


def read_units(documents: Mapping[str, Document]) -> tuple[tuple[UnitEntry, ...] | None, list[Fault]]:
    """The units, or None, with the faults this file shows by itself."""
    if FILE not in documents:
        return None, []
    document = documents[FILE]
    loaded, faults = check(document, UnitsShape)
    if loaded is None:
        return None, faults
    return loaded.units, [*_unit_faults(document, loaded.units), *_spelling_faults(document, loaded.units)]


def _unit_faults(document: Document, units: Sequence[UnitEntry]) -> Iterator[Fault]:
    codes = {unit.code for unit in units}
    for index, unit in enumerate(units):
        path = ("units", index)
        yield from _name_faults(document, path, unit)
        for name, code in (("parent", unit.parent), ("successor", unit.successor)):
            if code is not None and code not in codes:
                yield document.fault((*path, name), "unknown_unit", code)
            elif code is not None and _leads_back(units, unit.code, name):
                yield document.fault((*path, name), "cycle", code)
        if unit.successor is not None and unit.ended_on is None:
            yield document.fault((*path, "successor"), "successor_without_end", unit.successor)


def _name_faults(document: Document, path: tuple[str | int, ...], unit: UnitEntry) -> Iterator[Fault]:
    """Names follow each other without overlapping; only the first may lack its first day, only the last its last day."""
    for number, (before, after) in enumerate(zip(unit.names, unit.names[1:], strict=False)):
        if before.to_on is None:
            yield document.fault((*path, "names", number, "to"), "missing_field")
        if after.from_on is None:
            yield document.fault((*path, "names", number + 1, "from"), "missing_field")
        elif before.to_on is not None and before.to_on >= after.from_on:
            accepted = f"> {before.to_on}"
            yield document.fault((*path, "names", number + 1, "from"), "names_overlap", after.from_on, accepted)
    last_from = unit.names[-1].from_on
    if unit.ended_on is not None and last_from is not None and unit.ended_on < last_from:
        yield document.fault((*path, "ended_on"), "from_after_to", unit.ended_on, f">= {last_from}")


def _leads_back(units: Sequence[UnitEntry], start: str, name: str) -> bool:
    """Whether following `name` (parent or successor) from `start` comes back to it."""
    following = {unit.code: getattr(unit, name) for unit in units}
    seen: set[str] = set()
    code = following.get(start)
    while code is not None and code not in seen:
        if code == start:
            return True
        seen.add(code)
        code = following.get(code)
    return False


def _spelling_faults(document: Document, units: Sequence[UnitEntry]) -> Iterator[Fault]:
    """A name or alias must lead to one unit only."""
    owner: dict[str, str] = {}
    for index, unit in enumerate(units):
        for number, borne in enumerate(unit.names):
            if owner.setdefault(borne.name, unit.code) != unit.code:
                accepted = owner[borne.name]
                yield document.fault(("units", index, "names", number, "name"), "name_clash", borne.name, accepted)
    for index, unit in enumerate(units):
        for number, alias in enumerate(unit.aliases):
            if alias in owner:
                yield document.fault(("units", index, "aliases", number), "alias_clash", alias, owner[alias])
            owner.setdefault(alias, unit.code)
