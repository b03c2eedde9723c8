"""An assessment as plain records; the same for API and command line."""

from typing import Any

from registry.assessment.mending import Plan
from registry.assessment.rules import Assessment, Finding, Lost, UnitAssessment, Verdict
from registry.assessment.telling import finding_in_words, remedy_in_words
from registry.rulebook.assessment import Edition


def assessment_record(found: Assessment) -> dict[str, Any]:
    """`assessment --json`: the rules' edition, the city's veto rules, and every unit, worst first."""
    units = sorted(found.units.values(), key=lambda one: (one.score, one.unit_code))
    return {
        "as_of": found.as_of.isoformat(),
        "rules": edition_record(found.rules),
        "vetoes": [verdict_record(one) for one in found.verdicts],
        "units": [unit_record(one) for one in units],
    }


def unit_assessment_record(found: UnitAssessment, plan: Plan, as_of: str) -> dict[str, Any]:
    """`assessment --unit --json`: the unit with every finding, and what to do first."""
    return {
        "as_of": as_of,
        "rules": edition_record(found.rules),
        **unit_record(found),
        "findings": [finding_record(one) for one in found.findings],
        "plan": [step_record(plan, place) for place in range(len(plan.steps))],
    }


def edition_record(rules: Edition) -> dict[str, Any]:
    return {
        "from": rules.from_on.isoformat(),
        "title": rules.title,
        "full_mark": rules.full_mark,
        "passing_mark": rules.passing_mark,
    }


def unit_record(found: UnitAssessment) -> dict[str, Any]:
    """A unit's score, and beside it vetoes, doubts, rate and what was declared."""
    return {
        "unit": found.unit_code,
        "score": found.score,
        "passes": found.passes,
        "lost": [lost_record(one) for one in found.lost],
        "vetoes": [verdict_record(one) for one in found.verdicts],
        "doubts": len(found.doubts),
        **found.counts.as_record(),
    }


def lost_record(lost: Lost) -> dict[str, Any]:
    return {
        "rule": lost.rule,
        "group": lost.group,
        "count": lost.count,
        "points": lost.points,
        "capped": lost.is_capped,
    }


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    return {
        "rule": verdict.rule,
        "count": verdict.count,
        "threshold": verdict.threshold,
        "holds": verdict.holds,
    }


def finding_record(finding: Finding) -> dict[str, Any]:
    """One finding with its sentence."""
    return {
        "rule": finding.rule,
        "unit": finding.unit_code,
        "area": finding.area_code,
        "item": finding.item_code,
        "subject": finding.subject,
        "subject_id": finding.subject_id,
        "since": finding.since.isoformat() if finding.since else None,
        "points": finding.points,
        "veto": finding.is_veto,
        "text": finding_in_words(finding),
    }


def step_record(plan: Plan, place: int) -> dict[str, Any]:
    """A step with how the unit stands after it and those before it."""
    step = plan.steps[place]
    return {
        "remedy": step.action.remedy.value,
        "subject": step.action.subject,
        "subject_id": step.action.subject_id,
        "text": remedy_in_words(step.action),
        "points": step.points,
        "score": step.after.score,
        "rate": step.after.counts.as_record()["rate"],
    }
