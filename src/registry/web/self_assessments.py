"""自评: what units and the office say of requirements that nothing computes, what nobody has said yet, and the office's answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from wtforms import RadioField, StringField, TextAreaField

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.assessment.overview import standard_of
from registry.assessment.requirement_checks import find_requirement, requirements_in
from registry.assessment.schemas import AnswerSchema, SelfAssessmentSchema
from registry.assessment.self_assessments import (
    Asked,
    get_assessment,
    list_asked,
    list_versions,
    units_seen,
)
from registry.assessment.service import answer_self_assessment, record_self_assessment
from registry.assessment.tables import CITY, SelfAssessment
from registry.database import Actor
from registry.errors import Forbidden, NotFound
from registry.rulebook.management import Requirement
from registry.units.queries import unit_names
from registry.validation import load
from registry.web.bases import Basis, bases_of
from registry.web.forms import DONE, MUST, DayField, PlainForm, attempt, filled
from registry.web.parameters import read_choice, read_page, read_past_day, require_page
from registry.web.publication_forms import VersionForm
from registry.web.versions import version_of
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("self_assessments", __name__, url_prefix="/self-assessments")

ROWS_A_PAGE = 100
SAID = ("none", "disputed", "not_fulfilled", "partly", "fulfilled", "not_applicable")


class AssessmentForm(VersionForm):
    """A verdict with its reason and what proves it; `version` is the number of the last one it was written after."""

    assessed_period = StringField(validators=[MUST])
    verdict = RadioField(validate_choice=False, validators=[MUST])
    reason = TextAreaField(validators=[MUST], render_kw={"rows": 4})
    evidence_address = StringField(render_kw={"inputmode": "url", "placeholder": "https://"})
    evidence_doc_no = StringField()
    evidence_on = DayField()


class AnswerForm(PlainForm):
    answer_reason = TextAreaField(render_kw={"rows": 3})


@dataclass(frozen=True)
class ListPage:
    """Pairs of requirement and unit that the reader may know of, with what was last said; `counts` by code before the filter `said`."""

    rows: Sequence[Asked]
    total: int
    number: int
    pages: int
    counts: Mapping[str, int]
    said: str
    units: Mapping[str, str]
    unit: str
    requirement: str
    requirements: Sequence[Requirement]
    as_of: date
    writable: frozenset[str]

    def name(self, unit_code: str) -> str:
        return unit_name(self.units, unit_code)


@dataclass(frozen=True)
class AssessmentPage:
    """The requirement, everything said of it before (newest first), and the form of those who may say more.

    `may_answer` when the office has yet to answer the newest, and the reader is one who can.
    """

    requirement: Requirement
    standard: str
    bases: Sequence[Basis]
    unit_code: str
    unit_name: str
    versions: Sequence[SelfAssessment]
    form: AssessmentForm
    may_write: bool
    may_answer: bool


@dataclass(frozen=True)
class AnswerPage:
    """What was said of which requirement, and the form of the answer."""

    requirement: Requirement
    unit_name: str
    assessment: SelfAssessment
    form: AnswerForm


@blueprint.get("")
@login_required
def assessments() -> str:
    """Everything that is asked of the units the reader may see; 未自评 first."""
    registry, actor = the_registry(), current_actor()
    day = read_past_day("as_of") or registry.database.today()
    requirements = [one for one in requirements_in(registry.rulebook) if one.check is None]
    number = read_page()
    with registry.database.read() as session:
        seen = units_seen(session, actor, day)
        if not seen:
            raise Forbidden(permission=Permission.SEE_TASKS.value)
        unit = read_choice("unit", seen)
        code = read_choice("requirement", [one.code for one in requirements])
        wanted = [one for one in requirements if code in ("", one.code)]
        asked = list_asked(session, wanted, [one for one in seen if unit in ("", one)], day)
        units = unit_names(session)
        session.expunge_all()
    said = read_choice("said", SAID)
    kept = [one for one in asked if said in ("", one.code)]
    kept.sort(key=lambda one: SAID.index(one.code))
    pages = require_page(number, total=len(kept), size=ROWS_A_PAGE)
    page = ListPage(
        rows=kept[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE],
        total=len(kept),
        number=number,
        pages=pages,
        counts={word: sum(one.code == word for one in asked) for word in SAID},
        said=said,
        units={one: unit_name(units, one) for one in seen},
        unit=unit,
        requirement=code,
        requirements=requirements,
        as_of=day,
        writable=frozenset(one for one in seen if may(actor, Permission.ASSESS_STANDARD, one)),
    )
    return render_template("staff/self_assessments.html", page=page)


@blueprint.route("/<code:unit_code>/<code:requirement_code>", methods=["GET", "POST"])
@login_required
def assessment(unit_code: str, requirement_code: str) -> ResponseReturnValue:
    """Every version of what was said; POST records the next one."""
    registry, actor = the_registry(), current_actor()
    requirement = find_requirement(registry.rulebook, requirement_code)
    if requirement is None or requirement.check is not None or requirement.is_of_city != (unit_code == CITY):
        raise NotFound(subject="requirement", found=requirement_code)
    _require_seen(actor, unit_code)
    form, status = _new_form(), 200
    if request.method == "POST":
        require(actor, Permission.ASSESS_STANDARD, unit_code)
        status = attempt(form, lambda: _record(actor, requirement, unit_code, form), place=_place)
        if status == DONE:
            flash(wording.label("notice", "self_assessed").format(code=requirement.code))
            return redirect(_address(unit_code, requirement.code))
    page = _page(actor, requirement, unit_code, form)
    return render_template("staff/self_assessment.html", page=page), status


@blueprint.route("/answers/<uuid:assessment_id>", methods=["GET", "POST"])
@login_required
def answer(assessment_id: UUID) -> ResponseReturnValue:
    """The office confirms or disputes, by the button that was pressed."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.ANSWER_ASSESSMENT)
    with registry.database.read() as session:
        found = get_assessment(session, assessment_id)
        requirement = find_requirement(registry.rulebook, found.requirement)
        page_name = unit_name(unit_names(session), found.unit_code)
        session.expunge_all()
    if requirement is None:
        raise NotFound(subject="requirement", found=found.requirement)
    form, status = AnswerForm(), 200
    if request.method == "POST":
        status = attempt(form, lambda: _answer(actor, assessment_id, form))
        if status == DONE:
            flash(wording.label("notice", "self_assessment_answered").format(code=found.requirement))
            return redirect(_address(found.unit_code, found.requirement))
    page = AnswerPage(requirement, page_name, found, form)
    return render_template("staff/self_assessment_answer.html", page=page), status


def unit_name(units: Mapping[str, str], unit_code: str) -> str:
    return wording.label("format", "whole_city") if unit_code == CITY else units.get(unit_code, unit_code)


def _address(unit_code: str, requirement_code: str) -> str:
    return url_for("self_assessments.assessment", unit_code=unit_code, requirement_code=requirement_code)


def _require_seen(actor: Actor, unit_code: str) -> None:
    registry = the_registry()
    with registry.database.read() as session:
        known = {CITY, *unit_names(session)}
    if unit_code not in known or not (
        may(actor, Permission.SEE_ALL_UNITS) or may(actor, Permission.SEE_TASKS, unit_code)
    ):
        raise NotFound(subject="unit", found=unit_code)


def _new_form() -> AssessmentForm:
    form = AssessmentForm()
    form.verdict.choices = list(wording.labels("self_verdict").items())
    return form


def _place(name: str) -> str:
    return "assessed_period" if name == "period" else name


def _record(actor: Actor, requirement: Requirement, unit_code: str, form: AssessmentForm) -> None:
    names = ("verdict", "reason", "evidence_address", "evidence_doc_no", "evidence_on")
    typed = {name: filled(form[name]) for name in names} | {"period": filled(form.assessed_period)}
    values = load(SelfAssessmentSchema(), {name: value for name, value in typed.items() if value is not None})
    with the_registry().database.work(actor) as work:
        record_self_assessment(work, requirement, unit_code, values, version=version_of(form))


def _answer(actor: Actor, assessment_id: UUID, form: AnswerForm) -> None:
    decision = "confirmed" if request.form.get("decision") == "confirm" else "disputed"
    values = load(AnswerSchema(), {"answer": decision, "answer_reason": filled(form.answer_reason)})
    with the_registry().database.work(actor) as work:
        answer_self_assessment(work, assessment_id, **values)


def _page(actor: Actor, requirement: Requirement, unit_code: str, form: AssessmentForm) -> AssessmentPage:
    registry = the_registry()
    with registry.database.read() as session:
        versions = list_versions(session, requirement.code, unit_code)
        name = unit_name(unit_names(session), unit_code)
        session.expunge_all()
    last = versions[0] if versions else None
    form.version.data = str(last.number if last else 0)
    if request.method == "GET" and not form.assessed_period.data:
        form.assessed_period.data = str(registry.database.today().year)
    return AssessmentPage(
        requirement=requirement,
        standard=standard_of(requirement),
        bases=bases_of(requirement.legal_bases, registry.rulebook),
        unit_code=unit_code,
        unit_name=name,
        versions=versions,
        form=form,
        may_write=may(actor, Permission.ASSESS_STANDARD, unit_code),
        may_answer=last is not None
        and last.answer is None
        and last.recorded_by != actor.user_id
        and may(actor, Permission.ANSWER_ASSESSMENT),
    )
