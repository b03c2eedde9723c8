"""The list of responsible units, and the page of one: what it owes, how it stands, what it has disclosed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, current_app, render_template
from sqlmodel import Session, select

from registry.accounts.permissions import Permission, may
from registry.bootstrap import Registry
from registry.coverage.queries import DutyFilter, OccasionRow, board, list_occasions, next_due
from registry.coverage.rules import OccasionState, worst
from registry.duties.queries import list_duties
from registry.duties.tables import Duty
from registry.items.queries import list_areas
from registry.items.tables import Area, Item, Standard
from registry.publications.queries import PublicationRow, list_public
from registry.units.queries import UnitDetail, get_unit, list_units, unit_names
from registry.units.rules import has_ended
from registry.units.tables import Unit, UnitKind
from registry.web.measures import Cell
from registry.web.visitors import current_actor

blueprint = Blueprint("units", __name__)

PUBLICATIONS_SHOWN = 10


@dataclass(frozen=True)
class UnitsPage:
    """Existing units by kind, and those that have ended."""

    groups: Sequence[tuple[UnitKind, Sequence[Unit]]]
    ended: Sequence[Unit]
    total: int


@blueprint.get("/units")
def units() -> str:
    registry: Registry = current_app.extensions["registry"]
    with registry.database.read() as session:
        found = list_units(session)
        today = registry.database.today()
        existing = [unit for unit in found if not has_ended(unit.ended_on, today)]
        page = UnitsPage(
            groups=[(kind, [unit for unit in existing if unit.kind is kind]) for kind in UnitKind],
            ended=[unit for unit in found if has_ended(unit.ended_on, today)],
            total=len(found),
        )
        return render_template("units/units.html", page=page)


@dataclass(frozen=True)
class DutyLine:
    """An item the unit owes: its worst state today, the one with the earliest unanswered last day, and how many occasions there are."""

    duty: Duty
    item: Item
    state: OccasionState | None
    next_due: OccasionRow | None
    occasions: int


@dataclass(frozen=True)
class UnitPage:
    """A unit today. `areas` holds, for areas in which it owes anything, the cell of the board and the duties."""

    detail: UnitDetail
    total: Cell
    areas: Sequence[tuple[Area, Cell | None, Sequence[DutyLine]]]
    publications: Sequence[PublicationRow]
    publications_total: int
    unit_names: Mapping[str, str]
    as_of: date
    may_change: bool


@blueprint.get("/units/<code:code>")
def unit(code: str) -> str:
    registry: Registry = current_app.extensions["registry"]
    dates = registry.state_dates()
    limits = registry.rulebook.deadlines.grade_limits(dates.as_of)
    with registry.database.read() as session:
        detail = get_unit(session, code)
        rows = list_occasions(session, dates, DutyFilter(unit_code=code, part=None))
        publications, total = list_public(session, dates.as_of, unit_code=code, size=PUBLICATIONS_SHOWN)
        counted = board(session, dates, DutyFilter(unit_code=code))
        cells = {area: Cell(counts, limits, unit=code, area=area) for (_, area), counts in counted.cells.items()}
        page = UnitPage(
            detail=detail,
            total=Cell(counted.total(), limits, unit=code),
            areas=_areas(session, code, rows, cells, dates.as_of),
            publications=publications,
            publications_total=total,
            unit_names=unit_names(session),
            as_of=dates.as_of,
            may_change=may(current_actor(), Permission.CHANGE_UNIT),
        )
        return render_template("units/unit.html", page=page)


def _areas(
    session: Session, code: str, rows: Sequence[OccasionRow], cells: Mapping[str, Cell], as_of: date
) -> list[tuple[Area, Cell | None, Sequence[DutyLine]]]:
    """Areas in which the unit owes anything today, in the order of the catalog."""
    by_item: dict[UUID, list[OccasionRow]] = defaultdict(list)
    for row in rows:
        by_item[row.item_id].append(row)
    area_of = {standard.code: standard.area_code for standard in session.exec(select(Standard))}
    lines: dict[str, list[DutyLine]] = defaultdict(list)
    for duty, item in list_duties(session, unit_code=code):
        if duty.starts_on <= as_of and (duty.ends_on is None or as_of <= duty.ends_on):
            lines[area_of[item.standard_code]].append(_line(duty, item, by_item[item.id]))
    return [(area, cells.get(area.code), lines[area.code]) for area in list_areas(session) if area.code in lines]


def _line(duty: Duty, item: Item, rows: Sequence[OccasionRow]) -> DutyLine:
    return DutyLine(duty, item, worst(row.state for row in rows), next_due(rows), len(rows))
