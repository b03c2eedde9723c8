"""已关账时期: the list, each with its frozen board and rows; closing the next one after a look at its numbers; 核验 and 复算."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.closing.freezing import freeze
from registry.closing.lines import Basis, FrozenOccasion
from registry.closing.proving import Part, Proof, prove
from registry.closing.queries import (
    Closing,
    Sums,
    Waiting,
    basis_of,
    get_closing,
    get_frozen,
    item_titles_of,
    list_closings,
    occasions_of,
    sums_of,
    waiting_by,
)
from registry.closing.recounting import Comparison, compare_with_now
from registry.closing.rules import Change, next_to_close
from registry.closing.service import close_period
from registry.closing.tables import FrozenPeriod
from registry.coverage.rules import WORST_FIRST, Counts, Grade, OccasionState
from registry.database import Actor
from registry.documents.workbook import Column, Formula, Sheet, column_letter
from registry.duties.queries import tracking_of
from registry.duties.rules import Period, period_from
from registry.errors import Conflict, Forbidden, Invalid, Issue
from registry.web.downloads import address_line, csv_file, download, xlsx_file
from registry.web.parameters import read_choice, read_choices, read_page, read_text, require_page
from registry.web.sides import NUMBERS, Side, frozen_side, grade_of, number_of
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("periods", __name__)

BESIDE = ("overdue", "ahead", "nothing_to_publish", "not_applicable", "needs_rule")
LOOKING = (Permission.CLOSE_PERIOD, Permission.SEE_ALL_UNITS, Permission.READ_AUDIT)
SIZE = 100
NO_NUMBERS = "none"
GZIP_TYPE = "application/gzip"


@dataclass(frozen=True)
class Cell:
    """Counts of a unit in an area, an empty code standing for all of them; numbers open their rows where those are kept."""

    counts: Counts
    grade: Grade
    side: Side | None
    unit: str = ""
    area: str = ""

    def number(self, key: str) -> int:
        return number_of(self.counts, key)

    def address(self, key: str) -> str:
        """Where the rows are; empty for a preview, whose rows are nowhere yet."""
        return self.side.address(key, unit=self.unit, area=self.area) if self.side else ""


def _sum_cell(frozen: FrozenPeriod, *, flow: bool = False) -> Cell:
    """Everything in a period, with the addresses of its rows."""
    side = frozen_side(frozen, flow=flow)
    counts = side.sums.of()
    return Cell(counts, grade_of(counts, basis_of(frozen)), side)


@dataclass(frozen=True)
class PeriodsPage:
    """Closed periods, each with its sum where one was kept. `waiting` are the next ones of each kind for those who close them."""

    closings: Sequence[tuple[Closing, Cell | None]]
    waiting: Sequence[Period]
    today: date
    may_close: bool
    is_near: bool


@blueprint.get("/periods")
def periods() -> str:
    registry, actor = the_registry(), current_actor()
    today = registry.database.today()
    with registry.database.read() as session:
        closings, tracking = list_closings(session), tracking_of(session)
        since = tracking.tracked_from if tracking else today
        may_close = may(actor, Permission.CLOSE_PERIOD)
        waiting = next_to_close((one.period.code for one in closings), since, today) if may_close else []
        summed = [(one, _sum_cell(one.frozen) if one.frozen else None) for one in closings]
        page = PeriodsPage(summed, waiting, today, may_close, _looks_closely(actor))
        return render_template("periods/periods.html", page=page)


@dataclass(frozen=True)
class Row:
    code: str
    name: str
    cells: Sequence[Cell]
    total: Cell


@dataclass(frozen=True)
class Table:
    """A board out of frozen numbers: worst unit first, in the names of its time."""

    areas: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    totals: Row
    beside: Sequence[str]


def table_of(basis: Basis, sums: Sums, side: Side | None) -> Table:
    """Units × areas with totals."""
    areas = [(code, name) for code, name in basis.areas.items() if code in sums.areas]

    def cell(unit: str = "", area: str = "") -> Cell:
        counts = sums.of(unit=unit, area=area)
        return Cell(counts, grade_of(counts, basis), side, unit, area)

    def row(unit: str, name: str) -> Row:
        return Row(unit, name, [cell(unit, area) for area, _ in areas], cell(unit))

    units = [(code, name) for code, name in basis.units.items() if code in sums.units]
    rows = sorted((row(code, name) for code, name in units), key=_worst_first)
    return Table(areas, rows, row("", wording.label("format", "all_units")), BESIDE)


def _worst_first(row: Row) -> tuple[float, int]:
    """Lowest rate first, then most missing; those with nothing due last."""
    counts = row.total.counts
    return 2.0 if counts.rate is None else counts.rate, counts.answered - counts.due


@dataclass(frozen=True)
class PeriodPage:
    """`shown` is `board` or `flow`; `proof` only when asked for, as it reads the whole file. `frozen` is None where nothing was kept."""

    closing: Closing
    frozen: FrozenPeriod | None
    basis: Basis | None
    table: Table | None
    total: Cell | None
    flow: Cell | None
    shown: str
    proof: Proof | None
    parts: Sequence[Part]
    is_near: bool


@blueprint.get("/periods/<code:code>")
def period(code: str) -> str:
    registry, actor = the_registry(), current_actor()
    shown = read_choice("of", ("board", "flow"), default="board")
    wants_proof = read_choice("verify", ("1",)) == "1"
    if wants_proof:
        _require_looking(actor)
    with registry.database.read() as session:
        closing = get_closing(session, code)
        frozen = closing.frozen
        page = PeriodPage(
            closing=closing,
            frozen=frozen,
            basis=basis_of(frozen) if frozen else None,
            table=_table(frozen, shown) if frozen else None,
            total=_sum_cell(frozen) if frozen else None,
            flow=_sum_cell(frozen, flow=True) if frozen else None,
            shown=shown,
            proof=prove(session, registry.objects, frozen) if frozen and wants_proof else None,
            parts=tuple(Part),
            is_near=_looks_closely(actor),
        )
        return render_template("periods/period.html", page=page)


def _table(frozen: FrozenPeriod, shown: str) -> Table:
    side = frozen_side(frozen, flow=shown == "flow")
    return table_of(basis_of(frozen), side.sums, side)


@dataclass(frozen=True)
class FrozenRow:
    """An occasion as it stood, with the titles of its item then."""

    occasion: FrozenOccasion
    titles: tuple[str, ...]


@dataclass(frozen=True)
class RowsPage:
    """Exactly the rows a number of a closed period counts: `total` of them, this page's in `rows`."""

    closing: Closing
    basis: Basis
    title: str
    rows: Sequence[FrozenRow]
    total: int
    number: int
    pages: int


@blueprint.get("/periods/<code:code>/rows")
def rows(code: str) -> str:
    registry = the_registry()
    number = read_page()
    with registry.database.read() as session:
        closing, frozen = get_closing(session, code), get_frozen(session, code)
    basis, packed = basis_of(frozen), registry.objects.get(frozen.object_digest)
    unit, area = read_choice("unit", basis.units), read_choice("area", basis.areas)
    states, item = read_choices("state", frozenset(OccasionState)), read_text("item", longest=40)
    of_flow = read_choice("of", ("board", "flow"), default="board") == "flow"
    found = [
        one
        for one in occasions_of(packed, unit=unit)
        if area in ("", one.area)
        and item in ("", one.key.item)
        and (not states or one.state in states)
        and (not of_flow or basis.has(one.limit))
    ]
    found.sort(key=lambda one: (WORST_FIRST[one.state], one.limit or date.max, one.key))
    pages = require_page(number, total=len(found), size=SIZE)
    titles = item_titles_of(packed)
    shown = [
        FrozenRow(one, titles[one.key.standard, one.key.item]) for one in found[(number - 1) * SIZE : number * SIZE]
    ]
    of = wording.label("closing_view", "flow" if of_flow else "board")
    named = (
        wording.months_and_days(code),
        of,
        basis.units.get(unit, ""),
        basis.areas.get(area, ""),
        item,
        _words(states),
    )
    title = wording.label("format", "title_separator").join(part for part in named if part)
    page = RowsPage(closing, basis, title, shown, len(found), number, pages)
    return render_template("periods/rows.html", page=page)


def _words(states: frozenset[str]) -> str:
    """What a number with these states behind it counts."""
    key = next((name for name, behind in NUMBERS.items() if behind == states), None)
    if key is not None:
        return wording.label("number", key)
    words = [wording.label("occasion_state", one.value) for one in OccasionState if one.value in states]
    return wording.label("format", "separator").join(words)


@dataclass(frozen=True)
class RecountPage:
    """`changes` are a page of those since the closing; `titles` are those of the items by (standard, item), as they were frozen."""

    closing: Closing
    basis: Basis
    found: Comparison
    changes: Sequence[Change]
    titles: Mapping[tuple[str, str], tuple[str, ...]]
    number: int
    pages: int

    def name(self, change: Change) -> str:
        """What the item was called; its code when it has come since."""
        key = change.occasion.key
        titles = self.titles.get((key.standard, key.item))
        return wording.item_name(titles) if titles else key.item


@blueprint.get("/periods/<code:code>/recount")
@login_required
def recount(code: str) -> str:
    registry = the_registry()
    _require_looking(current_actor())
    number = read_page()
    with registry.database.read() as session:
        closing, frozen = get_closing(session, code), get_frozen(session, code)
        found = compare_with_now(session, frozen, registry.freezer)
        pages = require_page(number, total=len(found.since), size=SIZE)
        shown = found.since[(number - 1) * SIZE : number * SIZE]
        titles = item_titles_of(registry.objects.get(frozen.object_digest))
        page = RecountPage(closing, basis_of(frozen), found, shown, titles, number, pages)
        return render_template("periods/recount.html", page=page)


@dataclass(frozen=True)
class ClosePage:
    """The numbers as closing would freeze them; `waiting` is what people have not decided yet, `errors` say why it is not possible."""

    period: Period
    waiting: Waiting
    errors: Sequence[str]
    basis: Basis | None = None
    table: Table | None = None
    total: Cell | None = None
    flow: Cell | None = None
    numbers: str = ""


@blueprint.route("/periods/close", methods=["GET", "POST"])
@login_required
def close() -> ResponseReturnValue:
    """A look at the numbers; POST freezes exactly those, or shows the new ones when they have changed meanwhile."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.CLOSE_PERIOD)
    errors: list[str] = []
    if request.method == "POST":
        code = request.form.get("period", "")[:16]
        try:
            with registry.database.work(actor) as work:
                close_period(work, code, registry.freezer, expected=request.form.get("numbers", "")[:16] or NO_NUMBERS)
            flash(wording.label("notice", "period_closed").format(period=wording.months_and_days(code)))
            return redirect(url_for("periods.period", code=code))
        except Conflict as error:
            errors.append(wording.refusal(error.code, error.context))
    else:
        code = read_text("period", longest=16)
    with registry.database.read() as session:
        page = _close_page(session, code, errors)
    return render_template("periods/close.html", page=page), 409 if errors else 200


def _close_page(session: Session, code: str, errors: list[str]) -> ClosePage:
    registry, period = the_registry(), period_from(code)
    if period is None:
        raise Invalid([Issue("period", "period_form", {"found": code})])
    waiting = waiting_by(session, period.last)
    if period.last >= registry.database.today():
        issue = Issue("period", "period_not_over", {"found": code, "last": period.last.isoformat()})
        return ClosePage(period, waiting, [wording.message(issue)])
    if any(one.period.code == code for one in list_closings(session)):
        return ClosePage(period, waiting, [wording.refusal("period_closed", {"period": code})])
    frozen = freeze(session, period, registry.freezer, known_at=registry.database.clock())
    board, flow = sums_of(frozen.board), sums_of(frozen.flow)
    return ClosePage(
        period,
        waiting,
        errors,
        basis=frozen.basis,
        table=table_of(frozen.basis, board, None),
        total=_previewed(frozen.basis, board.of()),
        flow=_previewed(frozen.basis, flow.of()),
        numbers=frozen.numbers,
    )


def _previewed(basis: Basis, counts: Counts) -> Cell:
    return Cell(counts, grade_of(counts, basis), None)


@blueprint.get("/periods/<code:code>.jsonl.gz")
def frozen_bytes(code: str) -> Response:
    """The bytes that were signed, as they lie in the object folder."""
    registry = the_registry()
    with registry.database.read() as session:
        content = registry.objects.get(get_frozen(session, code).object_digest)
    return download(content, GZIP_TYPE, f"{code}.jsonl.gz", f"{code}.jsonl.gz")


@blueprint.get("/periods/<code:code>.xlsx")
def period_xlsx(code: str) -> Response:
    return xlsx_file(_sheets(code), _file_name(code), f"period-{code}")


@blueprint.get("/periods/<code:code>.csv")
def period_csv(code: str) -> Response:
    return csv_file(_sheets(code)[0], _file_name(code), f"period-{code}")


def _file_name(code: str) -> str:
    return wording.label("closing_export", "period_name").format(period=wording.months_and_days(code))


COUNTED = ("due", "met", "met_late", "overdue", "ahead", "nothing_to_publish", "not_applicable", "needs_rule")


def _sheets(code: str) -> list[Sheet]:
    """Board and flow by unit and area, one row for each pair."""
    with the_registry().database.read() as session:
        frozen = get_frozen(session, code)
    basis = basis_of(frozen)
    about = (
        wording.label("closing_export", "frozen").format(day=wording.day_in_words(basis.last_on), hash=frozen.hash),
        address_line(url_for("periods.period", code=code)),
    )
    title = _file_name(code)
    return [
        _sheet(basis, sums, wording.label("closing_view", name), title, about)
        for name, sums in (("board", sums_of(frozen.board)), ("flow", sums_of(frozen.flow)))
    ]


def _sheet(basis: Basis, sums: Sums, name: str, title: str, about: Sequence[str]) -> Sheet:
    due, met, late = (column_letter(2 + place) for place in range(3))
    rate = f'IF({due}{{row}}=0,"",({met}{{row}}+{late}{{row}})/{due}{{row}})'
    total = sums.of()
    columns = [
        Column(wording.label("closing_export", "unit"), width=28, total=wording.label("format", "all_units")),
        Column(wording.label("closing_export", "area"), width=16),
        *(
            Column(
                wording.label("number", key),
                "number",
                total=Formula(f"SUBTOTAL(9,{letter}{{first}}:{letter}{{last}})", number_of(total, key)),
            )
            for key, letter in ((key, column_letter(2 + place)) for place, key in enumerate(COUNTED))
        ),
        Column(wording.label("count_column", "rate"), "percent", total=Formula(rate, total.rate or "")),
    ]
    rows = [
        (
            basis.units.get(unit, unit),
            basis.areas.get(area, area),
            *(number_of(counts, key) for key in COUNTED),
            counts.rate,
        )
        for (unit, area), counts in sums.cells.items()
    ]
    return Sheet(name, f"{title}{wording.label('format', 'title_separator')}{name}", columns, rows, about, 2)


def _looks_closely(actor: Actor) -> bool:
    return any(may(actor, permission) for permission in LOOKING)


def _require_looking(actor: Actor) -> None:
    if not _looks_closely(actor):
        raise Forbidden()
