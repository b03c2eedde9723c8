"""A finding in words: what is wrong, and what has to be done. Frozen in the list, so that it reads the same years later."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry import wording
from registry.assessment.rules import Finding
from registry.coverage.queries import OccasionRow

LONGEST_PROBLEM, LONGEST_TASK = 800, 400


def problem_of(finding: Finding, titles: Sequence[str] = ()) -> str:
    """The sentence of the finding's rule; a general one for a rule that has none."""
    sentence = wording.labels("finding").get(finding.rule) or wording.label("rectification_problem", "other")
    return sentence.format_map(_Filled(_context(finding, titles)))[:LONGEST_PROBLEM]


def still_late(row: OccasionRow) -> str:
    """What was late, by whichever rule, and has not been made public since."""
    limit = wording.day_in_words(row.limit) if row.limit else wording.label("format", "none")
    sentence = wording.label("rectification_problem", "still_late")
    about = wording.months_and_days(row.period) if row.period or not row.event else row.event
    return sentence.format(title=item_name(row.item_titles), about=about, limit=limit)


def task_of(finding: Finding, titles: Sequence[str] = ()) -> str:
    """What has to be done, by the kind of record it is about."""
    tasks = wording.labels("rectification_task")
    sentence = tasks.get(finding.subject) or tasks["other"]
    return sentence.format_map(_Filled(_context(finding, titles)))[:LONGEST_TASK]


def list_name(year: int, number: int) -> str:
    """2026年第3号整改清单."""
    return wording.label("rectification", "list_name").format(year=year, number=number)


def rule_name(rule: str) -> str:
    """What a rule is called where findings are chosen by it; its code where nobody has named it."""
    names = {**wording.labels("occasion_state"), **wording.texts().get("finding_rule", {})}
    return str(names.get(rule, rule))


def item_name(titles: Sequence[str]) -> str:
    """An item on its own: its second level before the third."""
    if len(titles) < 3:
        return titles[-1] if titles else ""
    return wording.label("format", "item_name").format(of=titles[-2], what=titles[-1])


def _context(finding: Finding, titles: Sequence[str]) -> dict[str, Any]:
    context = {"rule": rule_name(finding.rule), "item": item_name(titles) or finding.item_code, **finding.context}
    context.setdefault("title", context["item"])
    return context


class _Filled(dict[str, Any]):
    """What a sentence asks for and the finding does not have is left out."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__(known)

    def __missing__(self, key: str) -> str:
        return wording.label("format", "none")
