"""What may have been meant by a query with a typing slip: words that sound alike or differ by one character."""

from collections.abc import Iterator, Sequence
from functools import partial
from heapq import nsmallest
from typing import NamedTuple

from registry.search.meaning.lexicon import Lexicon
from registry.search.meaning.planning import Meant
from registry.search.meaning.readings import read_alike, sound_alike
from registry.search.meaning.segments import Kind, cost_of
from registry.search.meaning.text import CJK_TEXT, WORD
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.meaning.words import is_word

LONGEST_RUN = 40
LONGEST_WINDOW = 10
MOST_OFFERED = 4
ANOTHER_SOUND = 0.2


def corrections(meant: Meant, *, by_sound: bool = False) -> list[str]:
    """Free texts to offer instead, the likeliest first; each is laid out in known words at least as well as the
    query. With `by_sound` only those that are read alike.
    """
    found: dict[str, _Rank] = {}
    for number, run in enumerate(meant.runs):
        if len(run) > LONGEST_RUN:
            continue
        for corrected, rank in _corrected(run, meant.vocabulary):
            runs = [*meant.runs[:number], corrected, *meant.runs[number + 1 :]]
            text = " ".join("".join(one).replace(WORD, "") for one in runs)
            if rank.is_read_alike or not by_sound:
                found[text] = min(rank, found.get(text, rank))
    return nsmallest(MOST_OFFERED, found, key=lambda text: (found[text], text))


class _Rank(NamedTuple):
    """How likely a correction is, the lowest first."""

    cost: float
    rareness: int
    is_read_alike: bool


def _corrected(run: Sequence[str], vocabulary: Vocabulary) -> Iterator[tuple[list[str], _Rank]]:
    before = cost_of(run, vocabulary)
    for start, end in _windows(run):
        typed = "".join(run[start:end])
        if vocabulary.is_name(typed):
            continue
        for word in filter(partial(_may_mean, typed, vocabulary.lexicon), vocabulary.lexicon.near(typed)):
            corrected = [*run[:start], *word, *run[end:]]
            cost = cost_of(corrected, vocabulary)
            if cost <= before:
                sound = 0.0 if sound_alike(word, typed) else ANOTHER_SOUND * 2 / len(typed)
                yield corrected, _Rank(cost + sound, -vocabulary.lexicon.weight(word), read_alike(word, typed))


def _may_mean(typed: str, lexicon: Lexicon, word: str) -> bool:
    """A word of the dictionary was hardly a slip, unless it is read like a more frequent one (公正, 公证)."""
    return lexicon.weight(word) > lexicon.weight(typed) and (not is_word(typed) or read_alike(typed, word))


def _windows(run: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Stretches of Chinese in which one word may have been meant."""
    for start in range(len(run)):
        for end in range(start + 2, min(start + LONGEST_WINDOW, len(run)) + 1):
            if not CJK_TEXT.fullmatch("".join(run[start:end])):
                break
            yield start, end


def is_doubtful(meant: Meant) -> bool:
    """Whether some of the query is no known word, so that a slip is likely even when something is found."""
    return any(part.kind is Kind.UNKNOWN and not part.is_single for part in meant.parts)
