"""What is wrong with a title or a document number as it is written. Pure; nothing is said of what cannot be told."""

import re

CHINESE_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")

# GB/T 9704-2012 writes the year of a document number in 〔〕 and its number without 第 and without leading noughts.
WRONG_BRACKETS = re.compile(r"[\[［(（【{]\s*(?:19|20)\d\d\s*[\]］)）】}]")
WRONG_NUMBER = re.compile(r"〕\s*(?:第\s*\d+|0\d*)\s*号")


def flaws(title: str, doc_no: str | None, period: str) -> tuple[str, ...]:
    """Codes of `title_flaw` in the wording. `period` is that of the occasion, empty where there is none."""
    found = []
    year = period[:4]
    if year and year not in title and year.translate(CHINESE_DIGITS) not in title.replace("○", "〇"):
        found.append("no_year")
    if doc_no and WRONG_BRACKETS.search(doc_no):
        found.append("brackets")
    if doc_no and WRONG_NUMBER.search(doc_no):
        found.append("number")
    return tuple(found)
