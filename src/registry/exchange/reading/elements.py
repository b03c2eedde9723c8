"""公开内容（要素）: one text into the elements it lists. The strongest separator a cell has is the one that counts.

In order: numbers and bullets; ； and 。; lines; and 、 only in a plain list of short words, since elsewhere 、 joins words that share a
beginning or an end (相关法律、法规、规章; 许可、处罚等年度数量).
"""

import re
from collections.abc import Sequence

from registry.exchange.grids.spelling import joined

NUMBER = re.compile(
    r"(?P<circled>[①-⑳❶-❿⑴-⒇])"
    r"|(?P<bullet>[●•◆◇■▪★·○])(?=\S)"
    r"|(?:(?<=^)|(?<=[\s；;。:：,，、）)\u3400-\u9fff]))(?:"
    r"(?P<plain>\d{1,2})(?:[.．、](?!\d{1,3}(?!\d))|[)）](?=[\u3400-\u9fff]))"
    r"|[（(](?P<bracketed>\d{1,2}|[一二三四五六七八九十]{1,3})[)）]"
    r"|(?P<chinese>[一二三四五六七八九十]{1,3})[、.．](?=[\u3400-\u9fff]))",
    re.MULTILINE,
)
NUMBERED_BY_BRACKET = re.compile(r"(?:^|\s)\d{1,2}[)）]")
LEAD_IN = re.compile(r"[:：]\s*$")
GOES_ON = re.compile(r"^[）)》〉】、，,；;。：:的及与或和等内]|^(?:以及|或者|之日)")
UNFINISHED = re.compile(r"[、，,（(《〈【：:和与及或的]$")
STRAY = re.compile(
    r"^(?:\d{1,2}[.．、](?=[^\d])|[-－—·]+(?=[\u3400-\u9fff]))|[；;。.]?[一二三四五六七八九十]{1,3}、[^，。；]{1,16}[:：]$"
)
ENDS = "；;。.，,、 \n"
CONJUNCTION = re.compile(r"以及|(?<=[\u3400-\u9fff])和(?=[\u3400-\u9fff]{2,})")
SHARED_END = re.compile(r"等[\u3400-\u9fff]")
SENTENCE = re.compile(r"[，,。；;：:]|应当|不得|进行|按照")
FEWEST_IN_LIST = 3
LONGEST_IN_LIST = 14


def elements_of(text: str) -> list[str]:
    """The elements in their order, each once, without numbers and closing punctuation."""
    text = text.strip()
    numbered = _numbered(text)
    parts = numbered if numbered is not None else _separated(text)
    clean = (STRAY.sub("", joined(part).strip(ENDS)) for part in parts)
    return list(dict.fromkeys(part for part in clean if part))


def _numbered(text: str) -> list[str] | None:
    """The pieces behind each number, when the numbers are all of one kind or nested; None when there are none."""
    found = _markers(text)
    if not found:
        return None
    before = text[: found[0].start()]
    ends = [*(one.start() for one in found[1:]), len(text)]
    pieces = [text[one.end() : end] for one, end in zip(found, ends, strict=True)]
    pieces = [piece for piece in pieces if joined(piece).strip(ENDS)]
    lead = joined(before)
    if not lead or (pieces and LEAD_IN.search(lead)):
        return pieces
    return [*_separated(before), *pieces]


def _markers(text: str) -> list[re.Match[str]]:
    """Numbers that count up from one; bullets wherever they stand; a single number in running text is none."""
    found = [one for one in NUMBER.finditer(text) if not _is_inside(text, one.start())]
    bullets = [one for one in found if one["bullet"]]
    circled = [one for one in found if one["circled"]]
    if circled:
        return circled
    for kind in ("plain", "bracketed", "chinese"):
        counted = _counting([one for one in found if one[kind]], kind)
        if counted:
            return counted
    return bullets if bullets and (len(bullets) > 1 or not text[: bullets[0].start()].strip()) else []


def _is_inside(text: str, at: int) -> bool:
    """Whether a place lies in brackets that were opened before it."""
    before = text[:at]
    return before.count("（") + before.count("(") > before.count("）") + before.count(
        ")"
    ) and not NUMBERED_BY_BRACKET.search(before)


def _counting(found: Sequence[re.Match[str]], kind: str) -> list[re.Match[str]]:
    """The numbers of a list: each one more than the one before, or beginning anew at one."""
    values = [_value(one[kind]) for one in found]
    kept: list[re.Match[str]] = []
    last = 0
    for one, value in zip(found, values, strict=True):
        if value in (last + 1, 1) or (not kept and one.start() == 0):
            kept.append(one)
            last = value
    starts_at_one = bool(kept) and (_value(kept[0][kind]) == 1 or kept[0].start() == 0)
    return kept if starts_at_one and (len(kept) > 1 or kept[0].start() == 0) else []


def _value(number: str) -> int:
    if number.isdigit():
        return int(number)
    digits = "零一二三四五六七八九"
    tens, ten, ones = number.partition("十")
    if not ten:
        return digits.find(number)
    return (digits.find(tens) if tens else 1) * 10 + (digits.find(ones) if ones else 0)


def _separated(text: str) -> list[str]:
    for cut in (_by_semicolon, _by_line, _by_pause):
        parts = cut(text)
        if len(parts) > 1:
            return parts
    return [text]


def _by_semicolon(text: str) -> list[str]:
    return _outside_brackets(text, "；;。")


def _by_line(text: str) -> list[str]:
    """Lines, those joined that only break a sentence or a word."""
    lines: list[str] = []
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        if lines and (GOES_ON.match(line) or UNFINISHED.search(lines[-1]) or _is_open(lines[-1]) or len(line) == 1):
            lines[-1] += line
        else:
            lines.append(line)
    return lines


def _is_open(text: str) -> bool:
    return any(text.count(opening) > text.count(closing) for opening, closing in ("（）", "()", "《》", "“”"))


def _by_pause(text: str) -> list[str]:
    """A plain list only: three words or more, none a sentence, the first not longer than the others, no end shared by all."""
    plain = joined(text).strip(ENDS)
    if SENTENCE.search(re.sub(r"[（(][^（）()]*[)）]", "", plain)):
        return [text]
    books = _outside_brackets(plain, "、")
    if len(books) > 1 and all(part.startswith("《") for part in books[:-1]):
        return books
    parts = [one for part in _outside_brackets(plain, "、") for one in CONJUNCTION.split(part, maxsplit=1)]
    longest = max((len(part) for part in parts[1:]), default=0)
    is_list = (
        len(_outside_brackets(plain, "、")) >= FEWEST_IN_LIST
        and not SHARED_END.search(parts[-1])
        and "的" not in parts[0]
        and len(parts[0]) <= longest + 1
        and max(len(part) for part in parts) <= LONGEST_IN_LIST
    )
    return parts if is_list else [text]


def _outside_brackets(text: str, separators: str) -> list[str]:
    """Cut at separators that stand in no brackets, quotes or book marks."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        if character in "（(《〈【[“":
            depth += 1
        elif character in "）)》〉】]”":
            depth = max(depth - 1, 0)
        elif character in separators and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return [part for part in parts if part.strip()]
