"""公开情况: the board units × areas, a unit by its items, an area by its items, an item by its units."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, current_app, render_template, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.bootstrap import Registry
from registry.coverage.board import Board
from registry.coverage.measures import elements_by, links_by
from registry.coverage.queries import DutyFilter, count_by
from registry.coverage.rules import Counts, ElementCounts, LinkCounts, StateDates
from registry.duties.queries import tracking_of
from registry.items.queries import item_titles, list_areas
from registry.items.tables import Area
from registry.rulebook.deadlines import GradeLimits
from registry.units.queries import unit_names
from registry.web.boards import Counted, the_boards
from registry.web.measures import READINGS, Cell, Measure
from registry.web.notes import CellNotes, board_notes
from registry.web.parameters import here, read_choice, read_page, read_past_day, require_page
from registry.web.visitors import current_actor, to_sign_in

blueprint = Blueprint("coverage", __name__)

# A city fits on one page; a province is turned over.
ROWS_A_PAGE = 200

COUNTED = {
    Measure.RATE: Counted.OCCASIONS,
    Measure.ON_TIME: Counted.OCCASIONS,
    Measure.ELEMENTS: Counted.ELEMENTS,
    Measure.LINKS: Counted.LINKS,
}
KINDS: Mapping[Measure, tuple[type[Any], Callable[..., Mapping[tuple[str, ...], Any]]]] = {
    Measure.RATE: (Counts, count_by),
    Measure.ON_TIME: (Counts, count_by),
    Measure.ELEMENTS: (ElementCounts, elements_by),
    Measure.LINKS: (LinkCounts, links_by),
}


# What a look found is not for the public before it is sure.
NOT_PUBLIC = frozenset({Measure.LINKS})


@dataclass(frozen=True)
class BoardRow:
    """`cells` follow the areas of the page; `address` opens the line further."""

    code: str
    name: str
    cells: Sequence[Cell]
    total: Cell
    address: str = ""


@dataclass(frozen=True)
class Where:
    """What a board is narrowed to, by code and name; empty for the whole board. `by` is what a line stands for: unit or item."""

    unit: str = ""
    area: str = ""
    item: str = ""
    name: str = ""

    @property
    def by(self) -> str:
        return "item" if (self.unit or self.area) and not self.item else "unit"

    @property
    def is_whole(self) -> bool:
        return not (self.unit or self.area or self.item)


@dataclass(frozen=True)
class BoardPage:
    """`beside` are the keys of the numbers next to the rates; `as_of` is the day judged, today (`is_today`) when nobody asked.

    `rows` are those of this page, `number` of `pages`; `count` says how many there are. `totals` are of all of them.
    """

    as_of: date
    is_today: bool
    measure: Measure
    measures: Sequence[Measure]
    where: Where
    areas: Sequence[Area]
    rows: Sequence[BoardRow]
    count: int
    number: int
    pages: int
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

    def measure_address(self, measure: str) -> str:
        """The same board by another measure; a column it does not have sorts nothing."""
        return here(measure=measure if measure != Measure.RATE else None, sort=None, order=None)

    def area_address(self, area: str) -> str:
        """The items of an area, by the same measure and on the same day."""
        return here(area=area, sort=None, order=None)

    @property
    def whole_address(self) -> str:
        """The whole board, by the same measure and on the same day."""
        return here(unit=None, area=None, item=None, sort=None, order=None)

    @property
    def kept(self) -> Sequence[tuple[str, str]]:
        """What of the address stays when another day is asked for."""
        kept = {
            "unit": self.where.unit,
            "area": self.where.area,
            "item": self.where.item,
            "measure": "" if self.measure is Measure.RATE else self.measure.value,
            "sort": self.sort,
            "order": "desc" if self.is_descending else "asc",
        }
        return [(name, value) for name, value in kept.items() if value]

    def aria_sort(self, key: str) -> str:
        if key != self.sort:
            return "none"
        return "descending" if self.is_descending else "ascending"


@blueprint.get("/coverage")
def board_page() -> str | Response:
    registry: Registry = current_app.extensions["registry"]
    asked = read_past_day("as_of")
    dates = registry.state_dates(asked)
    measure = Measure(read_choice("measure", list(Measure), default=Measure.RATE))
    if measure in NOT_PUBLIC:
        if current_actor().user_id is None:
            return to_sign_in()
        require(current_actor(), Permission.SEE_ALL_UNITS)
    limits = registry.rulebook.deadlines.grade_limits(dates.as_of)
    with registry.database.read() as session:
        areas, names, tracking = list_areas(session), unit_names(session), tracking_of(session)
        where = read_where(session, names, areas)
        board = _board(session, dates, measure, where)
        notes = board_notes(session, dates.as_of, current_actor()) if where.is_whole else {}
        named = names if where.by == "unit" else item_titles(session)
        session.expunge_all()
    shown = areas if where.is_whole else []
    maker = _Rows(board, measure, where, limits, asked)
    rows = [maker.row(code, name, shown) for code, name in named.items()]
    rows = [row for row in rows if not row.total.is_empty]
    sort = read_choice("sort", ("unit", "total", *(area.code for area in shown), *READINGS[measure].beside), "total")
    is_descending = read_choice("order", ("asc", "desc"), default="asc") == "desc"
    rows.sort(key=_sort_key(sort, [area.code for area in shown], list(named)), reverse=is_descending)
    number = read_page()
    pages = require_page(number, total=len(rows), size=ROWS_A_PAGE)
    page = BoardPage(
        as_of=dates.as_of,
        is_today=asked is None,
        measure=measure,
        measures=_measures(),
        where=where,
        areas=shown,
        rows=rows[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE],
        count=len(rows),
        number=number,
        pages=pages,
        totals=maker.totals(shown),
        beside=READINGS[measure].beside,
        sort=sort,
        is_descending=is_descending,
        tracked_from=tracking.tracked_from if tracking else None,
        limits=limits,
        notes=notes,
    )
    return render_template("coverage/board.html", page=page)


def _measures() -> Sequence[Measure]:
    """Those that may be shown to whoever asks."""
    is_led = may(current_actor(), Permission.SEE_ALL_UNITS)
    return [one for one in Measure if is_led or one not in NOT_PUBLIC]


def read_where(session: Session, names: Mapping[str, str], areas: Sequence[Area]) -> Where:
    """What the address narrows the board to."""
    unit, area = read_choice("unit", names), read_choice("area", [one.code for one in areas])
    titles = item_titles(session)
    item = read_choice("item", titles)
    named = [names.get(unit, ""), next((one.name for one in areas if one.code == area), ""), titles.get(item, "")]
    return Where(unit, area, item, wording.label("format", "title_separator").join(name for name in named if name))


def _board(session: Session, dates: StateDates, measure: Measure, where: Where) -> Board[Any]:
    """The remembered board of units × areas, or one of its lines or columns by what it is made of, in the place of units."""
    if where.is_whole:
        return the_boards().of(session, dates, COUNTED[measure])
    wanted = DutyFilter(unit_code=where.unit or None, area_code=where.area or None, item_code=where.item or None)
    nothing, count = KINDS[measure]
    counted = count(session, dates, (where.by, "area"), wanted)
    return Board(nothing, {(code, area): counts for (code, area), counts in counted.items()})


@dataclass(frozen=True)
class _Rows:
    """Makes the lines of a board."""

    board: Board[Any]
    measure: Measure
    where: Where
    limits: GradeLimits
    asked: date | None

    def row(self, code: str, name: str, areas: Sequence[Area]) -> BoardRow:
        line = {self.where.by: code}
        cells = [self._cell(self._of(code, area.code), **line, area=area.code) for area in areas]
        opened = self._opened(code)
        return BoardRow(code, name, cells, self._cell(self.board.of_unit(code), **line), opened)

    def totals(self, areas: Sequence[Area]) -> BoardRow:
        cells = [self._cell(self.board.of_area(area.code), area=area.code) for area in areas]
        name = wording.label("format", "all_units" if self.where.by == "unit" else "all_items")
        return BoardRow("", name, cells, self._cell(self.board.total()))

    def _of(self, code: str, area: str) -> Any:
        return self.board.cells.get((code, area)) or self.board.nothing()

    def _cell(self, counts: Any, **codes: str) -> Cell:
        kept = {"unit": self.where.unit, "area": self.where.area, "item": self.where.item} | codes
        return Cell(counts, self.limits, as_of=self.asked, measure=self.measure, **kept)

    def _opened(self, code: str) -> str:
        """A unit opens its items, an item its units; one item of one unit is as far as it goes."""
        if self.where.item or (self.where.by == "item" and self.where.unit):
            return ""
        kept = {"measure": self.measure.value} if self.measure is not Measure.RATE else {}
        asked = {"as_of": self.asked.isoformat()} if self.asked else {}
        return board_address(**{self.where.by: code}, **asked, **kept)


def board_address(**wanted: str) -> str:
    """The board under these filters."""
    return url_for("coverage.board_page", **wanted)  # type: ignore[arg-type]


SortKey = Callable[[BoardRow], tuple[float, ...]]


def _sort_key(sort: str, areas: Sequence[str], codes: Sequence[str]) -> SortKey:
    """Worst first when ascending: lowest rate, then most missing, then the order of the catalog."""
    place = {code: position for position, code in enumerate(codes)}
    if sort == "unit":
        return lambda row: (place[row.code],)
    if sort not in ("total", *areas):
        return lambda row: (-row.total.number(sort), place[row.code])
    index = areas.index(sort) if sort in areas else None

    def worst_first(row: BoardRow) -> tuple[float, ...]:
        cell = row.total if index is None else row.cells[index]
        rate = 2.0 if cell.rate is None else cell.rate
        return rate, cell.part - cell.whole, place[row.code]

    return worst_first
