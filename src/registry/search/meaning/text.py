"""From text to what is matched: folding, grams, document numbers, passages and marks. Pure, and total: no
input raises.

Everything works on one spelling of a text, the `squeezed` form: folded, Chinese characters bare, words and
numbers between two `WORD` signs, anything else one blank. A needle is a piece of the query in the same form,
so "stands literally in" is `needle in squeezed`, and a number never matches inside a longer one.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from itertools import pairwise

from opencc import OpenCC

WORD = "\x01"
NUMBER = "\x02"
QUERY_CHARACTERS = 200
WORD_CHARACTERS = 64
KEPT_CHARACTERS = 16_384
PREFIX_CHARACTERS = 8
CODE_PARTS = 6
COUNTRY = "中华人民共和国"

# Quotes, title brackets and dots inside names are often left out when people type, so they neither match nor
# separate.
TRANSPARENT = frozenset("“”‘’\"'＂＇《》〈〉「」『』﹃﹄·•‧")

CJK = (
    "\u3005\u3007"  # 々 and 〇 are written inside words
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
)
_CJK = re.compile(f"[{CJK}]")
CJK_TEXT = re.compile(f"[{CJK}]+")
_LETTERS = re.compile(f"[^{CJK} ]+")
_RUN = re.compile(f"[{CJK}]+|{WORD}[^{WORD}]*{WORD}|{NUMBER}[^{NUMBER}]*{NUMBER}")

_OPEN, _CLOSE = r"[\[(〔【{<〈《「『﹝〖]", r"[\])〕】}>〉》」』﹞〗]"
_DOCUMENT_NUMBER = re.compile(
    rf"{_OPEN}\s*(?P<year>\d{{4}})\s*年?\s*{_CLOSE}\s*第?\s*(?P<number>\d{{1,9}})(?!\d)(?:\s*号)?"
)
_ORDER_NUMBER = re.compile(r"令\s*第?\s*(?P<after>\d{1,9})\s*号|第\s*(?P<before>\d{1,9})\s*号令")
_CODE = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)+")
_CODE_PREFIX = re.compile(r"[a-z]{2,8}")
_PREFIX = re.compile(rf"[{CJK}]{{1,{PREFIX_CHARACTERS}}}$")


def fold(text: str) -> str:
    """NFKC, lower case and simplified, character by character, so that offsets in the result are offsets in
    `text`.
    """
    return text.translate(_FOLDED)


def _fold_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    for folded in (unicodedata.normalize("NFKC", character).lower(), character.lower()):
        if len(folded) == 1:
            return _simplified(folded)
    return character


def _simplified(character: str) -> str:
    """What stands for one traditional character depends on no neighbour here, so 乾 is always 干, in texts and queries alike."""
    converted: str = _converter().convert(character)
    return converted if len(converted) == 1 else character


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


@dataclass(frozen=True)
class Piece:
    """A Chinese character or a whole word, with its place in the original text; `joined` when nothing
    separates it from the one before, and `squeezed` as needles have it.
    """

    text: str
    start: int
    end: int
    joined: bool
    squeezed: str


@lru_cache(maxsize=1024)
def pieces(text: str) -> tuple[Piece, ...]:
    """The text cut into characters and words; kept, as marking asks for the same text several times."""
    found: list[Piece] = []
    word: list[str] = []
    start = end = 0
    joined = False

    def finish_word() -> None:
        nonlocal joined
        if word:
            whole = "".join(word)
            found.append(Piece(whole, start, end, joined, f"{WORD}{whole[:WORD_CHARACTERS]}{WORD}"))
            word.clear()
            joined = True

    for offset, character in enumerate(fold(text)):
        kind = _kind(character)
        if kind is _Kind.TRANSPARENT:
            continue
        if kind is _Kind.CHINESE:
            finish_word()
            found.append(Piece(character, offset, offset + 1, joined, character))
            joined = True
        elif kind is _Kind.LETTER:
            start = start if word else offset
            end = offset + 1
            word.append(character)
        else:
            finish_word()
            joined = False
    finish_word()
    return tuple(found)


class _Kind(Enum):
    CHINESE = 1
    LETTER = 2
    TRANSPARENT = 3
    SEPARATOR = 4


@lru_cache(maxsize=8192)
def _kind(character: str) -> _Kind:
    """Transparent are quotes, and signs nobody sees."""
    if character in TRANSPARENT or unicodedata.category(character) == "Cf":
        return _Kind.TRANSPARENT
    if _CJK.match(character):
        return _Kind.CHINESE
    return _Kind.LETTER if character.isalnum() else _Kind.SEPARATOR


def squeezed(text: str) -> str:
    """The form needles are looked for in; document numbers and codes stand once more at its end, under every prefix
    they may be asked by.
    """
    body = _squeeze(text)
    numbers = sorted({f"{NUMBER}{token}{NUMBER}" for one in references(text) for token in one.tokens})
    return " ".join([body, *numbers]) if numbers else body


def _squeeze(text: str) -> str:
    """The `pieces` of a text in one string, without making them: every document comes through here."""
    return " ".join(_LETTERS.sub(_as_word, text.translate(_SPELT)).split())


def _as_word(match: re.Match[str]) -> str:
    return f"{WORD}{match.group()[:WORD_CHARACTERS]}{WORD}"


def bare(text: str) -> str:
    """The characters and words of a text with nothing between them."""
    return text.translate(_SPELT).replace(" ", "")


class _Characters(dict[int, str]):
    """A table for `str.translate`, filled as characters are met."""

    def __init__(self, spelling: Callable[[str], str]) -> None:
        super().__init__()
        self._spelling = spelling

    def __missing__(self, code: int) -> str:
        spelt = self._spelling(chr(code))
        if len(self) < KEPT_CHARACTERS:
            self[code] = spelt
        return spelt


def _spell_character(character: str) -> str:
    folded = _fold_character(character)
    return {_Kind.TRANSPARENT: "", _Kind.SEPARATOR: " "}.get(_kind(folded), folded)


_FOLDED, _SPELT = _Characters(_fold_character), _Characters(_spell_character)


def grams(text: str) -> list[str]:
    """What a text is indexed under: characters and their pairs, words, document numbers and codes; repeated as
    often as they occur.
    """
    return squeezed_grams(squeezed(text))


def squeezed_grams(text: str) -> list[str]:
    """The grams of a text that is squeezed already."""
    return [term for run in _RUN.findall(text) for term in _run_grams(run)]


def _run_grams(run: str) -> list[str]:
    if run[0] in (WORD, NUMBER):
        return [run[1:-1]]
    return [*run, *map("".join, pairwise(run))]


@dataclass(frozen=True)
class Reference:
    """A document number or a code as found in a text: `token` is its canonical spelling, such as 财预-2016-143,
    国务院令-492 or bud-01-01, and `tokens` everything it may be asked by.
    """

    token: str
    tokens: tuple[str, ...]
    start: int
    end: int


@lru_cache(maxsize=1024)
def references(text: str) -> tuple[Reference, ...]:
    """All document and order numbers, in any style of bracket and spacing, and all codes."""
    folded = fold(text)
    found = []
    for match in _DOCUMENT_NUMBER.finditer(folded):
        found.append(_numbered(folded, match, f"-{int(match['year'])}-{int(match['number'])}", least=1))
    for match in _ORDER_NUMBER.finditer(folded):
        found.append(_numbered(folded, match, f"令-{int(match['after'] or match['before'])}", least=0))
    found.extend(map(_coded, _CODE.finditer(folded)))
    return tuple(one for one in found if one is not None)


def _numbered(folded: str, match: re.Match[str], rest: str, *, least: int) -> Reference | None:
    """All Chinese right before the number counts as its prefix, as nobody knows where the issuer's short name
    begins; so it may be asked by every shorter one of at least `least` characters.
    """
    prefix, start = _prefix_before(folded, match.start())
    tokens = tuple(f"{prefix[cut:]}{rest}" for cut in range(len(prefix) + 1 - least))
    return Reference(tokens[0], tokens, start, match.end()) if tokens else None


def _coded(match: re.Match[str]) -> Reference | None:
    """BUD-01-01 may also be asked by BUD-01, and within a longer chain by each part that begins with letters."""
    parts = match.group().split("-")
    begins = [at for at, part in enumerate(parts) if _CODE_PREFIX.fullmatch(part)]
    ends = {at: range(at + 2, min(len(parts), at + CODE_PARTS) + 1) for at in begins}
    tokens = tuple("-".join(parts[at:end]) for at in begins for end in ends[at])
    if not tokens or len(parts) - begins[0] > CODE_PARTS:
        return Reference("", tokens, match.start(), match.end()) if tokens else None
    skipped = sum(len(part) + 1 for part in parts[: begins[0]])
    return Reference("-".join(parts[begins[0] :]), tokens, match.start() + skipped, match.end())


def _prefix_before(folded: str, end: int) -> tuple[str, int]:
    """The Chinese characters right before `end`, blanks between left out, and where they begin."""
    before = folded[max(0, end - 2 * PREFIX_CHARACTERS) : end].rstrip()
    match = _PREFIX.search(before)
    if not match:
        return "", end
    return match.group(), max(0, end - 2 * PREFIX_CHARACTERS) + match.start()


def needles(text: str) -> tuple[str, ...]:
    """The pieces of a query, each of which is looked for literally: runs without a separator, and document
    numbers for themselves.
    """
    text = text[:QUERY_CHARACTERS]
    found = [one for one in references(text) if one.token]
    remaining = list(text)
    for one in found:
        remaining[one.start : one.end] = " " * (one.end - one.start)
    parts = _squeeze("".join(remaining)).split(" ")
    return tuple(dict.fromkeys([*filter(None, parts), *(f"{NUMBER}{one.token}{NUMBER}" for one in found)]))


def needle_terms(needle: str) -> tuple[str, ...]:
    """The indexed terms that must all occur: of a single character itself, of longer Chinese all pairs, of
    words and numbers the whole.
    """
    terms: list[str] = []
    for run in _RUN.findall(needle):
        if run[0] in (WORD, NUMBER) or len(run) == 1:
            terms.append(run.strip(WORD + NUMBER))
        else:
            terms.extend(map("".join, pairwise(run)))
    return tuple(dict.fromkeys(terms))


def query_terms(text: str) -> tuple[str, ...]:
    """What a document must hold to be a hit for the query `text`; empty when the query has nothing to look
    for.
    """
    return tuple(dict.fromkeys(term for needle in needles(text) for term in needle_terms(needle)))


def marked(text: str, wanted: Sequence[str], *, scattered: Collection[str] | None = None) -> list[tuple[str, bool]]:
    """`text` cut into (part, is it a match) for highlighting. Where a needle does not stand literally its pairs are
    marked instead, of the needles in `scattered` only when that is given.
    """
    segments: list[tuple[str, bool]] = []
    position = 0
    for start, end in spans(text, wanted, scattered=scattered):
        segments.append((text[position:start], False))
        segments.append((text[start:end], True))
        position = end
    segments.append((text[position:], False))
    return [segment for segment in segments if segment[0]]


def spans(text: str, wanted: Sequence[str], *, scattered: Collection[str] | None = None) -> list[tuple[int, int]]:
    """Where the needles stand in the original text, in order, overlapping ones joined."""
    found = pieces(text)
    places: list[tuple[int, int]] = []
    for needle in wanted:
        if needle.startswith(NUMBER):
            token = needle.strip(NUMBER)
            places.extend((one.start, one.end) for one in references(text) if token in one.tokens)
            continue
        literal = _occurrences(found, needle)
        if not literal and (scattered is None or needle in scattered):
            literal = [place for term in needle_terms(needle) for place in _occurrences(found, _as_needle(term))]
        places.extend(literal)
    return _joined(places)


def _as_needle(term: str) -> str:
    return term if _CJK.match(term) else f"{WORD}{term}{WORD}"


def _occurrences(found: Sequence[Piece], needle: str) -> list[tuple[int, int]]:
    """(start, end) of each place where the needle's pieces follow each other, separated where it has blanks."""
    parts = re.findall(f"( ?)([{CJK}]|{WORD}[^{WORD}]*{WORD})", needle)
    if not parts:
        return []
    texts, joined = [text for _, text in parts], [not blank for blank, _ in parts[1:]]
    spelt, size = [piece.squeezed for piece in found], len(parts)
    windows = [
        found[at : at + size] for at, one in enumerate(spelt) if one == texts[0] and spelt[at : at + size] == texts
    ]
    return [(window[0].start, window[-1].end) for window in windows if joined == [piece.joined for piece in window[1:]]]


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def best_passage(text: str, wanted: Sequence[str], length: int, *, scattered: Collection[str] | None = None) -> str:
    """At most `length` characters (plus an ellipsis at each cut) around the place that shows most of what was
    looked for.
    """
    if len(text) <= length:
        return text
    places = spans(text, wanted, scattered=scattered)
    lead = length // 5
    begin = max((start for start, _ in places), key=lambda at: _shown(places, at - lead, length), default=lead) - lead
    begin = max(0, min(begin, len(text) - length))
    end = begin + length
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"


def _shown(places: Sequence[tuple[int, int]], begin: int, length: int) -> int:
    return sum(end - start for start, end in places if begin <= start and end <= begin + length)
