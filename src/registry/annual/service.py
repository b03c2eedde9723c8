"""A unit's figures of a year: filled in by one person, confirmed by another. Nothing is overwritten: every entry stays."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.accounts.permissions import Permission, may, require_person
from registry.annual.queries import current_entries, figures_of, last_figures
from registry.annual.rules import Origin, broken, checks, completed, summed_cells, written
from registry.annual.steps import enter, handed_over_return, open_return
from registry.annual.tables import FigureReturn, ReturnState
from registry.audit.service import Action, record
from registry.database import Work
from registry.errors import Forbidden, Invalid, Issue
from registry.rulebook.annual import ReportFormat


def save_figures(
    work: Work,
    form: ReportFormat,
    unit_code: str,
    year: int,
    *,
    figures: Mapping[str, Decimal],
    counted: Mapping[str, Decimal],
    notes: Mapping[str, str],
    version: int,
) -> FigureReturn:
    """Keep what was typed; a cell that is not in `figures` is unknown. `counted` is what the registry counts, to tell what was taken over.

    `version` is that of the return the form showed, 0 for a unit that had none. Raises Conflict once it was handed over.
    """
    returned = open_return(work, form, unit_code, year, version, Permission.FILL_FIGURES)
    person = require_person(work.actor)
    returned.notes = {table: text for table, text in notes.items() if text}
    changes = _replace(work, form, returned, figures, counted, returned.notes)
    returned.authors = sorted({*returned.authors, str(person)})
    returned.edited_at, returned.is_nil = work.now, False
    work.session.add(returned)
    record(
        work, Action.FIGURES_FILL, "figures", returned.id, {"unit": (None, unit_code), "year": (None, year), **changes}
    )
    return returned


def submit_figures(
    work: Work, form: ReportFormat, unit_code: str, year: int, *, version: int, rest_is_zero: bool = False
) -> FigureReturn:
    """Hand the figures to the person who confirms them. Sums are filled in; with `rest_is_zero` all other blanks are reported as zero.

    Raises Invalid while a sum that must hold does not, or one that should has no remark saying why not; blanks stay unknown.
    """
    returned = open_return(work, form, unit_code, year, version, Permission.FILL_FIGURES)
    person = require_person(work.actor)
    entries = current_entries(work.session, returned.id)
    figures = figures_of(entries)
    if rest_is_zero:
        unsummed = [cell for cell in form.cells if cell not in summed_cells(form)]
        figures |= {cell: Decimal(0) for cell in unsummed if cell not in figures}
    full = completed(form, figures)
    if rest_is_zero:
        full = {cell: full.get(cell, Decimal(0)) for cell in form.cells}
    issues = _issues(work, form, unit_code, year, full, returned.notes)
    if issues:
        raise Invalid(issues)
    known = figures_of(entries)
    for cell in full.keys() - known.keys():
        origin = Origin.SUMMED if cell in summed_cells(form) else Origin.ZERO
        enter(work, returned, cell, full[cell], origin, old=entries.get(cell))
    returned.is_nil = len(full) == len(form.cells) and not any(full.values())
    returned.state, returned.submitted_by, returned.submitted_at = ReturnState.SUBMITTED, person, work.now
    returned.authors = sorted({*returned.authors, str(person)})
    returned.confirmed_by = returned.confirmed_at = returned.return_reason = None
    work.session.add(returned)
    record(
        work,
        Action.FIGURES_SUBMIT,
        "figures",
        returned.id,
        {"unit": (None, unit_code), "year": (None, year), "given": (None, len(full)), "nil": (None, returned.is_nil)},
    )
    return returned


def confirm_figures(work: Work, form: ReportFormat, unit_code: str, year: int, *, version: int) -> FigureReturn:
    """Another person of the unit vouches for the figures; from now on they count."""
    returned = handed_over_return(
        work, form, unit_code, year, version, Permission.CONFIRM_FIGURES, {ReturnState.SUBMITTED}
    )
    person = require_person(work.actor)
    if str(person) in returned.authors:
        raise Forbidden("two_persons")
    returned.state, returned.confirmed_by, returned.confirmed_at = ReturnState.CONFIRMED, person, work.now
    work.session.add(returned)
    record(work, Action.FIGURES_CONFIRM, "figures", returned.id, {"unit": (None, unit_code), "year": (None, year)})
    return returned


def return_figures(
    work: Work, form: ReportFormat, unit_code: str, year: int, *, version: int, reason: str | None
) -> FigureReturn:
    """Send figures back with a reason: by the unit's own second person, or by the office, also after they were confirmed."""
    by = Permission.COMPILE_REPORT if may(work.actor, Permission.COMPILE_REPORT) else Permission.CONFIRM_FIGURES
    states = {ReturnState.SUBMITTED, ReturnState.CONFIRMED}
    returned = handed_over_return(work, form, unit_code, year, version, by, states)
    if not reason:
        raise Invalid([Issue("reason", "reason_missing")])
    before = returned.state
    returned.state, returned.return_reason = ReturnState.RETURNED, reason
    returned.confirmed_by = returned.confirmed_at = returned.submitted_by = returned.submitted_at = None
    if before is ReturnState.CONFIRMED:
        returned.authors = []
    _drop_sums(work, returned)
    work.session.add(returned)
    changes = {
        "unit": (None, unit_code),
        "year": (None, year),
        "reason": (None, reason),
        "state": (before, returned.state),
    }
    record(work, Action.FIGURES_RETURN, "figures", returned.id, changes)
    return returned


def _issues(
    work: Work, form: ReportFormat, unit_code: str, year: int, figures: Mapping[str, Decimal], notes: Mapping[str, str]
) -> list[Issue]:
    """Sums that do not hold. One that need not hold passes with a remark at its table."""
    if not figures:
        return [Issue("", "no_figures")]
    found = broken(checks(form, figures, last_figures(work.session, unit_code, year)))
    return [check.as_issue() for check in found if check.rule.must or not notes.get(form.table_of[check.rule.block])]


def _replace(
    work: Work,
    form: ReportFormat,
    returned: FigureReturn,
    figures: Mapping[str, Decimal],
    counted: Mapping[str, Decimal],
    notes: Mapping[str, str],
) -> dict[str, tuple[Any, Any]]:
    """Enter what changed; returns it as cell → (before, after)."""
    entries = current_entries(work.session, returned.id)
    changes: dict[str, tuple[Any, Any]] = {}
    for cell in form.cells:
        old = entries.get(cell)
        figure, known = figures.get(cell), old.figure if old else None
        if figure != known:
            origin = Origin.COUNTED if figure is not None and counted.get(cell) == figure else Origin.TYPED
            note = notes.get(form.table_of[cell.partition(".")[0]])
            enter(work, returned, cell, figure, origin, note=note, old=old)
            changes[cell] = (written(known), written(figure))
    return changes


def _drop_sums(work: Work, returned: FigureReturn) -> None:
    """What was summed up follows from figures that may change now."""
    for entry in current_entries(work.session, returned.id).values():
        if entry.origin is Origin.SUMMED:
            entry.replaced_at = work.now
            work.session.add(entry)
