"""单位: 领域: 年份: typed into a query become filters of the request; a value nobody knows is told, and
is text when nothing else was typed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from registry.search.backend import SearchRequest
from registry.search.meaning.syntax import Filter, Typed
from registry.search.meaning.text import fold, squeezed
from registry.search.meaning.vocabulary import Vocabulary

MOST_UNITS = 8
_YEARS = re.compile(r"(?:19[4-9]\d|20\d\d)年?(?:[,、](?:19[4-9]\d|20\d\d)年?)*")


@dataclass(frozen=True)
class Narrowed:
    """The request with the filters that were typed, the query without them, and the filters nobody knows."""

    request: SearchRequest
    typed: Typed
    unknown: tuple[Filter, ...] = ()


def narrowed(request: SearchRequest, typed: Typed, vocabulary: Vocabulary) -> Narrowed:
    """Typed values are chosen besides those the request has already."""
    text, unknown = [typed.text], []
    for one in typed.filters:
        found, rest = _values(one, vocabulary)
        if found:
            request = _with(request, one.name, found)
            text.append(rest)
        else:
            unknown.append(one)
    free = " ".join(filter(None, text)) or ("" if typed.phrases else " ".join(one.value for one in unknown))
    return Narrowed(request, replace(typed, text=free, filters=()), tuple(unknown))


def _values(wanted: Filter, vocabulary: Vocabulary) -> tuple[frozenset[str], str]:
    """The values meant, and what of the typed value is text after all: people leave out the blank."""
    for end in range(len(wanted.value), 1, -1):
        found = _meaning(wanted.name, wanted.value[:end], vocabulary, whole=end == len(wanted.value))
        if found:
            return found, wanted.value[end:]
    return frozenset(), wanted.value


def _meaning(name: str, value: str, vocabulary: Vocabulary, *, whole: bool) -> frozenset[str]:
    if name == "year":
        return frozenset(re.findall(r"\d{4}", value)) if _YEARS.fullmatch(fold(value)) else frozenset()
    key = squeezed(value.strip('“”"《》'))
    if name == "unit":
        code = value.upper()
        return vocabulary.units.get(key) or _called_like(key, code, vocabulary, whole=whole)
    areas = (code for area, code in list(vocabulary.areas.items()) if key == area or (whole and key and key in area))
    return frozenset(areas)


def _called_like(key: str, code: str, vocabulary: Vocabulary, *, whole: bool) -> frozenset[str]:
    """Units by code, or a few whose name holds what was typed."""
    names = list(vocabulary.units.items()) if whole and key else []  # a copy, as another thread may be learning
    found = frozenset(one for name, codes in names if key in name or code in codes for one in codes)
    return found if len(found) <= MOST_UNITS else frozenset()


def _with(request: SearchRequest, name: str, values: Iterable[str]) -> SearchRequest:
    if name == "unit":
        return replace(request, units=request.units | frozenset(values))
    if name == "area":
        return replace(request, areas=request.areas | frozenset(values))
    return replace(request, years=request.years | frozenset(map(int, values)))
