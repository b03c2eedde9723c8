"""The board and the rows behind its numbers as XLSX, CSV and PDF, under the same addresses with the same parameters."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, url_for
from sqlmodel import Session

from registry import wording
from registry.coverage.queries import Board, DutyFilter, OccasionRow, list_occasions
from registry.coverage.rules import OccasionState, StateDates
from registry.documents.csv_tables import CSV_TYPE, csv_bytes
from registry.documents.workbook import XLSX_TYPE, workbook
from registry.errors import Invalid, Issue
from registry.items.queries import get_detail, list_areas
from registry.rectification.queries import NoteRow, notes_on
from registry.reports.board_tables import (
    MOST_ROWS,
    Names,
    Notes,
    Taken,
    board_csv,
    board_sheets,
    occasions_csv,
    occasions_sheet,
)
from registry.rulebook.deadlines import GradeLimits
from registry.units.queries import unit_names
from registry.web.boards import the_boards
from registry.web.coverage import read_where
from registry.web.downloads import download
from registry.web.measures import Measure
from registry.web.parameters import read_choice, read_choices, read_past_day, read_text
from registry.web.printing import complete, made_at, printed, view_address
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("board_exports", __name__)

BOARD, OCCASIONS = "coverage.board_page", "coverage.occasions"


@dataclass(frozen=True)
class BoardTaken:
    """The board of the day asked for, ready to be written down."""

    board: Board
    names: Names
    limits: GradeLimits
    taken: Taken
    file_name: str
    notes: Notes | None


@dataclass(frozen=True)
class OccasionsTaken:
    """The rows behind a number of it; `addresses` are those of the publications that answer them, empty where none does."""

    rows: Sequence[OccasionRow]
    names: Names
    dates: StateDates
    taken: Taken
    addresses: Sequence[str]
    file_name: str


@blueprint.get("/coverage.xlsx")
def board_xlsx() -> Response:
    found = _board()
    sheets = board_sheets(found.board, found.names, found.limits, found.taken, found.notes)
    return download(workbook(sheets, title=found.taken.title), XLSX_TYPE, f"{found.file_name}.xlsx")


@blueprint.get("/coverage.csv")
def board_csv_file() -> Response:
    found = _board()
    rows = board_csv(found.board, found.names, found.limits, found.taken, found.notes)
    return download(csv_bytes(rows), CSV_TYPE, f"{found.file_name}.csv")


@blueprint.get("/coverage.pdf")
def board_pdf() -> Response:
    registry = the_registry()
    day = wording.day_in_words(registry.state_dates(read_past_day("as_of")).as_of)
    with registry.database.read() as session:
        where = read_where(session, unit_names(session), list_areas(session))
    measure = wording.label("measure", read_choice("measure", list(Measure), default=Measure.RATE))
    told = [wording.label("export", "as_of").format(day=day), where.name, measure]
    name = wording.label("export", "file").format(title=wording.label("export", "board"), day=day)
    return printed(BOARD, name=f"{name}.pdf", filters=wording.label("format", "separator").join(filter(None, told)))


@blueprint.get("/coverage/occasions.xlsx")
def occasions_xlsx() -> Response:
    found = _occasions()
    sheet = occasions_sheet(found.rows, found.names, found.dates.as_of, found.taken, found.addresses)
    return download(workbook([sheet], title=found.taken.title), XLSX_TYPE, f"{found.file_name}.xlsx")


@blueprint.get("/coverage/occasions.csv")
def occasions_csv_file() -> Response:
    found = _occasions()
    rows = occasions_csv(found.rows, found.names, found.dates.as_of, found.taken, found.addresses)
    return download(csv_bytes(rows), CSV_TYPE, f"{found.file_name}.csv")


def _board() -> BoardTaken:
    registry = the_registry()
    dates = registry.state_dates(read_past_day("as_of"))
    with registry.database.read() as session:
        names = Names(unit_names(session), {area.code: area.name for area in list_areas(session)})
        found, notes = the_boards().on(session, dates), _notes(session, dates, names.areas)
    title = wording.label("export", "board")
    taken = _taken(title, dates, wording.label("export", "no_filters"), BOARD)
    limits = registry.rulebook.deadlines.grade_limits(dates.as_of)
    return BoardTaken(found, names, limits, taken, _file_name(title, dates), notes)


def _notes(session: Session, dates: StateDates, areas: Iterable[str]) -> Notes | None:
    """What stands on the cells of a day, each note on every cell it is about; None for the public, who have no such column."""
    actor = current_actor()
    if actor.user_id is None:
        return None
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in notes_on(session, dates.as_of, actor):
        for area in [row.note.area_code] if row.note.area_code else areas:
            found[row.note.unit_code, area].append(_note_words(row))
    return {cell: "\n".join(told) for cell, told in found.items()}


def _note_words(row: NoteRow) -> str:
    """The note with the day promised in it."""
    note = row.note
    if note.promised_on is None:
        return note.text
    return wording.label("export", "promised").format(text=note.text, day=wording.day_in_words(note.promised_on))


def _occasions() -> OccasionsTaken:
    registry = the_registry()
    dates = registry.state_dates(read_past_day("as_of"))
    with registry.database.read() as session:
        names = Names(unit_names(session), {area.code: area.name for area in list_areas(session)})
        unit, area = read_choice("unit", names.units), read_choice("area", names.areas)
        states = frozenset(OccasionState(one) for one in read_choices("state", frozenset(OccasionState)))
        code = read_text("item", longest=40)
        item = get_detail(session, code).item if code else None
        wanted = DutyFilter(unit or None, area or None, item.id if item else None, states=states)
        rows = list_occasions(session, dates, wanted)
        told = [names.units.get(unit, ""), names.areas.get(area, ""), item.title if item else "", _state_words(states)]
    if len(rows) > MOST_ROWS:
        raise Invalid([Issue("unit", "export_too_long", {"found": len(rows), "max": MOST_ROWS})])
    chosen = wording.label("format", "separator").join(one for one in told if one)
    filters = (
        wording.label("export", "filters").format(filters=chosen) if chosen else wording.label("export", "no_filters")
    )
    title = wording.label("export", "occasions")
    taken = _taken(title, dates, filters, OCCASIONS)
    return OccasionsTaken(rows, names, dates, taken, [_address_of(row) for row in rows], _file_name(title, dates))


def _taken(title: str, dates: StateDates, filters: str, endpoint: str) -> Taken:
    words = wording.labels("export")
    about = [
        words["as_of"].format(day=wording.day_in_words(dates.as_of)),
        filters,
        words["made"].format(at=made_at()),
        words["address"].format(address=view_address(endpoint)),
    ]
    return Taken(title, [*about, words["how"]] if endpoint == BOARD else about)


def _file_name(title: str, dates: StateDates) -> str:
    return wording.label("export", "file").format(title=title, day=wording.day_in_words(dates.as_of))


def _state_words(states: frozenset[OccasionState]) -> str:
    words = [wording.label("occasion_state", one.value) for one in OccasionState if one in states]
    return wording.label("format", "separator").join(words)


def _address_of(row: OccasionRow) -> str:
    if row.publication_id is None:
        return ""
    return complete(url_for("publications.publication", publication_id=row.publication_id))
