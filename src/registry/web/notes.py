"""批注 on cells of the board: written by leadership and office, answered by the unit, never seen by the public."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session
from wtforms import StringField, TextAreaField

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.bootstrap import Registry
from registry.database import Actor
from registry.items.queries import list_areas
from registry.rectification.notes import NotedCell, answer_note, end_note, known_cell, replace_note, write_note
from registry.rectification.observing import titles_of
from registry.rectification.queries import NoteRow, get_note, may_answer_note, note_history, notes_on
from registry.rectification.schemas import NoteSchema, ReplySchema
from registry.rectification.tables import Note
from registry.units.queries import unit_names
from registry.validation import load
from registry.web.forms import DONE, MUST, DayField, PlainForm, attempt, filled
from registry.web.parameters import read_text
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("notes", __name__, url_prefix="/notes")

PLACES: Mapping[str, str] = {"text": "note_text"}


def _named(code: str) -> str:
    return wording.label("rectification", code)


class NoteForm(PlainForm):
    note_text = TextAreaField(_named("note_text"), validators=[MUST], render_kw={"rows": 3, "maxlength": 400})
    promised_on = DayField(_named("promised_on"))


class ReplyForm(PlainForm):
    note_reply = TextAreaField(_named("note_reply"), validators=[MUST], render_kw={"rows": 3, "maxlength": 400})


class EndForm(PlainForm):
    end_reason = StringField(_named("note_end_reason"), validators=[MUST], render_kw={"maxlength": 400})


@dataclass(frozen=True)
class NotesPart:
    """Notes of a place with the form for another one; `form` is None for who may not write, and for days gone by."""

    cell: NotedCell
    rows: Sequence[NoteRow]
    names: "CellNames"
    form: NoteForm | None


@dataclass(frozen=True)
class CellNames:
    """What the codes of a cell stand for."""

    units: Mapping[str, str]
    areas: Mapping[str, str]
    items: Mapping[str, str]

    def of(self, note: Note | NotedCell) -> str:
        """财政局：财政预决算."""
        parts = (
            self.units.get(note.unit_code, note.unit_code),
            self.areas.get(note.area_code or "", ""),
            self.items.get(note.item_code or "", ""),
        )
        return wording.label("format", "title_separator").join(part for part in parts if part)


@dataclass
class CellNotes:
    """What the board shows of a cell: how many notes stand there, and the promised days."""

    number: int = 0
    late: int = 0
    promised: list[date] = field(default_factory=list)

    def add(self, row: NoteRow) -> None:
        self.number, self.late = self.number + 1, self.late + row.is_late
        self.promised += [row.note.promised_on] if row.note.promised_on else []


@dataclass(frozen=True)
class NewNotePage:
    """The form for a note on a cell, after something was wrong with it or opened by itself."""

    cell: NotedCell
    name: str
    form: NoteForm


@dataclass(frozen=True)
class NotePage:
    """A note with its answers, what it replaced, and what the reader may do with it; forms are None where nothing."""

    row: NoteRow
    name: str
    back: str
    earlier: Sequence[NoteRow]
    reply: ReplyForm | None
    again: NoteForm | None
    end: EndForm | None

    @property
    def forms(self) -> list[PlainForm]:
        return [form for form in (self.reply, self.again, self.end) if form is not None]

    @property
    def is_wrong(self) -> bool:
        return any(form.errors or form.form_errors for form in self.forms)


def board_notes(session: Session, as_of: date, actor: Actor) -> Mapping[tuple[str, str], CellNotes]:
    """(unit, area) → its notes on a day, the area empty for notes on the unit; nothing for who may not read them."""
    found: dict[tuple[str, str], CellNotes] = defaultdict(CellNotes)
    for row in notes_on(session, as_of, actor):
        found[row.cell].add(row)
    return dict(found)


def notes_part(session: Session, actor: Actor, as_of: date, cell: NotedCell, *, is_today: bool) -> NotesPart | None:
    """The notes above the rows of a cell; None without a unit, and where there is nothing to read or write."""
    if not cell.unit_code:
        return None
    rows = notes_on(session, as_of, actor, unit_code=cell.unit_code, area_code=cell.area_code, item_code=cell.item_code)
    form = NoteForm() if is_today and may(actor, Permission.WRITE_NOTE) else None
    if not rows and form is None:
        return None
    return NotesPart(cell, rows, _names(session, [cell, *(row.note for row in rows)]), form)


@blueprint.route("/new", methods=["GET", "POST"])
@login_required
def new() -> ResponseReturnValue:
    """A note on the cell the address names."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.WRITE_NOTE)
    form, status = NoteForm(), 200
    asked = NotedCell(*(read_text(name, longest=40) for name in ("unit", "area", "item")))
    with registry.database.read() as session:
        cell = known_cell(session, asked)
        name = _names(session, [cell]).of(cell)
    if request.method == "POST":
        status = attempt(form, lambda: _write(registry, actor, cell, form), place=_place)
        if status == DONE:
            return redirect(cell_address(cell))
    return render_template("coverage/note_new.html", page=NewNotePage(cell, name, form)), status


@blueprint.route("/<uuid:note_id>", methods=["GET", "POST"])
@login_required
def note(note_id: UUID) -> ResponseReturnValue:
    """A note with its history; POST answers, replaces or ends it, by the button that was pressed."""
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        page = _page(session, registry, actor, note_id)
    status = 200
    if request.method == "POST":
        status, leads_to = _act(registry, actor, page)
        if status == DONE:
            return redirect(leads_to)
    return render_template("coverage/note.html", page=page), status


def cell_address(cell: NotedCell | Note) -> str:
    """The list of occasions the note stands above."""
    wanted = {"unit": cell.unit_code, "area": cell.area_code, "item": cell.item_code}
    return url_for("coverage.occasions", _anchor="notes", **wanted)  # type: ignore[arg-type]


def _page(session: Session, registry: Registry, actor: Actor, note_id: UUID) -> NotePage:
    today = registry.database.today()
    row = get_note(session, note_id, actor, today)
    stands, writes = row.note.ended_at is None, may(actor, Permission.WRITE_NOTE)
    answers = stands and may_answer_note(session, actor, row.note.unit_code, today)
    return NotePage(
        row=row,
        name=_names(session, [row.note]).of(row.note),
        back=cell_address(row.note),
        earlier=note_history(session, row.note, today),
        reply=ReplyForm() if answers else None,
        again=_again(row.note) if stands and writes else None,
        end=EndForm() if stands and writes else None,
    )


def _again(row: Note) -> NoteForm:
    """The form for another text, beginning with this one; another form that was sent does not empty it."""
    promised_on = row.promised_on.isoformat() if row.promised_on else ""
    data = {"note_text": row.text, "promised_on": promised_on}
    return NoteForm(data=data) if request.form.get("decision") == "replace" else NoteForm(formdata=None, data=data)


def _act(registry: Registry, actor: Actor, page: NotePage) -> tuple[int, str]:
    """(status, where to go when it is done). What the reader may not do is refused by the service."""
    note_id, decision = page.row.note.id, request.form.get("decision")
    here = url_for("notes.note", note_id=note_id)
    if decision == "replace":
        form = page.again or NoteForm()
        status = attempt(form, lambda: _replace(registry, actor, note_id, form), place=_place)
        return status, page.back
    if decision == "end":
        ending = page.end or EndForm()
        return attempt(ending, lambda: _end(registry, actor, note_id, ending), place=lambda _: "end_reason"), here
    reply = page.reply or ReplyForm()
    return attempt(reply, lambda: _answer(registry, actor, note_id, reply), place=lambda _: "note_reply"), here


def _write(registry: Registry, actor: Actor, cell: NotedCell, form: NoteForm) -> None:
    values = _values(form)
    with registry.database.work(actor) as work:
        write_note(work, cell, values)
    flash(wording.label("notice", "note_written"))


def _replace(registry: Registry, actor: Actor, note_id: UUID, form: NoteForm) -> None:
    values = _values(form)
    with registry.database.work(actor) as work:
        replace_note(work, note_id, values)
    flash(wording.label("notice", "note_replaced"))


def _end(registry: Registry, actor: Actor, note_id: UUID, form: EndForm) -> None:
    values = load(ReplySchema(), {"text": filled(form.end_reason) or ""})
    with registry.database.work(actor) as work:
        end_note(work, note_id, values["text"])
    flash(wording.label("notice", "note_closed"))


def _answer(registry: Registry, actor: Actor, note_id: UUID, form: ReplyForm) -> None:
    values = load(ReplySchema(), {"text": filled(form.note_reply) or ""})
    with registry.database.work(actor) as work:
        answer_note(work, note_id, values["text"])
    flash(wording.label("notice", "note_answered"))


def _values(form: NoteForm) -> Mapping[str, object]:
    typed = {"text": filled(form.note_text) or "", "promised_on": filled(form.promised_on)}
    return load(NoteSchema(), {name: value for name, value in typed.items() if value is not None})


def _place(name: str) -> str:
    return PLACES.get(name, name)


def _names(session: Session, cells: Sequence[Note | NotedCell]) -> CellNames:
    areas = {area.code: area.name for area in list_areas(session)}
    titles = titles_of(session, [cell.item_code for cell in cells if cell.item_code])
    return CellNames(unit_names(session), areas, {code: wording.item_name(one) for code, one in titles.items()})
