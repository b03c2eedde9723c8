"""Codes → Chinese text: labels of states, messages of issues, headings of exports. The only Python file that reads `wording/zh.toml`."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from registry.errors import Issue

ZH = Path(__file__).parent / "wording" / "zh.toml"


@cache
def texts() -> Mapping[str, Any]:
    """All sections of the file, read once."""
    return tomllib.loads(ZH.read_text(encoding="utf-8"))


def label(section: str, code: str) -> str:
    """The word people see for a code, such as ("occasion_state", "overdue") → 逾期. A missing word is a programming error."""
    found = texts()[section][code]
    if not isinstance(found, str):
        raise TypeError(f"{section}.{code} is not a text")
    return found


def labels(section: str) -> Mapping[str, str]:
    """A whole section, code → word, in file order."""
    found: Mapping[str, str] = texts()[section]
    return found


def message(issue: Issue) -> str:
    """The sentence for an issue, placeholders filled from its context."""
    return str(texts()["issues"][issue.code]).format_map(_Known(issue.context))


def refusal(code: str, context: Mapping[str, Any]) -> str:
    """The sentence for an error raised by a service; a publication's state is told by its word."""
    if "state" in context:
        context = {**context, "state": label("publication_state", context["state"])}
    return str(texts()["errors"][code]).format_map(_Known(context))


def day_in_words(day: date) -> str:
    """2026年2月12日."""
    return label("format", "day").format(year=day.year, month=day.month, day=day.day)


def indented(text: str, level: int) -> str:
    """The text after `level` wide spaces, as lists of indicators show what is part of what."""
    return "\u3000" * level + text


def months_and_days(period: str | None) -> str:
    """A period code in Chinese: 2026 → 2026年度, 2026-Q1 → 2026年第1季度, 2026-H1 → 2026年上半年, 2026-03 → 2026年3月."""
    if not period:
        return label("occasion_kind", "first")
    year, _, part = period.partition("-")
    if not part:
        return f"{year}年度"
    if part.startswith("Q"):
        return f"{year}年第{part[1:]}季度"
    if part.startswith("H"):
        return f"{year}年{'上' if part == 'H1' else '下'}半年"
    return f"{year}年{int(part)}月"


def item_name(titles: Sequence[str]) -> str:
    """What an item is called on its own: with its second level before the third, as many departments' tables share the last words."""
    return label("format", "item_name").format(of=titles[-2], what=titles[-1]) if len(titles) > 2 else titles[-1]


class _Known(dict[str, Any]):
    """Placeholders nobody filled stay visible instead of raising while an error is being told."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"
