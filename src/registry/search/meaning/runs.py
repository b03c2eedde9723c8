"""The runs of a query: what stands without a separator, also where blanks only part words that belong together."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from registry.search.meaning.segments import Kind, parts_of
from registry.search.meaning.text import CJK_TEXT, WORD, Piece, pieces
from registry.search.meaning.vocabulary import Vocabulary

_SPELLED_YEAR = re.compile("\x01((?:19[4-9]|20[0-9])[0-9])([a-z]{2,})\x01")

Run = list[str]


def runs_of(text: str, vocabulary: Vocabulary) -> list[Run]:
    """The squeezed pieces of each run. Blanks between Chinese characters do not count, as people put them anywhere
    (部门 预算, 预 算), unless unknown characters would grow together.
    """
    return [run for group in _groups(text, vocabulary) for run in _closed_up(group, vocabulary)]


def _groups(text: str, vocabulary: Vocabulary) -> list[list[Run]]:
    """Runs that only blanks separate, with Chinese on both sides, stand in one group."""
    groups: list[list[Run]] = []
    before: Piece | None = None
    for piece in pieces(text):
        if before is None or not piece.joined:
            if before is None or not _is_gap(text[before.end : piece.start], before, piece):
                groups.append([])
            groups[-1].append([])
        groups[-1][-1] += _without_year(piece.squeezed, vocabulary)
        before = piece
    return groups


def _is_gap(between: str, before: Piece, after: Piece) -> bool:
    return between.isspace() and bool(CJK_TEXT.fullmatch(before.text) and CJK_TEXT.fullmatch(after.text))


def _without_year(piece: str, vocabulary: Vocabulary) -> Run:
    """A year is cut off from what is spelled after it (2026yusuan)."""
    spelled = _SPELLED_YEAR.fullmatch(piece)
    if spelled and vocabulary.lexicon.sounding(spelled[2]):
        return [f"{WORD}{spelled[1]}{WORD}", f"{WORD}{spelled[2]}{WORD}"]
    return [piece]


def _closed_up(group: Sequence[Run], vocabulary: Vocabulary) -> Iterator[Run]:
    """The runs of a group, joined wherever no unknown part lies across the gap."""
    whole = [piece for run in group for piece in run]
    gaps = list(accumulate(len("".join(run)) for run in group))[:-1]
    unknown = _unknown(whole, vocabulary) if gaps else []
    torn = {gap for gap in gaps if any(start < gap < end for start, end in unknown)}
    joined: Run = []
    for run, end in zip(group, [*gaps, None], strict=True):
        joined += run
        if end is None or end in torn:
            yield joined
            joined = []


def _unknown(run: Run, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Where in the text of a run its unknown parts begin and end."""
    parts = parts_of(run, vocabulary)
    ends = list(accumulate((len(part.text) for part in parts), initial=0))
    return [place for part, place in zip(parts, pairwise(ends), strict=True) if part.kind is Kind.UNKNOWN]
