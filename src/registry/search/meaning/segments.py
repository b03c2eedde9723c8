"""A query cut into the things it speaks of: the cheapest way to lay known words over it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from registry.search.meaning.spelling import split_spelling
from registry.search.meaning.text import CJK_TEXT, WORD
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.meaning.words import fine_cut

LONGEST = 20
KNOWN, UNKNOWN = 1.0, 1.6
LONGER_IS_BETTER = 0.01
_WRITTEN_OUT = "〇零一二三四五六七八九"
_YEAR = re.compile(
    "\x01(?P<digits>(?:19[4-9]|20[0-9])[0-9])\x01(?:年度|年)?"
    f"|(?P<written>(?:一九[四五六七八九]|二[〇零][{_WRITTEN_OUT}])[{_WRITTEN_OUT}])(?:年度|年)"
)
_DIGITS = str.maketrans(_WRITTEN_OUT, "00123456789")
_LETTERS = re.compile("\x01([a-z]{2,})\x01")


class Kind(Enum):
    """Content is looked for; asking is left out, filling when nothing is found with it; a year is preferred."""

    CONTENT = 1
    ASKING = 2
    FILLING = 3
    YEAR = 4
    LETTERS = 5
    UNKNOWN = 6


@dataclass(frozen=True)
class Part:
    """A stretch of a query, squeezed."""

    text: str
    kind: Kind = Kind.CONTENT

    @property
    def year(self) -> int | None:
        """Of 2026, 2026年 or 二〇二六年."""
        found = _YEAR.fullmatch(self.text)
        return int(found["digits"] or found["written"].translate(_DIGITS)) if found else None

    @property
    def letters(self) -> str:
        found = _LETTERS.fullmatch(self.text)
        return found[1] if found else ""

    @property
    def is_single(self) -> bool:
        """One Chinese character alone."""
        return len(self.text) == 1


def parts_of(run: Sequence[str], vocabulary: Vocabulary) -> list[Part]:
    """The parts of one run of squeezed pieces; what is between known words and not known stays together."""
    parts: list[Part] = []
    for text in _cheapest(run, vocabulary):
        kind = _kind_of(text, vocabulary)
        if kind is Kind.UNKNOWN and parts and parts[-1].kind is Kind.UNKNOWN:
            parts[-1] = Part(parts[-1].text + text, Kind.UNKNOWN)
        else:
            parts.append(Part(text, kind))
    return parts


def _cheapest(run: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """The run cut so that as few pieces as possible stay unknown, and known ones are long."""
    best = _ways(run, vocabulary)
    found: list[str] = []
    end = len(run)
    while end:
        start = best[end][1]
        found.append("".join(run[start:end]))
        end = start
    return found[::-1]


def cost_of(run: Sequence[str], vocabulary: Vocabulary) -> float:
    """How well known words can be laid over a run: the lower, the better."""
    return _ways(run, vocabulary)[-1][0]


def _ways(run: Sequence[str], vocabulary: Vocabulary) -> list[tuple[float, int]]:
    """For each end, the cost of the cheapest way to it and where its last part begins."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(run) + 1):
        starts = range(max(0, end - LONGEST), end)
        best.append(min((best[start][0] + _cost(run[start:end], vocabulary), start) for start in starts))
    return best


def _cost(pieces: Sequence[str], vocabulary: Vocabulary) -> float:
    text = "".join(pieces)
    if _YEAR.fullmatch(text) or vocabulary.knows(text):
        return KNOWN - LONGER_IS_BETTER * len(pieces) ** 2 / LONGEST
    return UNKNOWN if len(pieces) == 1 else float("inf")


def _kind_of(text: str, vocabulary: Vocabulary) -> Kind:
    if _YEAR.fullmatch(text):
        return Kind.YEAR
    if _LETTERS.fullmatch(text) and not vocabulary.is_name(text):
        return Kind.LETTERS
    if vocabulary.is_name(text):
        return Kind.CONTENT
    if text in vocabulary.asking:
        return Kind.ASKING
    if text in vocabulary.filling:
        return Kind.FILLING
    return Kind.CONTENT if vocabulary.knows(text) or not CJK_TEXT.fullmatch(text) else Kind.UNKNOWN


def finer(part: Part, vocabulary: Vocabulary) -> Iterator[Part]:
    """A long part as the words it is made of; single characters and words that fill are left out when others remain.
    Names stay whole.
    """
    if part.letters:
        yield from (
            Part(f"{WORD}{one}{WORD}", Kind.LETTERS) for one in split_spelling(part.letters, vocabulary.lexicon)
        )
    elif len(part.text) <= 2 or part.text in vocabulary.same or not CJK_TEXT.fullmatch(part.text):
        yield part
    else:
        words = [Part(word, _kind_of(word, vocabulary)) for word in fine_cut(part.text)]
        kept = [one for one in words if not one.is_single and one.kind not in (Kind.FILLING, Kind.ASKING)]
        yield from kept or [part]
