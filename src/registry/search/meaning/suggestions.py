"""What to offer while somebody types: items, units, areas and common queries, by their words or their pinyin."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.search.meaning.readings import abbreviations
from registry.search.meaning.text import CJK_TEXT, fold, squeezed

MOST = 8
LONGEST = 40
_LETTERS = re.compile(r"[a-z]{2,40}")


@dataclass(frozen=True)
class Offer:
    """A query that finds something. `keys` are the squeezed texts it is offered for, its own first; the lower the
    `rank`, the sooner among equals.
    """

    text: str
    kind: str
    keys: tuple[str, ...]
    rank: int = 0


def offer(text: str, kind: str, others: Iterable[str] = (), rank: int = 0) -> Offer:
    return Offer(text, kind, tuple(dict.fromkeys(squeezed(one) for one in (text, *others))), rank)


def suggest(offers: Sequence[Offer], typed: str) -> list[Offer]:
    """At most eight offers for what has been typed so far: those that begin with it, then those that hold it, then
    those that are spelled so.
    """
    wanted = squeezed(typed[:LONGEST])
    letters = fold(typed[:LONGEST]).replace(" ", "").replace("'", "")
    is_spelling = bool(_LETTERS.fullmatch(letters))
    found: dict[str, tuple[int, int, int, Offer]] = {}
    for number, one in enumerate(offers):
        place = _place(one, wanted, letters if is_spelling else "")
        if place is not None and one.text not in found:
            found[one.text] = (place, one.rank, number, one)
    return [one for *_, one in sorted(found.values(), key=lambda entry: entry[:3])[:MOST]]


def _place(one: Offer, wanted: str, letters: str) -> int | None:
    if not wanted:
        return None
    if one.keys[0].startswith(wanted):
        return 0
    if any(key.startswith(wanted) for key in one.keys):
        return 1
    if any(wanted in key for key in one.keys):
        return 2
    return min((place for key in one.keys for place in _spelled(key, letters)), default=None) if letters else None


def _spelled(key: str, letters: str) -> Iterable[int]:
    """Letters spell the beginning of a key: in full before abbreviated."""
    if CJK_TEXT.fullmatch(key):
        count = abbreviations(key, letters, begun=True)
        if count is not None:
            yield 3 if count == 0 else 4
