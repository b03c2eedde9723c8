"""/annual-reports/…/sections and /confirm: the office writes the texts of the city's report, and another person confirms it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.annual.checking.checker import check_report
from registry.annual.checking.remarks import Remark, Weight
from registry.annual.compiled import PREFACE, Report
from registry.annual.compiling import confirm_report, what_blocks_confirming, write_sections
from registry.annual.drafting import draft_sections
from registry.annual.queries import city_last_figures, confirmed_years, get_format, load_report
from registry.annual.rules import Check, broken
from registry.annual.tables import AnnualReport
from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Conflict, Forbidden, Invalid, Issue
from registry.items.queries import list_areas
from registry.validation import clean
from registry.web.kept_forms import kept_fields
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("annual_compiling", __name__, url_prefix="/annual-reports")

TEXT = "text."
LONGEST_TEXT = 20_000
LONGEST_REASON = 400


@dataclass(frozen=True)
class Part:
    """A text of the report: what it must speak of, what stands in it, and what the registry would begin it with."""

    code: str
    title: str
    contents: Sequence[str]
    tables: Sequence[str]
    text: str
    draft: str


@dataclass(frozen=True)
class SectionsPage:
    """`missing_number` units have not reported: what the drafts say of figures is the sum of the others."""

    report: Report
    parts: Sequence[Part]
    problems: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ConfirmPage:
    """What stands against confirming, what differs from last year, and what the check of texts found wrong or doubtful.

    `is_author` wrote on the report and cannot confirm it.
    """

    report: Report
    blocks: Sequence[Issue]
    carried: Sequence[Check]
    remarks: Sequence[Remark]
    is_author: bool
    reason: str
    problems: Sequence[tuple[str, str]]
    due_on: date


@blueprint.route("/<int:year>/sections", methods=["GET", "POST"])
@login_required
def sections(year: int) -> ResponseReturnValue:
    """The texts, begun from the registry's numbers where there are none."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.COMPILE_REPORT)
    form = get_format(registry.rulebook, year)
    typed: dict[str, str] | None = None
    problems: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        typed = {code: _text(code) for code in (PREFACE, *(section.code for section in form.sections))}
        try:
            with registry.database.work(actor) as work:
                write_sections(work, registry.rulebook, year, sections=typed, version=_version())
            flash(wording.label("notice", "report_written"))
            return redirect(url_for("annual.report", year=year))
        except Conflict as error:
            problems, status = [("", wording.refusal(error.code, error.context))], 409
    return render_template("annual/sections.html", page=_sections_page(registry, year, typed, problems)), status


@blueprint.route("/<int:year>/confirm", methods=["GET", "POST"])
@login_required
def confirm(year: int) -> ResponseReturnValue:
    """What is still in the way, and the last step: from then on the report does not change."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.COMPILE_REPORT)
    get_format(registry.rulebook, year)
    reason = clean(request.form.get("missing_reason", ""))[:LONGEST_REASON]
    problems: list[tuple[str, str]] = []
    status = 200
    if request.method == "POST":
        try:
            with registry.database.work(actor) as work:
                confirm_report(work, registry.rulebook, year, version=_version(), missing_reason=reason or None)
            flash(wording.label("notice", "report_confirmed"))
            return redirect(url_for("annual.report", year=year))
        except Invalid as error:
            problems, status = [(issue.field, wording.message(issue)) for issue in error.issues], 422
        except Conflict as error:
            problems, status = [("", wording.refusal(error.code, error.context))], 409
        except Forbidden as error:
            problems, status = [("", wording.refusal(error.code, error.context))], 403
    return render_template("annual/confirm.html", page=_confirm_page(registry, actor, year, reason, problems)), status


def _sections_page(
    registry: Registry, year: int, typed: Mapping[str, str] | None, problems: Sequence[tuple[str, str]]
) -> SectionsPage:
    today = registry.database.today()
    dates = registry.state_dates(min(date(year, 12, 31), today))
    kept = kept_fields() if typed is None else None
    with registry.database.read() as session:
        report = load_report(session, registry.rulebook, year)
        drafts = draft_sections(session, report, registry.rulebook, dates, today)
    kept_texts = {name.removeprefix(TEXT): text for name, text in kept.items()} if kept is not None else None
    texts = typed if typed is not None else kept_texts if kept_texts is not None else report.sections
    listed: list[tuple[str, str, Sequence[str], Sequence[str]]] = [
        (PREFACE, wording.label("annual", "preface"), (), ())
    ]
    listed += [(one.code, one.title, one.contents, one.tables) for one in report.form.sections]
    begun = bool(report.sections) or typed is not None or kept is not None
    parts = [
        Part(
            code, title, contents, tables, texts.get(code, "") if begun else drafts.get(code, ""), drafts.get(code, "")
        )
        for code, title, contents, tables in listed
    ]
    return SectionsPage(report, parts, problems)


def _confirm_page(
    registry: Registry, actor: Actor, year: int, reason: str, problems: Sequence[tuple[str, str]]
) -> ConfirmPage:
    with registry.database.read() as session:
        report = load_report(session, registry.rulebook, year)
        last_year = city_last_figures(session, registry.rulebook, year)
        stored = session.get(AnnualReport, year)
        authors = stored.authors if stored else []
        remarks = _remarks(session, registry, report)
    carried = [check for check in broken(report.checks(last_year)) if not check.rule.must]
    blocks = what_blocks_confirming(report, missing_reason=reason or None)
    is_author = str(actor.user_id) in authors
    due_on = report.form.deadline("city").due_on(year)
    return ConfirmPage(report, blocks, carried, remarks, is_author, reason, problems, due_on)


def _remarks(session: Session, registry: Registry, report: Report) -> list[Remark]:
    """What the check finds in the texts, compared with the report of the year before where that is confirmed."""
    before = None
    if report.year - 1 in confirmed_years(session):
        before = load_report(session, registry.rulebook, report.year - 1).text
    areas = [area.name for area in list_areas(session)]
    found = check_report(report.text, registry.rulebook.proofreading, areas=areas, previous=before)
    return [one for one in found if one.weight in (Weight.WRONG, Weight.DOUBT)]


def _text(code: str) -> str:
    """What was typed, line by line without control characters."""
    lines = request.form.get(TEXT + code, "")[:LONGEST_TEXT].splitlines()
    return "\n".join(clean(line) for line in lines).strip()


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
