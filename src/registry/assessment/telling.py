"""Findings in words; the same on pages, in files and in letters."""

from registry import wording
from registry.assessment.rules import Finding


def finding_in_words(finding: Finding) -> str:
    """What is wrong, in one sentence that names the record."""
    return wording.label("finding", finding.rule).format(**finding.context)


def rule_name(rule: str) -> str:
    """What a rule is called."""
    return wording.label("occasion_state", rule)
