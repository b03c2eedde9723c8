"""How Chinese characters sound: syllables without tones, all readings of a character, and matching of what people
type in letters against words.
"""

import json
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

_TWO_LETTER_INITIALS = ("zh", "ch", "sh")
_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@cache
def _table() -> Mapping[int, str]:
    """Code point → readings with tone marks, separated by commas.

    Only pypinyin's file of single characters is read: importing the package loads 50 MB of phrases as well.
    """
    package = find_spec("pypinyin")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pypinyin")
    readings = json.loads((Path(package.origin).parent / "pinyin_dict.json").read_text(encoding="utf-8"))
    return {int(code): found for code, found in readings.items()}


@lru_cache(maxsize=16_384)
def syllables(character: str) -> frozenset[str]:
    """All readings of a character without tones; 女 is both nv and nu, as people type either."""
    found = {_without_tone(one) for one in _table().get(ord(character), "").split(",") if one}
    return frozenset(found | {one.replace("v", "u") for one in found})


def _without_tone(syllable: str) -> str:
    decomposed = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(one for one in decomposed if not unicodedata.combining(one))


@lru_cache(maxsize=16_384)
def sounds(character: str) -> frozenset[str]:
    """Readings as they are often confused: zh as z, ch as c, sh as s, -ng as -n."""
    return frozenset(map(_confused, syllables(character)))


def _confused(syllable: str) -> str:
    for retroflex, flat in _CONFUSED:
        if syllable.startswith(retroflex):
            syllable = flat + syllable[2:]
    return syllable[:-1] if syllable.endswith("ng") else syllable


def sound_alike(one: str, other: str) -> bool:
    """Whether two texts of the same length may be read alike, character by character."""
    return len(one) == len(other) and all(
        a == b or not sounds(a).isdisjoint(sounds(b)) for a, b in zip(one, other, strict=True)
    )


def read_alike(one: str, other: str) -> bool:
    """Whether two texts are read alike as they are read most often; nothing is confused."""
    return len(one) == len(other) and all(_usual(a) == _usual(b) for a, b in zip(one, other, strict=True))


@lru_cache(maxsize=16_384)
def _usual(character: str) -> str:
    return _without_tone(_table().get(ord(character), character).split(",")[0])


@lru_cache(maxsize=16_384)
def initials(character: str) -> frozenset[str]:
    """The letters a character may be abbreviated by, besides the first letters of zh, ch, sh."""
    return frozenset(one[0] for one in syllables(character))


def abbreviations(word: str, typed: str, *, begun: bool = False) -> int | None:
    """How many characters of `word` are abbreviated when `typed` (a–z) spells it, in full, by initials or mixed;
    None when it does not. With `begun`, `typed` may stop anywhere in the word.
    """
    places = {0: 0}
    for number, character in enumerate(word):
        if begun and number and len(typed) in places:
            break
        places = _next_places(places, character, typed, begun=begun)
        if not places:
            return None
    return places.get(len(typed))


def _next_places(places: Mapping[int, int], character: str, typed: str, *, begun: bool) -> dict[int, int]:
    """Where the next character may begin → the fewest abbreviations up to there."""
    reached: dict[int, int] = {}
    for place, count in places.items():
        for spelled, cost in _spellings(character):
            if typed.startswith(spelled, place):
                end = place + len(spelled)
            elif begun and len(typed) - place > 1 and spelled.startswith(typed[place:]):
                end = len(typed)
            else:
                continue
            reached[end] = min(reached.get(end, count + cost), count + cost)
    return reached


@lru_cache(maxsize=16_384)
def _spellings(character: str) -> tuple[tuple[str, int], ...]:
    found = {one[0]: 1 for one in syllables(character)}
    found |= {one[:2]: 1 for one in syllables(character) if one.startswith(_TWO_LETTER_INITIALS)}
    return tuple((found | dict.fromkeys(syllables(character), 0)).items())
