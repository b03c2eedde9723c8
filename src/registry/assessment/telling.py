"""Findings and remedies in words; the same on pages, in files and in letters."""

from registry import wording
from registry.assessment.mending import Action
from registry.assessment.rules import Finding


def finding_in_words(finding: Finding) -> str:
    """What is wrong, in one sentence that names the record."""
    return wording.label("finding", finding.rule).format(**finding.context)


def remedy_in_words(action: Action) -> str:
    """What is to be done, in one sentence that names the record."""
    return wording.label("remedy", action.remedy.value).format(**action.reasons[0].context)


def points_in_words(points: float) -> str:
    """2, 0.5, 0.25: without noughts that say nothing."""
    return f"{points:g}"
