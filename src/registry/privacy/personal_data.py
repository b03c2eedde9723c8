"""What in a text says too much about a person, and how to say less. Pure: the same text always has the same findings.

个人信息保护法 第四条 (what personal information is) and 第二十八条 (what is sensitive); 政府信息公开条例 (2019) 第十五条 (what would
harm others is not disclosed). A unit's own numbers – credit codes, document numbers, hotlines, amounts – are left alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from registry.privacy import personal_numbers as numbers
from registry.privacy.home_addresses import find_addresses
from registry.privacy.personal_numbers import Run


class PersonalData(StrEnum):
    """Kinds of findings."""

    IDENTITY = "identity_number"
    MOBILE = "mobile_number"
    CARD = "bank_card"
    PLATE = "number_plate"
    ADDRESS = "home_address"
    TRAVEL = "travel_document"


@dataclass(frozen=True)
class Finding:
    """`masked` is what to write instead; what was found is never kept. `start` and `end` are its place in the text."""

    kind: PersonalData
    masked: str
    start: int = 0
    end: int = 0


def find_in_text(text: str, *, label: str = "") -> list[Finding]:
    """Everything found, in the order of the text. `label` is what stands over the text: the heading of its column."""
    plain = text.translate(NARROW)
    if not ANY_NUMBER.search(plain):
        return []
    found = [*_numbers(plain, label), *_travel_documents(plain, label), *_plates(plain)]
    found += [Finding(PersonalData.ADDRESS, *one) for one in find_addresses(plain, label)]
    return _apart(found)


def find_in_number(digits: str, *, label: str = "", is_amount: bool = False) -> list[Finding]:
    """The same for a whole number that a spreadsheet keeps as a number, of which only fifteen digits are true.

    `is_amount`: it is shown as money, with thousands or decimals.
    """
    if len(digits) > 15 and digits[15:].strip("0") == "" and not is_amount:
        if len(digits) == 18 and numbers.has_region_and_birthday(digits):
            return [Finding(PersonalData.IDENTITY, mask_identity(digits))]
        if 16 <= len(digits) <= 19 and numbers.CARD.fullmatch(digits):
            return [Finding(PersonalData.CARD, mask_card(digits))]
        return []
    if is_amount or (AMOUNT_LABEL.search(label) and not PERSON_LABEL.search(label)):
        return [one for one in find_in_text(digits, label=label) if one.kind is PersonalData.IDENTITY]
    return find_in_text(digits, label=label)


def without_personal_data(text: str) -> str:
    """The text with everything found in it masked, for logs and names of places."""
    for one in reversed(find_in_text(text)):
        text = f"{text[: one.start]}{one.masked}{text[one.end :]}"
    return text


def mask_mobile(digits: str) -> str:
    return f"{digits[:3]}****{digits[-4:]}"


def mask_identity(digits: str) -> str:
    """The region stays and the last four (three of the old numbers); the day of birth goes."""
    kept = 4 if len(digits) == 18 else 3
    return f"{digits[:6]}{'*' * (len(digits) - 6 - kept)}{digits[-kept:]}"


def mask_card(digits: str) -> str:
    return f"{digits[:4]}{'*' * (len(digits) - 8)}{digits[-4:]}"


WIDE = (
    "".join(chr(code) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)))
    + "－＋＊／＠"
)
RADICALS = "".join(chr(code) for code in range(0x2F00, 0x2FD6))
NARROW = str.maketrans(
    WIDE + RADICALS, "".join(chr(ord(wide) - 0xFEE0) for wide in WIDE) + unicodedata.normalize("NFKC", RADICALS)
)
"""One for one, so that places stay; PDF files write radicals for letters. Commas and full stops stay wide, as they end a number."""

ANY_NUMBER = re.compile("[0-9一二三四五六七八九十零〇]")
CODE_LABEL = re.compile(
    "(?:信用代码|机构代码|项目代码|项目编[号码]|项目号|许可证|证书编?号|合同编?号|采购编号|备案编?号|发票|文号|公告编?号|批次号?|订单号?|流水号?"
    "|ISBN|字第|监管码|区划代码|统计代码|宗地|不动产单元|登记证|施工证|规划证)"
)
PERSON_LABEL = re.compile("身份证|证件号|手机|电话|联系方式|联系人|银行卡|卡号|帐号|账号|账户")
AMOUNT_LABEL = re.compile(
    "元|金额|预算|决算|收入|支出|合计|余额|资金|投资|产值|面积|数量|人数|限额|债务|小计|总计|执行数|指标"
)
CODE_HEADING = re.compile(rf"{CODE_LABEL.pattern}(?:编?号码?|代码)?\s*(?:[（(].*)?$")
BESIDE = re.compile(r"(?:编?号码?|代码)?\s*(?:为|是)?[:：\s（(]*第?")
AMOUNT_AFTER = re.compile(
    r"\s?(?:[万亿千]?元(?!谋)|[万亿](?![\u3400-\u9fff]))|㎡|平方米|公顷|亩|吨|千瓦|立方米|%|人次|\.[0-9]{1,4}(?![0-9])"
)
AMOUNT_BEFORE = re.compile(r"(?:[￥¥$]\s{0,2}|(?<![0-9])0\.)$")
LETTERS_BEFORE = re.compile(r"(?<![0-9A-Za-z])(?:tel|mob|phone|id|no|sfz|sj)$", re.IGNORECASE)
ADDRESS_ON_WEB = re.compile(r"https?://[^\s\u3400-\u9fff]*$")


def _numbers(text: str, label: str) -> Iterator[Finding]:
    label_is_code = bool(CODE_HEADING.search(label)) and not PERSON_LABEL.search(label)
    for run in numbers.runs_of(text):
        if not _stands_alone(text, run) or label_is_code or _is_named_code(text, run):
            continue
        is_one = numbers.is_one_number(text, run)
        is_checked = is_one or len(run.digits) == 18
        if is_checked and numbers.is_identity_number(run.digits) and numbers.is_written_as_identity(run):
            yield Finding(PersonalData.IDENTITY, mask_identity(run.digits), run.start, run.end)
            continue
        if not is_one or _is_amount(text, run) or ADDRESS_ON_WEB.search(text, max(0, run.start - 400), run.start):
            continue
        mobile = numbers.mobile_number(run)
        if mobile:
            yield Finding(PersonalData.MOBILE, mask_mobile(mobile), run.start, run.end)
        elif numbers.is_card_number(run.digits) and numbers.is_written_as_card(run) and _is_card(text, run, label):
            yield Finding(PersonalData.CARD, mask_card(run.digits), run.start, run.end)


def _stands_alone(text: str, run: Run) -> bool:
    """Not inside a longer code of letters and digits, nor beside the stars of a number already masked."""
    after, before = text[run.end : run.end + 1], text[max(0, run.start - 1) : run.start]
    if text.startswith("**", run.end) or text.endswith("**", 0, run.start) or (after.isascii() and after.isalpha()):
        return False
    if before.isascii() and before.isalpha():
        return LETTERS_BEFORE.search(text, max(0, run.start - 6), run.start) is not None
    return True


def _is_named_code(text: str, run: Run) -> bool:
    before = text[max(0, run.start - 16) : run.start]
    ends = [label.end() for label in CODE_LABEL.finditer(before)]
    return bool(ends and BESIDE.fullmatch(before, ends[-1]) and not PERSON_LABEL.search(before, ends[-1]))


def _is_amount(text: str, run: Run) -> bool:
    return bool(AMOUNT_AFTER.match(text, run.end) or AMOUNT_BEFORE.search(text, max(0, run.start - 4), run.start))


def _is_card(text: str, run: Run, label: str) -> bool:
    """A number that begins as codes of this province do (region, year) is a card only where it is called one."""
    if not numbers.REGION_AND_YEAR.match(run.digits):
        return True
    return bool(PERSON_LABEL.search(label) or PERSON_LABEL.search(text, max(0, run.start - 16), run.start))


PROVINCE_LETTERS = (
    "京[A-QY]|津[A-RT]|沪[A-RZ]|渝[A-DFGHN]|冀[A-HJRT]|豫[A-HJ-NP-SUV]|云[AC-HJ-NP-S]|辽[A-HJ-NP]|黑[A-HJ-NPR]|湘[A-HJ-NSU]|皖[A-HJ-NP-S]"
    "|鲁[A-HJ-NP-SUVWY]|新[A-HJ-NP-S]|苏[A-HJ-NU]|浙[A-HJ-L]|赣[A-HJ-MS]|鄂[A-HJ-NP-S]|桂[A-HJ-NPR]|甘[A-HJ-NP]|晋[A-HJ-M]|蒙[A-HJ-M]|陕[A-HJKUV]"
    "|吉[A-HJK]|闽[A-HJK]|贵[A-HJ]|粤[A-HJ-NP-Z]|青[A-H]|藏[A-HJ]|川[A-HJ-NP-Z]|宁[A-E]|琼[A-F]"
)
PLATE = re.compile(
    rf"(?P<place>{PROVINCE_LETTERS})[·•.\-\s]?"
    r"(?P<rest>[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK]|(?=(?:[A-Z]*[0-9]){3})[A-HJ-NP-Z0-9]{5}|(?=[A-Z]*[0-9])[A-HJ-NP-Z0-9]{4}[学挂警港澳])"
    r"(?![0-9A-Za-z]|[-/][0-9])"
)


def _plates(text: str) -> Iterator[Finding]:
    for found in PLATE.finditer(text):
        rest = found["rest"]
        yield Finding(PersonalData.PLATE, f"{found['place']}{rest[0]}***{rest[-1]}", found.start(), found.end())


TRAVEL = re.compile(
    r"(?:护照|通行证)(?:号码?|编号)?[:：为是]?\s{0,3}(?P<number>(?:[EGDSPHMK][A-Z]?|1[45])[0-9]{7,8})(?![0-9A-Za-z])"
)
TRAVEL_ALONE = re.compile(r"\s*(?P<number>[EGDSPHMC][A-Z]?[0-9]{7,10})\s*")


def _travel_documents(text: str, label: str) -> Iterator[Finding]:
    """Passports and travel permits have no check digit, so only those that are called so."""
    found = list(TRAVEL.finditer(text))
    if re.search("护照|通行证", label):
        found += [one for one in [TRAVEL_ALONE.fullmatch(text)] if one]
    for one in found:
        number = one["number"]
        masked = f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}"
        yield Finding(PersonalData.TRAVEL, masked, one.start("number"), one.end("number"))


def _apart(found: list[Finding]) -> list[Finding]:
    """In order; where two overlap, the one that begins first, of these the longer."""
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept
