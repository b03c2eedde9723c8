"""/annual-reports/…/units/…: a unit's figures of a year, filled in by one person and confirmed or sent back by another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, may
from registry.annual.counting import Suggestion, suggestions
from registry.annual.queries import (
    current_entries,
    figures_of,
    find_return,
    get_format,
    last_figures,
    require_reporting,
)
from registry.annual.rules import Check, Figures, Verdict, checks, completed, read_figures, summed_cells, written
from registry.annual.service import confirm_figures, return_figures, save_figures, submit_figures
from registry.annual.tables import OPEN, AnnualReport, FigureReturn, ReportState, ReturnState
from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Conflict, Forbidden, Invalid, Issue
from registry.rulebook.annual import ReportFormat
from registry.units.queries import keeper_of
from registry.units.tables import Unit
from registry.validation import clean
from registry.web.kept_forms import kept_fields
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("annual_figures", __name__, url_prefix="/annual-reports")

NOTE = "note."
LONGEST_NOTE = 400


@dataclass(frozen=True)
class FiguresPage:
    """The figures as text, `typed` or stored; what the sums are, what is wrong with them, and what this person may do.

    `issues` are what stands against handing over, each with the id of its field.
    """

    unit: Unit
    year: int
    form: ReportFormat
    returned: FigureReturn | None
    typed: Mapping[str, str]
    notes: Mapping[str, str]
    sums: Figures
    checks: Sequence[Check]
    last_year: Figures | None
    suggested: Mapping[str, Suggestion]
    due_on: date
    today: date
    may_fill: bool
    may_confirm: bool
    may_return: bool
    is_author: bool
    issues: Sequence[Issue] = ()
    refused: str = ""
    rest_is_zero: bool = False
    reason: str = ""
    summed: frozenset[str] = field(default_factory=frozenset)

    @property
    def version(self) -> int:
        return self.returned.version if self.returned else 0

    @property
    def broken(self) -> list[Check]:
        return [check for check in self.checks if check.verdict is Verdict.BROKEN]

    @property
    def carried(self) -> Figures:
        """What last year's figures would have in a cell of this year's."""
        found = {one.left[0]: one.expected for one in self.checks if one.rule.last_year}
        return {cell: figure for cell, figure in found.items() if figure is not None}

    @property
    def unknown_number(self) -> int:
        return sum(check.verdict is Verdict.UNKNOWN for check in self.checks)

    @property
    def blank_number(self) -> int:
        """Cells nobody has filled in and no sum gives."""
        return sum(cell not in self.sums for cell in self.form.cells)

    @property
    def problems(self) -> Mapping[str, list[str]]:
        """Field → sentences."""
        found: dict[str, list[str]] = {}
        for issue in self.issues:
            found.setdefault(issue.field, []).append(wording.message(issue))
        return found

    @property
    def entries(self) -> list[tuple[str, str]]:
        """For the summary of what is wrong: (field, sentence)."""
        told = [(issue.field, wording.message(issue)) for issue in self.issues]
        return ([("", self.refused)] if self.refused else []) + told


@blueprint.route("/<int:year>/units/<code:code>", methods=["GET", "POST"])
@login_required
def figures(year: int, code: str) -> ResponseReturnValue:
    """The form; POST keeps what was typed and, by the button pressed, hands it over."""
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        form = get_format(registry.rulebook, year)
        unit = require_reporting(session, form, code, year)
        _require_concerned(session, registry, actor, unit, writes=request.method == "POST")
    if request.method == "GET":
        return render_template("annual/figures.html", page=_page(registry, actor, form, unit, year))
    return _handle(registry, actor, form, unit, year)


@blueprint.post("/<int:year>/units/<code:code>/decision")
@login_required
def decide(year: int, code: str) -> ResponseReturnValue:
    """Confirm, or send back with a reason, by the button pressed."""
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        form = get_format(registry.rulebook, year)
        unit = require_reporting(session, form, code, year)
        keeper = keeper_of(session, code, registry.database.today())
    if not may(actor, Permission.CONFIRM_FIGURES, keeper) and not may(actor, Permission.COMPILE_REPORT):
        raise Forbidden(permission=Permission.CONFIRM_FIGURES.value)
    reason = clean(request.form.get("reason", ""))[:LONGEST_NOTE]
    confirmed = request.form.get("decision") == "confirm"
    try:
        with registry.database.work(actor) as work:
            if confirmed:
                confirm_figures(work, form, code, year, version=_version())
            else:
                return_figures(work, form, code, year, version=_version(), reason=reason or None)
    except Invalid as error:
        page = _page(registry, actor, form, unit, year, issues=error.issues, reason=reason)
        return render_template("annual/figures.html", page=page), 422
    except Conflict as error:
        refused = wording.refusal(error.code, error.context)
        page = _page(registry, actor, form, unit, year, refused=refused, reason=reason)
        return render_template("annual/figures.html", page=page), 409
    flash(wording.label("notice", "figures_confirmed" if confirmed else "figures_returned").format(unit=unit.name))
    return redirect(url_for(".figures", year=year, code=code))


def _handle(registry: Registry, actor: Actor, form: ReportFormat, unit: Unit, year: int) -> ResponseReturnValue:
    hands_over, rest_is_zero = request.form.get("step") == "submit", bool(request.form.get("rest_is_zero"))
    typed, notes = _typed(form), _notes(form)
    given, issues = read_figures(form, typed)
    refused, status = "", 422
    if not issues:
        try:
            version = _save(registry, actor, form, unit, year, given, notes)
            if hands_over:
                with registry.database.work(actor) as work:
                    submit_figures(work, form, unit.code, year, version=version, rest_is_zero=rest_is_zero)
            flash(wording.label("notice", "figures_submitted" if hands_over else "figures_saved"))
            return redirect(url_for(".figures", year=year, code=unit.code))
        except Invalid as error:
            issues = error.issues
        except Conflict as error:
            refused, status = wording.refusal(error.code, error.context), 409
    page = _page(
        registry, actor, form, unit, year, typed=typed, notes=notes, issues=issues, refused=refused,
        rest_is_zero=rest_is_zero,
    )  # fmt: skip
    return render_template("annual/figures.html", page=page), status


def _save(
    registry: Registry,
    actor: Actor,
    form: ReportFormat,
    unit: Unit,
    year: int,
    given: Figures,
    notes: Mapping[str, str],
) -> int:
    """Keep what was typed, a change of its own: it stays when the handing over is refused. Returns the version it has now."""
    with registry.database.work(actor) as work:
        offered = suggestions(work.session, form, unit.code, year, work.today)
        counted = {cell: one.figure for cell, one in offered.items()}
        return save_figures(
            work, form, unit.code, year, figures=given, counted=counted, notes=notes, version=_version()
        ).version


def _page(
    registry: Registry,
    actor: Actor,
    form: ReportFormat,
    unit: Unit,
    year: int,
    *,
    typed: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
    issues: Sequence[Issue] = (),
    refused: str = "",
    rest_is_zero: bool = False,
    reason: str = "",
) -> FiguresPage:
    today = registry.database.today()
    with registry.database.read() as session:
        returned = find_return(session, unit.code, year)
        entries = current_entries(session, returned.id) if returned else {}
        last_year = last_figures(session, unit.code, year)
        suggested = suggestions(session, form, unit.code, year, today)
        keeper = keeper_of(session, unit.code, today)
        report = session.get(AnnualReport, year)
    frozen = report is not None and report.state is ReportState.CONFIRMED
    is_open = not frozen and (returned is None or returned.state in OPEN)
    kept = kept_fields() if typed is None and is_open else None
    if kept is not None:
        typed, notes = {cell: kept.get(cell, "") for cell in form.cells}, _notes_in(form, kept)
    if typed is None:
        stored = figures_of(entries)
        known = {cell: written(stored.get(cell)) for cell in form.cells}
        typed = known | ({} if entries else {cell: written(one.figure) for cell, one in suggested.items()})
    given = read_figures(form, typed)[0]
    sums = completed(form, given)
    state = returned.state if returned else None
    return FiguresPage(
        unit=unit,
        year=year,
        form=form,
        returned=returned,
        typed=typed,
        notes=notes if notes is not None else (returned.notes if returned else {}),
        sums=sums,
        checks=checks(form, sums, last_year),
        last_year=last_year,
        suggested=suggested,
        due_on=form.deadline("units").due_on(year),
        today=today,
        may_fill=is_open and may(actor, Permission.FILL_FIGURES, keeper),
        may_confirm=not frozen and state is ReturnState.SUBMITTED and may(actor, Permission.CONFIRM_FIGURES, keeper),
        may_return=_may_return(actor, keeper, state, frozen=frozen),
        is_author=returned is not None and str(actor.user_id) in returned.authors,
        issues=issues,
        refused=refused,
        rest_is_zero=rest_is_zero,
        reason=reason,
        summed=summed_cells(form),
    )


def _may_return(actor: Actor, keeper: str, state: ReturnState | None, *, frozen: bool) -> bool:
    decides = may(actor, Permission.CONFIRM_FIGURES, keeper) or may(actor, Permission.COMPILE_REPORT)
    return decides and not frozen and state in (ReturnState.SUBMITTED, ReturnState.CONFIRMED)


def _require_concerned(session: Session, registry: Registry, actor: Actor, unit: Unit, *, writes: bool) -> None:
    keeper = keeper_of(session, unit.code, registry.database.today())
    fills = may(actor, Permission.FILL_FIGURES, keeper)
    sees = may(actor, Permission.CONFIRM_FIGURES, keeper) or may(actor, Permission.SEE_ALL_UNITS)
    if not fills and (writes or not sees):
        raise Forbidden(permission=Permission.FILL_FIGURES.value)


def _typed(form: ReportFormat) -> dict[str, str]:
    return {cell: clean(request.form.get(cell, "")) for cell in form.cells}


def _notes(form: ReportFormat) -> dict[str, str]:
    return _notes_in(form, request.form)


def _notes_in(form: ReportFormat, fields: Mapping[str, str]) -> dict[str, str]:
    found = {table.code: clean(fields.get(NOTE + table.code, ""))[:LONGEST_NOTE] for table in form.tables}
    return {table: text for table, text in found.items() if text}


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
