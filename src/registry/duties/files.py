"""The shape of `catalog/assignments.yaml`, and what a file can be faulted for by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.datafiles import EVIDENCE, Day, Document, Fault, Shape, Text, check, many, texts
from registry.duties.tables import Part
from registry.units.tables import UnitKind

FILE = "catalog/assignments.yaml"
HEADER = """\
Which units answer for each role named as disclosing body, by level and date. A role without units is shown as unassigned.
Kept by the office for government openness; a change of responsibility closes the old line with to and adds a new one with from."""


@dataclass(frozen=True)
class AssignedUnit:
    unit: str
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True)
class AssignmentEntry:
    """A role at a level; `units` empty says that nobody is assigned, None that `kinds` alone decide."""

    role: str
    level: str
    evidence: str
    units: tuple[AssignedUnit, ...] | None = None
    kinds: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    part: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class AssignmentsFile:
    tracked_from: date
    roles: tuple[AssignmentEntry, ...]


class AssignedUnitShape(Shape):
    makes = AssignedUnit
    unit = Text(32, required=True)
    from_on = Day(data_key="from")
    to_on = Day(data_key="to")


class AssignmentShape(Shape):
    makes = AssignmentEntry
    role = Text(80, required=True)
    level = Text(16, required=True)
    units = many(AssignedUnitShape, least=0, metadata={"keep_empty": True})
    kinds = texts(32)
    excepted = texts(32, data_key="except")
    part = Text(16, choices=[part.value for part in Part])
    evidence = Text(32, choices=EVIDENCE, required=True)
    note = Text(400)


class AssignmentsShape(Shape):
    makes = AssignmentsFile
    tracked_from = Day(required=True)
    roles = many(AssignmentShape, required=True)


def read_assignments(documents: Mapping[str, Document]) -> tuple[AssignmentsFile | None, list[Fault]]:
    """The assignments, or None, with the faults this file shows by itself."""
    if FILE not in documents:
        return None, []
    document = documents[FILE]
    loaded, faults = check(document, AssignmentsShape)
    if loaded is None:
        return None, faults
    return loaded, _entry_faults(document, loaded.roles)


def _entry_faults(document: Document, roles: Sequence[AssignmentEntry]) -> list[Fault]:
    faults: list[Fault] = []
    seen: set[tuple[str, str]] = set()
    kinds = [kind.value for kind in UnitKind]
    for index, entry in enumerate(roles):
        path = ("roles", index)
        if (entry.role, entry.level) in seen:
            faults.append(document.fault((*path, "role"), "duplicate", f"{entry.role} {entry.level}"))
        seen.add((entry.role, entry.level))
        if entry.units is None and not entry.kinds:
            faults.append(document.fault((*path, "units"), "missing_field"))
        for number, kind in enumerate(entry.kinds):
            if kind not in kinds:
                faults.append(document.fault((*path, "kinds", number), "not_accepted", kind, kinds))
        if entry.excepted and not entry.kinds:
            faults.append(document.fault((*path, "kinds"), "missing_field"))
    return faults
