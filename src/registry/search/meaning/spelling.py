"""Letters read as pinyin: in full, by initials or mixed, also written apart or several words together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registry.search.meaning.lexicon import Lexicon

LONGEST = 48
APART_AT_MOST = 6


@dataclass(frozen=True)
class Spelled:
    """The words that the letters at `places` (one after the other) may spell."""

    places: tuple[int, ...]
    words: tuple[str, ...]


def spelled_words(letters: Sequence[str], lexicon: Lexicon) -> Iterator[Spelled]:
    """The longest stretches of `letters` (\"\" where a part is none) that spell something."""
    at = 0
    while at < len(letters):
        found = next(_from(letters, at, lexicon), None)
        if found:
            yield found
            at = found.places[-1] + 1
        else:
            at += 1


def _from(letters: Sequence[str], at: int, lexicon: Lexicon) -> Iterator[Spelled]:
    end = at
    while end < min(len(letters), at + APART_AT_MOST) and letters[end]:
        end += 1
    for stop in range(end, at, -1):
        words = lexicon.sounding("".join(letters[at:stop])[:LONGEST])
        if words:
            yield Spelled(tuple(range(at, stop)), words)


def split_spelling(letters: str, lexicon: Lexicon) -> list[str]:
    """Letters that spell no one word, cut into as few stretches as possible that spell one in full; whole when there is
    no way.
    """
    best: list[list[str] | None] = [[]]
    for end in range(1, min(len(letters), LONGEST) + 1):
        ways = [
            [*before, letters[start:end]]
            for start, before in enumerate(best)
            if before is not None and lexicon.is_spelled(letters[start:end])
        ]
        best.append(min(ways, key=len, default=None))
    found = best[-1] if len(letters) <= LONGEST else None
    return found or [letters]
