"""Which numbers belong to a person: identity numbers, mobile numbers, bank cards. Pure arithmetic over digits, and the words around them.

Identity numbers: GB 11643-1999 (18 digits, check by ISO 7064 MOD 11-2; 15 digits before 1999). Cards: ISO/IEC 7812 (Luhn). Credit codes:
GB 32100-2015, known here only so as never to be taken for anything else.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

PROVINCES = frozenset(
    str(code)
    for code in (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        *range(81, 84),
    )
)

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"

MOBILE = re.compile(
    r"1(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-35-8]|8\d|9[0-35-9])\d{8}"
)  # the segments the Ministry of Industry has given out

CARD = re.compile(
    r"62\d{14,17}|[45]\d{15}(?:\d{3})?|(?:9558|9559|6013|6033)\d{12,15}"
)  # UnionPay; Visa, MasterCard and the first cards of the large banks, of 16 or 19 digits

REGION_AND_YEAR = re.compile(r"53\d{4}(?:19|20)\d{2}")

CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE = re.compile(rf"[159AY][1-59][1-8]\d{{5}}[{CREDIT_CHARACTERS}]{{10}}")


@dataclass(frozen=True)
class Run:
    """Digits that may be one number: `digits` without what stood between them; `groups` are the lengths of its parts as written.

    `is_spaced`: space is between two of its parts, as between the columns of a table; `is_broken`: a line ends in it.
    """

    digits: str
    groups: tuple[int, ...]
    start: int
    end: int
    is_spaced: bool
    is_broken: bool


def is_identity_number(digits: str) -> bool:
    """18 characters with region, day of birth and check character, or 15 digits with region and day of birth."""
    if len(digits) == 15:
        return digits[:2] in PROVINCES and _is_day(f"19{digits[6:12]}")
    if len(digits) != 18 or not has_region_and_birthday(digits):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False)) % 11
    return digits[17].upper() == CHECK_CHARACTERS[rest]


def has_region_and_birthday(digits: str) -> bool:
    """Whether the first 14 of 18 digits can begin an identity number."""
    return digits[:2] in PROVINCES and 1890 <= int(digits[6:10]) <= 2049 and _is_day(digits[6:14])


def is_card_number(digits: str) -> bool:
    """16 to 19 digits that a bank in China gives out, with a true check digit."""
    return CARD.fullmatch(digits) is not None and _luhn(digits)


def is_credit_code(text: str) -> bool:
    """统一社会信用代码: 18 characters of which the last is the check character (MOD 31)."""
    if not CREDIT_CODE.fullmatch(text):
        return False
    values = [CREDIT_CHARACTERS.index(one) for one in text]
    rest = sum(value * pow(3, place, 31) for place, value in enumerate(values[:17])) % 31
    return (31 - rest) % 31 == values[17]


def mobile_number(run: Run) -> str | None:
    """The eleven digits, without 86, 0086 or a leading 0 before them."""
    for prefix in ("", "0", "86", "0086"):
        digits = run.digits.removeprefix(prefix) if run.digits.startswith(prefix) else ""
        if MOBILE.fullmatch(digits) and _is_written_so(run, MOBILE_GROUPS, prefix):
            return digits
    return None


def is_written_as_identity(run: Run) -> bool:
    """In one piece, digit by digit, or cut as people cut it: 532301 19900307 1234."""
    return _is_written_so(run, IDENTITY_GROUPS)


def is_written_as_card(run: Run) -> bool:
    """In one piece, digit by digit, in fours, or with the bank's own number apart."""
    sizes = run.groups
    if _is_written_so(run, frozenset()):
        return True
    in_fours = all(size == 4 for size in sizes[:-1]) and sizes[-1] <= 4
    return in_fours or (len(sizes) == 2 and sizes[0] in (4, 6, 8))


IDENTITY_GROUPS = frozenset(
    {
        (6, 8, 4),
        (6, 4, 4, 4),
        (6, 4, 2, 2, 4),
        (6, 4, 8),
        (6, 12),
        (14, 4),
        (10, 8),
        (6, 6, 6),
        (3, 3, 8, 4),
        (3, 3, 4, 4, 4),
        (3, 3, 4, 2, 2, 4),
        (2, 2, 2, 8, 4),
        (2, 2, 2, 4, 2, 2, 4),
        (4, 4, 4, 4, 2),
        (4, 4, 4, 6),
        (6, 6, 3),
        (6, 9),
        (12, 3),
    }
)
MOBILE_GROUPS = frozenset(
    {(3, 4, 4), (3, 8), (7, 4), (4, 3, 4), (4, 4, 3), (3, 3, 5), (5, 6), (6, 5), (3, 4, 2, 2), (3, 2, 2, 2, 2)}
)


def _is_written_so(run: Run, shapes: frozenset[tuple[int, ...]], prefix: str = "") -> bool:
    sizes = run.groups
    first = sizes[0] - len(prefix)
    sizes = (first, *sizes[1:]) if first > 0 else sizes[1:]
    return len(sizes) == 1 or sizes in shapes or set(sizes) == {1} or (run.is_broken and len(sizes) == 2)


CERTAIN_GROUPS = frozenset({(3, 4, 4), (4, 4, 4, 4), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3)})
NUMERIC_BEFORE = re.compile(r"[0-9.,%-]\s*$")
NUMERIC_AFTER = re.compile(r"[ \t]*[0-9-]|[.,][0-9]")


def is_one_number(text: str, run: Run) -> bool:
    """Whether parts with only space between them belong together, and are not neighbouring columns of a table.

    Digits cut as nothing else is cut do; others only where no further number stands on either side, and at the end of a line only
    where words lead up to them.
    """
    if not run.is_spaced:
        return True
    before, after = text[max(0, run.start - 3) : run.start], text[run.end : run.end + 3]
    if before.endswith((".", ",")) or re.match("[.,][0-9]", after):
        return False
    if run.is_broken:
        return not before[-1:].isspace() and not after.startswith((" ", "\t"))
    return run.groups in CERTAIN_GROUPS or not (NUMERIC_BEFORE.search(before) or NUMERIC_AFTER.match(after))


GAP = re.compile(
    r"[ \t\u00a0\u2002-\u200f\u2060\u3000\u00ad\ufeff]{0,2}(?:[-\u2010-\u2015\u2212_.·•/]|\r?\n)?"
    r"[ \t\u00a0\u2002-\u200f\u2060\u3000\u00ad\ufeff]{0,2}"
)
ATOM = re.compile(r"[0-9]+")
LONGEST = 19
SHORTEST = 11


def runs_of(text: str) -> Iterator[Run]:
    """Every way to read neighbouring digits as one number of 11 to 19 digits, by where it begins; spaces and dashes may stand between.

    A final X counts as a digit where 17 came before it.
    """
    atoms = list(ATOM.finditer(text))
    joined = [
        GAP.fullmatch(text, before.end(), after.start()) is not None for before, after in itertools.pairwise(atoms)
    ]
    for first in range(len(atoms)):
        yield from _runs_from(text, atoms, joined, first)


def _runs_from(text: str, atoms: Sequence[re.Match[str]], joined: Sequence[bool], first: int) -> Iterator[Run]:
    digits, groups, is_spaced, is_broken = "", [], False, False
    for index in range(first, len(atoms)):
        if index > first:
            if not joined[index - 1]:
                return
            gap = text[atoms[index - 1].end() : atoms[index].start()]
            is_spaced, is_broken = is_spaced or gap != gap.strip(), is_broken or "\n" in gap
        digits += atoms[index].group()
        groups.append(len(atoms[index].group()))
        if len(digits) > LONGEST:
            return
        if len(digits) >= SHORTEST:
            start, end = atoms[first].start(), atoms[index].end()
            yield Run(digits, tuple(groups), start, end, is_spaced, is_broken)
            check = CHECK_X.match(text, end) if len(digits) == 17 else None
            if check:
                yield Run(f"{digits}X", (*groups[:-1], groups[-1] + 1), start, check.end(), is_spaced, is_broken)


CHECK_X = re.compile(r"[ \u00a0\u3000-]?[Xx\u00d7\u03a7\u0425]")


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
