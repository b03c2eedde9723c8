"""`catalog/assignments.yaml` to rows and back: which units stand behind the roles of 公开主体, and since when occasions are tracked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from registry.audit.service import Action, record
from registry.database import Work
from registry.datafiles import EVIDENCE, Day, Document, Fault, Shape, Text, check, dump, many, texts
from registry.duties.tables import Assignment, Part, Tracking
from registry.units.loader import Differences, LoadCounts
from registry.units.tables import Certainty, UnitKind

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


def apply_assignments(work: Work, file: AssignmentsFile) -> LoadCounts:
    """Make the rows what the file says. A role that left the file loses its row: it must not go on giving duties."""
    session = work.session
    rows = {(row.role, row.level): row for row in session.exec(select(Assignment))}
    counts = LoadCounts()
    for position, entry in enumerate(file.roles, start=1):
        row = rows.pop((entry.role, entry.level), None)
        _apply_entry(work, entry, row, position, counts)
    for row in rows.values():
        counts.absent += 1
        record(work, Action.DUTY_CHANGE, "assignment", row.id, {"role": (row.role, None), "level": (row.level, None)})
        session.delete(row)
    _apply_tracking(work, file.tracked_from)
    session.flush()
    return counts


def _apply_entry(work: Work, entry: AssignmentEntry, row: Assignment | None, position: int, counts: LoadCounts) -> None:
    values: dict[str, Any] = {
        "part": Part(entry.part or Part.LEAD),
        "content": content_of(entry),
        "certainty": Certainty(entry.evidence),
        "note": entry.note,
    }
    if row is None:
        row = Assignment(role=entry.role, level=entry.level, position=position, **values)
        work.session.add(row)
        counts.created += 1
        changes = {"role": (None, entry.role), "level": (None, entry.level), "content": (None, values["content"])}
    else:
        differences = Differences(row)
        differences.set(values)
        row.position = position
        changes = differences.found
        counts.updated += bool(changes)
        counts.unchanged += not changes
    if changes:
        record(work, Action.DUTY_CHANGE, "assignment", row.id, changes)


def content_of(entry: AssignmentEntry) -> dict[str, Any]:
    """The entry's choice of units as the row keeps it: units with from and to, kinds, except; dates as text."""
    shape = AssignmentShape(only=("units", "kinds", "excepted"))
    content: dict[str, Any] = shape.dump(entry)
    for one in content.get("units", []):
        one.update({name: day.isoformat() for name, day in one.items() if isinstance(day, date)})
    return content


def _apply_tracking(work: Work, tracked_from: date) -> None:
    tracking = work.session.get(Tracking, 1)
    if tracking is None:
        work.session.add(Tracking(tracked_from=tracked_from))
        record(work, Action.DUTY_CHANGE, "tracking", "1", {"tracked_from": (None, tracked_from)})
    elif tracking.tracked_from != tracked_from:
        record(work, Action.DUTY_CHANGE, "tracking", "1", {"tracked_from": (tracking.tracked_from, tracked_from)})
        tracking.tracked_from = tracked_from


def export_assignments(session: Session) -> dict[str, str]:
    """The file as it stands in the rows; nothing before the first load."""
    tracking = session.get(Tracking, 1)
    if tracking is None:
        return {}
    rows = session.exec(select(Assignment).order_by(col(Assignment.position)))
    file = AssignmentsFile(tracking.tracked_from, tuple(_entry(row) for row in rows))
    return {FILE: dump(HEADER, AssignmentsShape().dump(file))}


def _entry(row: Assignment) -> AssignmentEntry:
    units = row.content.get("units")
    return AssignmentEntry(
        role=row.role,
        level=row.level,
        units=None if units is None else tuple(_assigned(one) for one in units),
        kinds=tuple(row.content.get("kinds", ())),
        excepted=tuple(row.content.get("except", ())),
        part=row.part.value if row.part is Part.CONTRIBUTOR else None,
        evidence=row.certainty.value,
        note=row.note,
    )


def _assigned(one: Mapping[str, str]) -> AssignedUnit:
    first, last = (date.fromisoformat(one[name]) if name in one else None for name in ("from", "to"))
    return AssignedUnit(one["unit"], first, last)
