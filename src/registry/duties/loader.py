"""`catalog/assignments.yaml` to rows and back: which units stand behind the roles of 公开主体, and since when occasions are tracked."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from registry.audit.service import Action, record
from registry.database import Work
from registry.datafiles import dump
from registry.duties.files import (
    FILE,
    HEADER,
    AssignedUnit,
    AssignmentEntry,
    AssignmentsFile,
    AssignmentShape,
    AssignmentsShape,
)
from registry.duties.tables import Assignment, Part, Tracking
from registry.units.loader import Differences, LoadCounts
from registry.units.tables import Certainty


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
    file = assignments_file(session)
    return {FILE: dump(HEADER, AssignmentsShape().dump(file))} if file else {}


def assignments_file(session: Session) -> AssignmentsFile | None:
    """The assignments as the file would have them, in its order; None before the first load."""
    tracking = session.get(Tracking, 1)
    if tracking is None:
        return None
    rows = session.exec(select(Assignment).order_by(col(Assignment.position)))
    return AssignmentsFile(tracking.tracked_from, tuple(_entry(row) for row in rows))


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
