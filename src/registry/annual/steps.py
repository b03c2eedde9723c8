"""What every change of a unit's figures begins with: the right checked, the state allowed, the version compared."""

from collections.abc import Collection
from decimal import Decimal

from registry.accounts.permissions import Permission, require, require_person
from registry.annual.queries import find_return, require_reporting
from registry.annual.rules import Origin
from registry.annual.tables import OPEN, AnnualReport, FigureEntry, FigureReturn, ReportState, ReturnState
from registry.database import Work
from registry.errors import Conflict
from registry.rulebook.annual import ReportFormat
from registry.units.queries import keeper_of


def open_return(
    work: Work, form: ReportFormat, unit_code: str, year: int, version: int, permission: Permission
) -> FigureReturn:
    """The return being written, begun when there is none."""
    unit = require_reporting(work.session, form, unit_code, year)
    require(work.actor, permission, keeper_of(work.session, unit.code, work.today))
    require_unfrozen(work, year)
    returned = find_return(work.session, unit_code, year, locked=True)
    if returned is None:
        returned = FigureReturn(
            unit_code=unit_code, year=year, state=ReturnState.DRAFT, version=0, notes={}, authors=[], edited_at=work.now
        )
        work.session.add(returned)
        work.session.flush()
    if returned.state not in OPEN:
        raise Conflict("figures_handed_over")
    return _next(returned, version)


def handed_over_return(
    work: Work,
    form: ReportFormat,
    unit_code: str,
    year: int,
    version: int,
    permission: Permission,
    states: Collection[ReturnState],
) -> FigureReturn:
    """The return being decided about, in one of `states`."""
    unit = require_reporting(work.session, form, unit_code, year)
    require(work.actor, permission, keeper_of(work.session, unit.code, work.today))
    require_unfrozen(work, year)
    returned = find_return(work.session, unit_code, year, locked=True)
    if returned is None or returned.state not in states:
        raise Conflict("figures_not_handed_over")
    return _next(returned, version)


def require_unfrozen(work: Work, year: int) -> None:
    """Conflict once the city's report is confirmed: what it sums up stays."""
    report = work.session.get(AnnualReport, year)
    if report is not None and report.state is ReportState.CONFIRMED:
        raise Conflict("report_confirmed")


def _next(returned: FigureReturn, version: int) -> FigureReturn:
    if returned.version != version:
        raise Conflict("version_passed", expected=version, found=returned.version)
    returned.version += 1
    return returned


def enter(
    work: Work,
    returned: FigureReturn,
    cell: str,
    figure: Decimal | None,
    origin: Origin,
    *,
    note: str | None = None,
    old: FigureEntry | None = None,
) -> None:
    """A new entry for a cell; the one that held until now stays, with the moment it was replaced."""
    if old is not None:
        old.replaced_at = work.now
        work.session.add(old)
    work.session.add(
        FigureEntry(
            return_id=returned.id,
            cell=cell,
            figure=figure,
            origin=origin,
            note=note,
            entered_by=require_person(work.actor),
            entered_at=work.now,
        )
    )
