"""What people type besides words: phrases in quotes, -words to leave out, and 单位: 领域: 年份: as filters. Everything
that is not one of these stays text, so nothing is an error.
"""

import re
from dataclasses import dataclass

from registry.search.meaning.text import QUERY_CHARACTERS, fold

FILTERS = {"单位": "unit", "领域": "area", "年份": "year"}

_QUOTED = re.compile(r"(?<!\S)(?:“([^“”]+)”|\"([^\"]+)\"|「([^「」]+)」|『([^『』]+)』|《([^《》]+)》)(?!\S)")
_FILTER = re.compile(rf"(?<!\S)({'|'.join(FILTERS)})\s*:\s*(\S+)")
_EXCLUDED = re.compile(r"(?<!\S)(?:[-−]|不含\s*:\s*)([^\s\-−]\S*)")


@dataclass(frozen=True)
class Filter:
    """A filter: which one, the value as typed, and the whole of it, folded."""

    name: str
    value: str
    typed: str


@dataclass(frozen=True)
class Typed:
    """A query taken apart; all parts are pieces of what was typed."""

    text: str = ""
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()

    def with_text(self, text: str) -> str:
        """A query with another free text and everything else as typed."""
        phrases = (f"“{one}”" for one in self.phrases)
        return " ".join((text, *phrases, *(f"-{one}" for one in self.excluded), *(one.typed for one in self.filters)))


def take_apart(query: str) -> Typed:
    """The parts of a query. Words to leave out count only beside something to look for; alone they are text."""
    rest = _Rest(query[:QUERY_CHARACTERS])
    filters = tuple(Filter(FILTERS[one[1]], value, one[0]) for one, value in rest.take(_FILTER, 2))
    excluded = tuple(value for _, value in rest.take(_EXCLUDED, 1))
    phrases = tuple(value for _, value in rest.take(_QUOTED, 1, 2, 3, 4, 5))
    if excluded and not (rest.text.strip() or phrases or filters):
        return Typed(text=query[:QUERY_CHARACTERS])
    return Typed(rest.text.strip(), phrases, excluded, filters)


class _Rest:
    """What of the query is still text; patterns see it folded, and folding keeps offsets."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, pattern: re.Pattern[str], *groups: int) -> list[tuple[re.Match[str], str]]:
        """Every match with the original text of the group that matched; the matches leave the text."""
        taken = []
        for match in pattern.finditer(fold(self.text)):
            group = next(one for one in groups if match[one] is not None)
            taken.append((match, self.text[match.start(group) : match.end(group)]))
        for match, _ in taken:
            self.text = self.text[: match.start()] + " " * (match.end() - match.start()) + self.text[match.end() :]
        return taken
