"""/annual-reports: the city's yearly reports, the units behind every number of one, and the report as Word and JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template
from flask_login import login_required

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.annual.compiled import Report, Total
from registry.annual.counting import Disclosed, list_disclosed
from registry.annual.document import closing_lines, report_document, report_title
from registry.annual.grids import Grid, grid_of
from registry.annual.queries import (
    Entered,
    city_last_figures,
    confirmed_years,
    find_return,
    get_format,
    get_report_for,
    list_entries,
    load_report,
    returns_of,
    sees_drafts,
)
from registry.annual.records import report_record
from registry.annual.rules import Check, Verdict
from registry.annual.tables import FigureReturn
from registry.bootstrap import Registry
from registry.database import Actor
from registry.documents.word import DOCX_TYPE
from registry.errors import NotFound
from registry.items.queries import list_areas
from registry.rulebook.annual import Cell, ReportFormat, ReportTable
from registry.units.queries import unit_names
from registry.web.parameters import read_choice, read_choices, read_text
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("annual", __name__, url_prefix="/annual-reports")

YEARS_SHOWN = 10


@dataclass(frozen=True)
class YearRow:
    """A report year on the list; `is_at_hand` for the years whose days are to come or have just gone by."""

    year: int
    form: ReportFormat
    is_confirmed: bool
    own: FigureReturn | None
    is_at_hand: bool


@dataclass(frozen=True)
class IndexPage:
    """`fills` is the unit whose figures this person fills in or confirms, empty for others."""

    years: Sequence[YearRow]
    fills: str
    sees_drafts: bool
    today: date


@dataclass(frozen=True)
class Drawn:
    """The tables of a report as they look, those at its end, and the lines that close it."""

    grids: Mapping[str, Grid]
    annexes: Sequence[ReportTable]
    closing: Sequence[str]


def drawn(report: Report) -> Drawn:
    unit_head = wording.label("annual", "unit_head")
    return Drawn(
        {table.code: grid_of(table, unit_head) for table in report.form.tables},
        [table for table in report.form.tables if table.annex],
        list(closing_lines(report)),
    )


@dataclass(frozen=True)
class ReportPage:
    """The report with its tables drawn; `checks` are the sums of the city's figures."""

    report: Report
    title: str
    drawn: Drawn
    checks: Sequence[Check]
    due_on: date
    today: date
    may_compile: bool
    sees_units: bool

    @property
    def broken(self) -> list[Check]:
        return [check for check in self.checks if check.verdict is Verdict.BROKEN]

    @property
    def unknown_number(self) -> int:
        return sum(check.verdict is Verdict.UNKNOWN for check in self.checks)


@dataclass(frozen=True)
class CellPage:
    """One figure of the city and the units it is the sum of; for one unit, staff see every entry of it too."""

    report: Report
    cell: Cell
    total: Total
    unit_code: str
    entries: Sequence[Entered]
    sees_units: bool

    @property
    def unit_name(self) -> str:
        return next((unit.name for unit in self.report.units if unit.code == self.unit_code), self.unit_code)


@dataclass(frozen=True)
class UnitsPage:
    """How far each unit is with its figures of a year; `days_left` until the units' day, negative after it."""

    report: Report
    returns: Mapping[str, FigureReturn]
    due_on: date
    today: date


@dataclass(frozen=True)
class DisclosedPage:
    """The publications a count of the registry counts."""

    year: int
    rows: Sequence[Disclosed]
    units: Mapping[str, str]
    areas: Mapping[str, str]
    unit_code: str
    area_code: str
    channels: Sequence[str]
    until: date


@blueprint.get("")
def index() -> str:
    """Years with their reports: confirmed ones for everybody, all for staff who have to do with them."""
    registry, actor = the_registry(), current_actor()
    today = registry.database.today()
    with registry.database.read() as session:
        confirmed = confirmed_years(session)
        fills = _own_unit(actor)
        years = range(today.year, today.year - YEARS_SHOWN, -1) if fills or sees_drafts(actor) else ()
        rows = [
            YearRow(
                year,
                form,
                year in confirmed,
                find_return(session, fills, year) if fills else None,
                year >= today.year - 1,
            )
            for year in sorted({*confirmed, *years}, reverse=True)
            if (form := registry.rulebook.annual_format(year)) is not None
        ]
    return render_template("annual/index.html", page=IndexPage(rows, fills, sees_drafts(actor), today))


@blueprint.get("/<int:year>")
def report(year: int) -> str:
    """The report as the statutory format draws it, for reading and printing."""
    registry, actor = the_registry(), current_actor()
    return render_template("annual/report.html", page=_report_page(registry, year, actor))


def _report_page(registry: Registry, year: int, actor: Actor) -> ReportPage:
    with registry.database.read() as session:
        found = get_report_for(session, registry.rulebook, year, actor)
        last_year = city_last_figures(session, registry.rulebook, year)
    return ReportPage(
        report=found,
        title=report_title(found),
        drawn=drawn(found),
        checks=found.checks(last_year),
        due_on=found.form.deadline("city").due_on(year),
        today=registry.database.today(),
        may_compile=may(actor, Permission.COMPILE_REPORT) and not found.is_confirmed,
        sees_units=sees_drafts(actor),
    )


@blueprint.get("/<int:year>/cells/<cell>")
def cell(year: int, cell: str) -> str:
    """The units a figure of the city is the sum of; with `unit`, for staff, how that unit's figure came about."""
    registry, actor = the_registry(), current_actor()
    unit_code = read_text("unit", longest=40)
    with registry.database.read() as session:
        found = get_report_for(session, registry.rulebook, year, actor)
        if cell not in found.form.cells:
            raise NotFound(subject="cell", found=cell)
        entries: Sequence[Entered] = ()
        if unit_code and sees_drafts(actor):
            own = find_return(session, unit_code, year)
            entries = list_entries(session, own.id, cell) if own else ()
        page = CellPage(
            found, found.form.cells[cell], found.totals[cell], unit_code, entries, sees_units=sees_drafts(actor)
        )
        return render_template("annual/cell.html", page=page)


@blueprint.get("/<int:year>/units")
@login_required
def units(year: int) -> str:
    """Which units have reported, which have not, and what is left of the time."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.SEE_ALL_UNITS)
    with registry.database.read() as session:
        get_format(registry.rulebook, year)
        found = load_report(session, registry.rulebook, year)
        page = UnitsPage(
            found, returns_of(session, year), found.form.deadline("units").due_on(year), registry.database.today()
        )
        return render_template("annual/units.html", page=page)


@blueprint.get("/<int:year>/publications")
def publications(year: int) -> str:
    """The publications the registry counts for a year, exactly as many as it counts."""
    registry = the_registry()
    get_format(registry.rulebook, year)
    today = registry.database.today()
    with registry.database.read() as session:
        areas = {area.code: area.name for area in list_areas(session)}
        names = unit_names(session)
        unit_code, area_code = read_choice("unit", names), read_choice("area", areas)
        channels = sorted(read_choices("channel", registry.rulebook.channels))
        rows = list_disclosed(
            session, year, today, unit_code=unit_code or None, area_code=area_code or None, channels=channels
        )
    until = min(date(year, 12, 31), today)
    page = DisclosedPage(year, rows, names, areas, unit_code, area_code, channels, until)
    return render_template("annual/publications.html", page=page)


@blueprint.get("/<int:year>/report.docx")
def word(year: int) -> Response:
    """The report as an official document."""
    found = _report(year)
    return _file(report_document(found), DOCX_TYPE, f"annual-report-{year}.docx")


@blueprint.get("/<int:year>/report.json")
def record(year: int) -> Response:
    """The report as data; docs/annual-report.md says what is where."""
    registry = the_registry()
    found = _report(year)
    with registry.database.read() as session:
        last_year = city_last_figures(session, registry.rulebook, year)
    text = json.dumps(report_record(found, last_year), ensure_ascii=False, indent=2)
    return _file(text.encode(), "application/json", f"annual-report-{year}.json")


def _report(year: int) -> Report:
    registry = the_registry()
    with registry.database.read() as session:
        return get_report_for(session, registry.rulebook, year, current_actor())


def _file(content: bytes, media_type: str, name: str) -> Response:
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _own_unit(actor: Actor) -> str:
    """The unit whose figures the actor fills in or confirms."""
    code = actor.unit_code or ""
    concerned = any(may(actor, one, code) for one in (Permission.FILL_FIGURES, Permission.CONFIRM_FIGURES))
    return code if code and concerned else ""
