"""One spelling for deadline texts: full width, white space, traditional characters and Chinese numerals all come out alike."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

DIGITS = dict(
    zip(
        "零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖",
        (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100}
SHORT_TENS = {"廿": 20, "卅": 30}
COUNTED = "工作日|自然日|日|天|小时|周|星期|月|年|季|次|号|内(?!容)"
NUMERAL = re.compile(rf"[{''.join((*DIGITS, *TENS, *SHORT_TENS))}]+(?=(?:[（(]\d+[）)])?个?(?:{COUNTED}))")
REPEATED = re.compile(r"(?P<number>\d+)[（(](?:(?P<digits>\d+)|(?P<numeral>[零〇一二两三四五六七八九十百]+))[）)]")
IN_BRACKETS = re.compile(r"(\d+)个?日[（(](?:指|为)?工作日[）)]")
HALF_YEAR = re.compile(r"(?<![每按上下])半年(?=[以之]?内)")


def normalise(text: str) -> str:
    """Full width to plain, no white space, simplified characters, Chinese numerals before a unit as digits, 20（二十） once."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if not plain.isascii() and not _traditional().isdisjoint(plain):
        plain = _simplified().convert(plain)
    plain = NUMERAL.sub(lambda found: str(number(found[0])), plain.replace(",", "，").replace(";", "；"))
    plain = REPEATED.sub(_once, plain)
    return HALF_YEAR.sub("6个月", IN_BRACKETS.sub(r"\1个工作日", plain))


def number(numeral: str) -> int:
    """二十 → 20, 廿五 → 25, 一百二十 → 120, 贰拾 → 20."""
    total, digit = 0, 0
    for character in numeral:
        if character in TENS:
            total += (digit or 1) * TENS[character]
            digit = 0
        elif character in SHORT_TENS:
            total += SHORT_TENS[character]
        else:
            digit = DIGITS[character]
    return total + digit


def _once(found: re.Match[str]) -> str:
    """20（二十） is 20; 20（三十） stays as it is, for nobody knows which is meant."""
    again = int(found["digits"]) if found["digits"] else number(found["numeral"])
    return found["number"] if int(found["number"]) == again else found[0]


def simplified(text: str) -> str:
    """Simplified characters, where the text has one that only traditional writing has; 著作权 and 乾隆 stay as they are."""
    if text.isascii() or not any(char in _traditional() and not _is_simplified_too(char) for char in text):
        return text
    return _simplified().convert(text)


def _is_simplified_too(character: str) -> bool:
    """Whether the standard of simplified characters (GB 2312) has it."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _simplified() -> OpenCC:
    """Traditional to simplified; its tables are loaded when the first traditional text is read."""
    return OpenCC("t2s")


@cache
def _traditional() -> frozenset[str]:
    """Characters that have another simplified form: most texts hold none, and converting is slow."""
    block = [chr(code) for code in range(0x3400, 0xA000)]
    converted = [_simplified().convert("".join(block[start : start + 1])) for start in range(len(block))]
    return frozenset(one for one, simple in zip(block, converted, strict=True) if one != simple)
