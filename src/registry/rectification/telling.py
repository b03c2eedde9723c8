"""A finding in words: what is wrong, and what has to be done. Frozen in the list, so that it reads the same years later."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry import wording
from registry.assessment.rules import Finding
from registry.assessment.telling import finding_in_words

LONGEST_PROBLEM, LONGEST_TASK = 800, 400


def problem_of(finding: Finding) -> str:
    """What is wrong, in a sentence."""
    return finding_in_words(finding)[:LONGEST_PROBLEM]


def task_of(finding: Finding, titles: Sequence[str] = ()) -> str:
    """What has to be done, by the kind of record it is about."""
    tasks = wording.labels("rectification_task")
    sentence = tasks.get(finding.subject) or tasks["other"]
    return sentence.format_map(_Filled(_context(finding, titles)))[:LONGEST_TASK]


def list_name(year: int, number: int) -> str:
    """2026年第3号整改清单."""
    return wording.label("rectification", "list_name").format(year=year, number=number)


def _context(finding: Finding, titles: Sequence[str]) -> dict[str, Any]:
    context = {"item": wording.item_name(titles) if titles else finding.item_code, **finding.context}
    context.setdefault("title", context["item"])
    context["since"] = wording.day_in_words(finding.since) if finding.since else wording.label("format", "none")
    if "period" in finding.context:
        context["period"] = wording.months_and_days(finding.context["period"])
    return context


class _Filled(dict[str, Any]):
    """What a sentence asks for and the finding does not have is left out."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__(known)

    def __missing__(self, key: str) -> str:
        return wording.label("format", "none")
