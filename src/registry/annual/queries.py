"""Reads of the annual report: who must report, what was reported, and the city's report of a year."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, may
from registry.accounts.tables import User
from registry.annual.compiled import Report, UnitFigures, thawed
from registry.annual.rules import Figures
from registry.annual.tables import AnnualReport, FigureEntry, FigureReturn, ReportState, ReturnState
from registry.database import Actor
from registry.errors import NotFound
from registry.rulebook.annual import ReportFormat
from registry.rulebook.book import Rulebook
from registry.units.queries import list_units, unit_beginnings
from registry.units.rules import has_ended
from registry.units.tables import Unit


@dataclass(frozen=True)
class Entered:
    """An entry and the display name of the person who made it."""

    entry: FigureEntry
    by: str


def get_format(rulebook: Rulebook, year: int) -> ReportFormat:
    """The format of a year's report; NotFound for years nobody reports on."""
    form = rulebook.annual_format(year)
    if form is None:
        raise NotFound(subject="annual_report", found=year)
    return form


def reporting_units(session: Session, form: ReportFormat, year: int) -> list[Unit]:
    """The units whose figures a year's report sums up: those of the kinds the format names that existed on some day of the year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    begun = unit_beginnings(session)
    return [
        unit
        for unit in list_units(session)
        if unit.kind in form.reporting_kinds
        and not has_ended(unit.ended_on, first)
        and (begun.get(unit.code) or first) <= last
    ]


def require_reporting(session: Session, form: ReportFormat, unit_code: str, year: int) -> Unit:
    """The unit, if it reports for the year; else NotFound."""
    for unit in reporting_units(session, form, year):
        if unit.code == unit_code:
            return unit
    raise NotFound(subject="unit", found=unit_code)


def find_return(session: Session, unit_code: str, year: int, *, locked: bool = False) -> FigureReturn | None:
    """What the unit reports of the year; `locked` for who is about to change it."""
    query = select(FigureReturn).where(FigureReturn.unit_code == unit_code, FigureReturn.year == year)
    return session.exec(query.with_for_update() if locked else query).one_or_none()


def current_entries(session: Session, return_id: UUID) -> Mapping[str, FigureEntry]:
    """The entry that holds now, by cell."""
    query = select(FigureEntry).where(FigureEntry.return_id == return_id, col(FigureEntry.replaced_at).is_(None))
    return {entry.cell: entry for entry in session.exec(query)}


def figures_of(entries: Mapping[str, FigureEntry]) -> dict[str, Decimal]:
    """What is known: cells that were cleared are not."""
    return {cell: entry.figure for cell, entry in entries.items() if entry.figure is not None}


def list_entries(session: Session, return_id: UUID, cell: str) -> list[Entered]:
    """Every entry of a cell, newest first."""
    query = (
        select(FigureEntry, User.display_name)
        .where(FigureEntry.entered_by == User.id, FigureEntry.return_id == return_id, FigureEntry.cell == cell)
        .order_by(col(FigureEntry.entered_at).desc(), col(FigureEntry.id).desc())
    )
    return [Entered(entry, name) for entry, name in session.exec(query)]


def last_figures(session: Session, unit_code: str, year: int) -> Figures | None:
    """What the unit reported for the year before; None unless that is confirmed."""
    before = find_return(session, unit_code, year - 1)
    if before is None or before.state is not ReturnState.CONFIRMED:
        return None
    return figures_of(current_entries(session, before.id))


def returns_of(session: Session, year: int) -> Mapping[str, FigureReturn]:
    """The returns of a year, by unit."""
    return {one.unit_code: one for one in session.exec(select(FigureReturn).where(FigureReturn.year == year))}


def load_report(session: Session, rulebook: Rulebook, year: int) -> Report:
    """The report of a year: as it was confirmed, or as the units' confirmed figures make it now."""
    stored = session.get(AnnualReport, year)
    if stored is not None and stored.state is ReportState.CONFIRMED:
        return thawed(stored.frozen, version=stored.version, sha256=stored.sha256)
    form = get_format(rulebook, year)
    return Report(
        year=year,
        form=form,
        state=ReportState.DRAFT,
        version=stored.version if stored else 0,
        sections=stored.sections if stored else {},
        units=tuple(_unit_figures(session, form, year)),
        rulebook=rulebook.version,
    )


def _unit_figures(session: Session, form: ReportFormat, year: int) -> list[UnitFigures]:
    figures: dict[UUID, dict[str, Decimal]] = defaultdict(dict)
    query = (
        sa.select(col(FigureEntry.return_id), col(FigureEntry.cell), col(FigureEntry.figure))
        .join(FigureReturn, col(FigureReturn.id) == col(FigureEntry.return_id))
        .where(
            col(FigureReturn.year) == year,
            col(FigureReturn.state) == ReturnState.CONFIRMED,
            col(FigureEntry.replaced_at).is_(None),
            col(FigureEntry.figure).is_not(None),
        )
    )
    for return_id, cell, figure in session.execute(query):
        figures[return_id][cell] = figure
    returns = returns_of(session, year)
    return [
        UnitFigures(unit.code, unit.name, one.state, one.is_nil, figures[one.id])
        if (one := returns.get(unit.code)) is not None
        else UnitFigures(unit.code, unit.name, None, False, {})
        for unit in reporting_units(session, form, year)
    ]


def get_report_for(session: Session, rulebook: Rulebook, year: int, actor: Actor) -> Report:
    """The report as the actor may see it: one in the making only for the office and leadership, for others it is not there yet."""
    report = load_report(session, rulebook, year)
    if not report.is_confirmed and not sees_drafts(actor):
        raise NotFound(subject="annual_report", found=year)
    return report


def sees_drafts(actor: Actor) -> bool:
    return may(actor, Permission.SEE_ALL_UNITS) or may(actor, Permission.COMPILE_REPORT)


def confirmed_years(session: Session) -> Sequence[int]:
    """Years with a confirmed report, newest first."""
    query = select(AnnualReport.year).where(AnnualReport.state == ReportState.CONFIRMED)
    return session.exec(query.order_by(col(AnnualReport.year).desc())).all()


def city_last_figures(session: Session, rulebook: Rulebook, year: int) -> Figures | None:
    """The city's figures of the year before; None unless that report is confirmed."""
    stored = session.get(AnnualReport, year - 1)
    if stored is None or stored.state is not ReportState.CONFIRMED:
        return None
    return load_report(session, rulebook, year - 1).figures
