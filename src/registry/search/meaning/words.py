"""Where words begin and end, from the segmenter's dictionary. It only ranks: what it cuts differently is still found
literally.
"""

from functools import cache, lru_cache
from typing import Any, cast

STANDS = "\x03"
LONGEST_WORD = 4


@cache
def _segmenter() -> Any:
    """Loading the dictionary takes about 80 ms, so it waits until a word is asked for."""
    from rjieba import Jieba

    return Jieba()


def cut(text: str) -> list[str]:
    """The words of a text, one after the other, nothing left out."""
    return cast(list[str], _segmenter().cut(text))


@lru_cache(maxsize=16_384)
def is_word(text: str) -> bool:
    """Whether the dictionary has `text` as a word of two characters or more."""
    return len(text) > 1 and bool(_segmenter().has_word(text))


def all_words(text: str) -> list[str]:
    """Every word of the dictionary that stands in a text, also where words overlap (校服 in 中小学校服)."""
    return cast(list[str], _segmenter().cut_all(text))


def fine_cut(text: str) -> list[str]:
    """The words of a text, long ones cut in two where both halves are words (拖欠工资 is 拖欠 and 工资)."""
    return [half for word in cut(text) for half in _halves(word)]


@lru_cache(maxsize=16_384)
def _halves(word: str) -> tuple[str, ...]:
    places = range(2, len(word) - 1)
    return next(((word[:at], word[at:]) for at in places if is_word(word[:at]) and is_word(word[at:])), (word,))


def standing_words(run: str) -> list[str]:
    """The terms that say which words stand in a run of Chinese as words of their own: each word, and what it begins
    or ends with (公证 in 公证处), but nothing across two words (公证 in 办公证明).
    """
    return [STANDS + part for word in cut(run) if len(word) > 1 for part in _parts(word)]


@lru_cache(maxsize=16_384)
def _parts(word: str) -> tuple[str, ...]:
    lengths = range(2, min(LONGEST_WORD, len(word)) + 1)
    return tuple(dict.fromkeys(part for length in lengths for part in (word[:length], word[-length:])))


def standing_term(needle: str) -> str:
    """The term to ask for with a needle, or "" when words make no difference for it."""
    return STANDS + needle if 2 <= len(needle) <= LONGEST_WORD and is_word(needle) else ""


def stands_apart(needle: str, text: str) -> bool:
    """Whether `needle` stands in the squeezed text other than inside a longer word (决算 in 部门决算, not in 预决算)."""
    at = text.find(needle)
    while at >= 0:
        end = at + len(needle)
        if not _is_inside_word(text, at, end):
            return True
        at = text.find(needle, at + 1)
    return False


def _is_inside_word(text: str, at: int, end: int) -> bool:
    before, after = text[max(0, at - 1) : end], text[at : end + 1]
    return end - at > 1 and any(len(longer) > end - at and is_word(longer) for longer in (before, after))
