"""One spelling for what tables say: broken lines, letter-spaced words, traditional characters and the pinyin some mirrors add."""

import re
import unicodedata
from functools import lru_cache

from registry.deadlines.spelling import simplified
from registry.validation import CONTROL

WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\u2014\u2018-\u201d\u2026"
MARKS = r"\u2200-\u27bf"
BETWEEN_WIDE = re.compile(rf"(?<=[{WIDE}{MARKS}])\s+(?=[^\sA-Za-z])|(?<=[^\sA-Za-z])\s+(?=[{WIDE}{MARKS}])")
PINYIN = re.compile(r"(?<=[\u3400-\u9fff])[（(][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]{1,7}[）)]")
SHORT = 200
TONES = re.compile(r"[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]")
INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
ODD_SPACE = re.compile(r"[\t\x0b\x0c\r\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
FOLDED_AWAY = re.compile(r"[\s,，.。;；:：、“”\"'‘’()（）<>《》〈〉【】\[\]·－—–\-]")


def tidied(text: str) -> str:
    """Simplified, without invisible characters and added pinyin; line breaks stay, other white space becomes one space."""
    if text.isascii():
        return _lines(CONTROL.sub("", text))
    text = CONTROL.sub("", INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    if TONES.search(text):
        text = PINYIN.sub("", text)
    return _lines(simplified(text))


def _lines(text: str) -> str:
    lines = (re.sub(r" {2,}", " ", ODD_SPACE.sub(" ", line)).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def joined(text: str) -> str:
    """One line: Chinese is written without spaces, so breaks and spaces beside it go; between Latin words one space stays."""
    return _joined_short(text) if len(text) <= SHORT else _joined(text)


@lru_cache(maxsize=1 << 15)
def _joined_short(text: str) -> str:
    """A table says the same short things many times."""
    return _joined(text)


def _joined(text: str) -> str:
    return BETWEEN_WIDE.sub("", " ".join(tidied(text).split()))


def folded(text: str) -> str:
    """For comparing only: width, white space and punctuation do not count."""
    return FOLDED_AWAY.sub("", unicodedata.normalize("NFKC", text)).lower()


def name_key(text: str) -> str:
    """A header for comparing: no white space, half-width brackets, no star or colon around it."""
    return _name_key_short(text) if len(text) <= SHORT else _name_key(text)


@lru_cache(maxsize=1 << 15)
def _name_key_short(text: str) -> str:
    return _name_key(text)


def _name_key(text: str) -> str:
    plain = unicodedata.normalize("NFKC", tidied(text))
    return "".join(plain.split()).strip("*:;,.。、※★").replace("‐", "-").replace("－", "-").replace("—", "-")
