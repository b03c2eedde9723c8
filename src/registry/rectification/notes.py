"""Writing, answering, replacing and ending notes on cells of the board."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, require, require_person
from registry.audit.service import Action, record
from registry.database import Work
from registry.errors import Conflict, Invalid, Issue, NotFound
from registry.items.tables import Area, Item, Standard
from registry.rectification.queries import get_note
from registry.rectification.tables import Note, NoteAnswer
from registry.units.queries import keeper_of
from registry.units.tables import Unit


@dataclass(frozen=True)
class NotedCell:
    """Where a note stands: a unit, a unit in an area, or one of its items."""

    unit_code: str
    area_code: str | None = None
    item_code: str | None = None


def write_note(work: Work, cell: NotedCell, values: Mapping[str, Any]) -> Note:
    """A new note. `values` come from NoteSchema. Raises NotFound for a cell the board does not have."""
    require(work.actor, Permission.WRITE_NOTE)
    cell = known_cell(work.session, cell)
    _require_ahead(work, values)
    note = Note(
        unit_code=cell.unit_code,
        area_code=cell.area_code,
        item_code=cell.item_code,
        text=values["text"],
        promised_on=values["promised_on"],
        written_by=require_person(work.actor),
        written_at=work.now,
    )
    work.session.add(note)
    changes = {"text": (None, note.text), "promised_on": (None, note.promised_on)}
    record(work, Action.NOTE_WRITE, "note", note.id, {**changes, "cell": (None, _cell_name(note))})
    return note


def replace_note(work: Work, note_id: UUID, values: Mapping[str, Any]) -> Note:
    """Another note on the same cell; the old one stays to be read."""
    note = _standing(work, note_id)
    successor = write_note(work, NotedCell(note.unit_code, note.area_code, note.item_code), values)
    work.session.flush()
    note.ended_by, note.ended_at, note.successor_id = successor.written_by, work.now, successor.id
    work.session.add(note)
    record(work, Action.NOTE_END, "note", note.id, {"successor": (None, successor.id)})
    return successor


def end_note(work: Work, note_id: UUID, reason: str) -> Note:
    """The note stands no more, and says why."""
    note = _standing(work, note_id)
    note.ended_by, note.ended_at, note.end_reason = require_person(work.actor), work.now, reason
    work.session.add(note)
    record(work, Action.NOTE_END, "note", note.id, {"reason": (None, reason)})
    return note


def answer_note(work: Work, note_id: UUID, text: str) -> NoteAnswer:
    """What the unit says to a note that stands."""
    note = get_note(work.session, note_id, work.actor, work.today).note
    require(work.actor, Permission.ANSWER_RECTIFICATION, keeper_of(work.session, note.unit_code, work.today))
    _require_standing(note)
    answer = NoteAnswer(note_id=note.id, text=text, answered_by=require_person(work.actor), answered_at=work.now)
    work.session.add(answer)
    record(work, Action.NOTE_ANSWER, "note", note.id, {"text": (None, text)})
    return answer


def known_cell(session: Session, cell: NotedCell) -> NotedCell:
    """The cell with the area of its item. Raises NotFound for what is no cell of the board."""
    if session.get(Unit, cell.unit_code) is None:
        raise NotFound(subject="unit", found=cell.unit_code)
    area_code = cell.area_code
    if cell.item_code:
        query = select(Standard.area_code).where(Item.standard_code == Standard.code, Item.code == cell.item_code)
        area_code = session.exec(query.order_by(col(Standard.effective_from).desc())).first()
        if area_code is None:
            raise NotFound(subject="item", found=cell.item_code)
    if area_code and session.get(Area, area_code) is None:
        raise NotFound(subject="area", found=area_code)
    return NotedCell(cell.unit_code, area_code or None, cell.item_code or None)


def _standing(work: Work, note_id: UUID) -> Note:
    require(work.actor, Permission.WRITE_NOTE)
    note = get_note(work.session, note_id, work.actor, work.today).note
    _require_standing(note)
    return note


def _require_standing(note: Note) -> None:
    if note.ended_at is not None:
        raise Conflict("note_ended")


def _require_ahead(work: Work, values: Mapping[str, Any]) -> None:
    promised_on = values["promised_on"]
    if promised_on is not None and promised_on < work.today:
        context = {"found": promised_on.isoformat(), "today": work.today.isoformat()}
        raise Invalid([Issue("promised_on", "promised_in_past", context)])


def _cell_name(note: Note) -> str:
    return "/".join(part for part in (note.unit_code, note.area_code, note.item_code) if part)
