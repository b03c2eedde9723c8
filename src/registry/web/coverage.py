"""公开情况: the board units × areas, and the rows behind each of its numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, current_app, render_template, url_for

from registry import wording
from registry.bootstrap import Registry
from registry.coverage.queries import Board, DutyFilter, OccasionRow, list_occasions
from registry.coverage.rules import DUE, Counts, Grade, OccasionState, grade
from registry.duties.queries import tracking_of
from registry.items.queries import get_detail, list_areas
from registry.items.tables import Area
from registry.rectification.notes import NotedCell
from registry.rulebook.deadlines import GradeLimits
from registry.units.queries import unit_names
from registry.web.boards import Boards
from registry.web.notes import CellNotes, NotesPart, board_notes, notes_part
from registry.web.parameters import here, read_choice, read_choices, read_past_day, read_text
from registry.web.visitors import current_actor

blueprint = Blueprint("coverage", __name__)

ANSWERED = frozenset({OccasionState.MET, OccasionState.MET_LATE})
LATE = frozenset({OccasionState.OVERDUE, OccasionState.LONG_OVERDUE})

# The numbers beside the rates, by the key of their column.
BESIDE: Mapping[str, frozenset[OccasionState]] = {
    "overdue": LATE,
    "due_soon": frozenset({OccasionState.DUE_SOON}),
    "upcoming": frozenset({OccasionState.UPCOMING}),
    "extended": frozenset({OccasionState.EXTENDED}),
    "nothing_to_publish": frozenset({OccasionState.NOTHING_TO_PUBLISH}),
    "not_applicable": frozenset({OccasionState.NOT_APPLICABLE}),
    "needs_rule": frozenset({OccasionState.NEEDS_RULE}),
}
BEHIND: Mapping[str, frozenset[OccasionState]] = {"answered": ANSWERED, "due": DUE, "all": frozenset(), **BESIDE}


@dataclass(frozen=True)
class Cell:
    """Counts of a unit in an area; an empty code stands for all of them. Every number has the address of its rows."""

    counts: Counts
    limits: GradeLimits
    unit: str = ""
    area: str = ""
    as_of: date | None = None

    @property
    def is_empty(self) -> bool:
        return self.counts.total == 0

    @property
    def rate(self) -> float | None:
        return self.counts.rate

    @property
    def answered(self) -> int:
        return self.counts.answered

    @property
    def due(self) -> int:
        return self.counts.due

    @property
    def grade(self) -> Grade:
        return grade(self.counts.rate, good_percent=self.limits.good_percent, watch_percent=self.limits.watch_percent)

    def number(self, key: str) -> int:
        """How many are in the states behind `key` of BEHIND."""
        return sum(getattr(self.counts, state.value) for state in BEHIND[key])

    def address(self, key: str) -> str:
        """Where the rows behind that number are listed."""
        states = sorted(state.value for state in BEHIND[key])
        return occasions_address(unit=self.unit, area=self.area, state=states, as_of=self.as_of)


def occasions_address(**wanted: str | Sequence[str] | date | None) -> str:
    """The list of occasions under these filters; empty ones are left out."""
    return url_for("coverage.occasions", **{name: value for name, value in wanted.items() if value})  # type: ignore[arg-type]


@dataclass(frozen=True)
class BoardRow:
    """`cells` follow the areas of the page."""

    code: str
    name: str
    cells: Sequence[Cell]
    total: Cell


@dataclass(frozen=True)
class BoardPage:
    """`beside` are the keys of the numbers next to the rates; `as_of` is the day judged, today (`is_today`) when nobody asked."""

    as_of: date
    is_today: bool
    areas: Sequence[Area]
    rows: Sequence[BoardRow]
    totals: BoardRow
    beside: Sequence[str]
    sort: str
    is_descending: bool
    tracked_from: date | None
    limits: GradeLimits
    notes: Mapping[tuple[str, str], CellNotes]

    def sort_address(self, key: str) -> str:
        """Sort by that column; a second time the other way round."""
        turned = key == self.sort and not self.is_descending
        return here(sort=key, order="desc" if turned else "asc")

    def aria_sort(self, key: str) -> str:
        if key != self.sort:
            return "none"
        return "descending" if self.is_descending else "ascending"


@blueprint.get("/coverage")
def board_page() -> str:
    registry: Registry = current_app.extensions["registry"]
    boards: Boards = current_app.extensions["boards"]
    asked = read_past_day("as_of")
    dates = registry.state_dates(asked)
    limits = registry.rulebook.deadlines.grade_limits(dates.as_of)
    with registry.database.read() as session:
        areas, names, tracking = list_areas(session), unit_names(session), tracking_of(session)
        found, notes = boards.on(session, dates), board_notes(session, dates.as_of, current_actor())
        session.expunge_all()
    sort = read_choice("sort", ("unit", "total", *(area.code for area in areas), *BESIDE), default="total")
    is_descending = read_choice("order", ("asc", "desc"), default="asc") == "desc"
    rows = [_row(found, code, name, areas, asked, limits) for code, name in names.items() if not _is_idle(found, code)]
    rows.sort(key=_sort_key(sort, [area.code for area in areas], list(names)), reverse=is_descending)
    page = BoardPage(
        as_of=dates.as_of,
        is_today=asked is None,
        areas=areas,
        rows=rows,
        totals=_totals(found, areas, asked, limits),
        beside=list(BESIDE),
        sort=sort,
        is_descending=is_descending,
        tracked_from=tracking.tracked_from if tracking else None,
        limits=limits,
        notes=notes,
    )
    return render_template("coverage/board.html", page=page)


def _is_idle(found: Board, unit_code: str) -> bool:
    return found.of_unit(unit_code).total == 0


def _row(
    found: Board, code: str, name: str, areas: Sequence[Area], asked: date | None, limits: GradeLimits
) -> BoardRow:
    cells = [Cell(found.cells.get((code, area.code), Counts()), limits, code, area.code, asked) for area in areas]
    return BoardRow(code, name, cells, Cell(found.of_unit(code), limits, unit=code, as_of=asked))


def _totals(found: Board, areas: Sequence[Area], asked: date | None, limits: GradeLimits) -> BoardRow:
    cells = [Cell(found.of_area(area.code), limits, area=area.code, as_of=asked) for area in areas]
    return BoardRow("", wording.label("format", "all_units"), cells, Cell(found.total(), limits, as_of=asked))


SortKey = Callable[[BoardRow], tuple[float, ...]]


def _sort_key(sort: str, areas: Sequence[str], units: Sequence[str]) -> SortKey:
    """Worst first when ascending: lowest rate, then most missing, then the order of the catalog."""
    place = {code: position for position, code in enumerate(units)}
    if sort == "unit":
        return lambda row: (place[row.code],)
    if sort in BESIDE:
        return lambda row: (-row.total.number(sort), place[row.code])
    index = areas.index(sort) if sort in areas else None

    def worst_first(row: BoardRow) -> tuple[float, ...]:
        cell = row.total if index is None else row.cells[index]
        rate = 2.0 if cell.rate is None else cell.rate
        return rate, cell.answered - cell.due, place[row.code]

    return worst_first


@dataclass(frozen=True)
class OccasionsPage:
    """`rows` are exactly what the number counted; `is_today` when no day was asked for. `notes` stand above them, for who may read them."""

    as_of: date
    rows: Sequence[OccasionRow]
    units: Mapping[str, str]
    areas: Mapping[str, str]
    title: str
    is_today: bool
    notes: NotesPart | None


@blueprint.get("/coverage/occasions")
def occasions() -> str:
    registry: Registry = current_app.extensions["registry"]
    asked = read_past_day("as_of")
    dates = registry.state_dates(asked)
    with registry.database.read() as session:
        areas = {area.code: area.name for area in list_areas(session)}
        units = unit_names(session)
        unit, area = read_choice("unit", units), read_choice("area", areas)
        states = read_choices("state", frozenset(OccasionState))
        code = read_text("item", longest=40)
        item = get_detail(session, code).item if code else None
        wanted = DutyFilter(
            unit_code=unit or None,
            area_code=area or None,
            item_id=item.id if item else None,
            states=frozenset(OccasionState(one) for one in states),
        )
        rows = list_occasions(session, dates, wanted)
        item_title = item.title if item else ""
        cell = NotedCell(unit, area or None, code or None)
        notes = notes_part(session, current_actor(), dates.as_of, cell, is_today=asked is None)
    named = [units.get(unit, ""), areas.get(area, ""), item_title, _counted(states)]
    title = wording.label("format", "title_separator").join(part for part in named if part)
    page = OccasionsPage(dates.as_of, rows, units, areas, title, is_today=asked is None, notes=notes)
    return render_template("coverage/occasions.html", page=page)


def _counted(states: frozenset[str]) -> str:
    """What a number with these states behind it counts, in words."""
    key = next((name for name, behind in BEHIND.items() if behind == states), None)
    if key in ("answered", "due", "all"):
        return wording.label("format", key)
    if key is not None:
        return wording.label("count_column", key)
    words = [wording.label("occasion_state", one.value) for one in OccasionState if one.value in states]
    return wording.label("format", "separator").join(words)
