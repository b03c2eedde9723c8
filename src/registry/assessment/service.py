"""Recording self-assessments, version after version, and the office's answer to them. Functions take `work` first and never commit."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from registry.accounts.permissions import Permission, require, require_person
from registry.assessment.self_assessments import latest_number
from registry.assessment.tables import CITY, Answer, SelfAssessment, SelfVerdict
from registry.audit.service import Action, record
from registry.database import Work
from registry.errors import Conflict, Forbidden, Invalid, Issue, NotFound
from registry.privacy.telling import issues_in
from registry.rulebook.management import Requirement
from registry.units.tables import Unit

PROVED = frozenset({SelfVerdict.FULFILLED, SelfVerdict.PARTLY})
"""Verdicts that say something was done, and so name what proves it."""


def record_self_assessment(
    work: Work, requirement: Requirement, unit_code: str, values: Mapping[str, Any], *, version: int
) -> SelfAssessment:
    """The next version of what a unit (or the office for CITY) says; `values` come from SelfAssessmentSchema.

    `version` is the number of the last one it was written after, 0 for none: somebody else's in between is a Conflict. What the
    registry computes is not assessed, and a requirement for the city not by units.
    """
    require(work.actor, Permission.ASSESS_STANDARD, unit_code)
    _require_asked(work, requirement, unit_code)
    issues = _issues(work.today, values)
    if issues:
        raise Invalid(issues)
    latest = latest_number(work.session, requirement.code, unit_code)
    if latest != version:
        raise Conflict("version_passed", expected=version, found=latest)
    assessment = SelfAssessment(
        requirement=requirement.code,
        unit_code=unit_code,
        number=latest + 1,
        recorded_by=require_person(work.actor),
        recorded_at=work.now,
        **{**values, "verdict": SelfVerdict(values["verdict"])},
    )
    work.session.add(assessment)
    work.session.flush()
    changes = {name: (None, getattr(assessment, name)) for name in ("requirement", "unit_code", "period", *LOGGED)}
    record(work, Action.STANDARD_ASSESS, "self_assessment", assessment.id, changes)
    return assessment


LOGGED = ("number", "verdict", "reason", "evidence_address", "evidence_doc_no", "evidence_on")


def answer_self_assessment(
    work: Work, assessment_id: UUID, *, answer: str, answer_reason: str | None
) -> SelfAssessment:
    """The office agrees or disagrees with the newest version, once; nobody answers what they recorded. Values come from AnswerSchema."""
    require(work.actor, Permission.ANSWER_ASSESSMENT)
    assessment = work.session.get(SelfAssessment, assessment_id)
    if assessment is None:
        raise NotFound(subject="self_assessment")
    person = require_person(work.actor)
    if assessment.recorded_by == person:
        raise Forbidden("own_assessment")
    if assessment.answer is not None:
        raise Conflict("assessment_answered")
    latest = latest_number(work.session, assessment.requirement, assessment.unit_code)
    if latest != assessment.number:
        raise Conflict("version_passed", expected=assessment.number, found=latest)
    missing = [Issue("answer_reason", "reason_missing")] if answer == Answer.DISPUTED and not answer_reason else []
    issues = missing + issues_in("answer_reason", answer_reason)
    if issues:
        raise Invalid(issues)
    assessment.answer, assessment.answer_reason = Answer(answer), answer_reason
    assessment.answered_by, assessment.answered_at = person, work.now
    work.session.add(assessment)
    changes = {"answer": (None, answer), "answer_reason": (None, answer_reason)}
    record(work, Action.STANDARD_ANSWER, "self_assessment", assessment.id, changes)
    return assessment


def _require_asked(work: Work, requirement: Requirement, unit_code: str) -> None:
    if requirement.check is not None:
        raise Conflict("requirement_computed")
    if requirement.is_of_city != (unit_code == CITY):
        raise Conflict("requirement_of_city" if requirement.is_of_city else "requirement_of_units")
    if unit_code != CITY and work.session.get(Unit, unit_code) is None:
        raise NotFound(subject="unit", found=unit_code)


def _issues(today: date, values: Mapping[str, Any]) -> list[Issue]:
    issues = issues_in("reason", values["reason"])
    if first_day(values["period"]) > today:
        issues.append(Issue("period", "period_not_begun", {"found": values["period"]}))
    if values["evidence_on"] is not None and values["evidence_on"] > today:
        context = {"found": values["evidence_on"].isoformat(), "today": today.isoformat()}
        issues.append(Issue("evidence_on", "evidence_in_future", context))
    is_proved = values["evidence_address"] or values["evidence_doc_no"]
    if values["verdict"] in PROVED and not is_proved:
        issues.append(Issue("evidence_address", "evidence_missing"))
    return issues


def first_day(period: str) -> date:
    """Of a year or quarter."""
    year, _, quarter = period.partition("-Q")
    return date(int(year), 3 * int(quarter or 1) - 2, 1)
