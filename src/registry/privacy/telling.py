"""Findings in a text as issues: where, of what kind, and what to write instead; never what was found."""

from registry import wording
from registry.errors import Issue
from registry.privacy.personal_data import find_in_text


def issues_in(field: str, text: str | None) -> list[Issue]:
    """Personal data in a text that everybody will read as soon as it is written, such as the reason of a withdrawal."""
    where = wording.label("field", field)
    return [found_issue(field, where, one.kind.value, one.masked) for one in find_in_text(text or "")]


def found_issue(field: str, where: str, kind: str, masked: str) -> Issue:
    """One finding; `where` in words, `kind` a code of the wording."""
    context = {"where": where, "kind": wording.label("personal_data", kind), "masked": masked}
    return Issue(field, "personal_data_found", context)
