"""How a report is built: numbers of sections, headings, what the introduction promises, paragraphs."""

import re
from collections.abc import Iterator

from registry.annual.checking.remarks import Check, Remark, Weight
from registry.annual.checking.report_text import SENTENCE_END, Place, ReportText, Section, numeral, printed

PROMISE = re.compile(
    r"(?:全文|本?报告|内容)(?:共?分为|由|包括|包含)(?P<parts>[^。]+?)"
    r"(?:等?(?:\d+|[一二三四五六七八九十]+)?(?:个?部分)?)?(?:组成|构成|$)"
)
LONGEST_HEADING = 40
HEADING_VERBS = ("进行编制", "如下", "予以公布", "特此")
LIKE_ENOUGH = 0.34
FEES, AMOUNT = (
    "收费",
    re.compile(r"\d(?:\.\d+)?(?:万|亿)?元|(?:未|没有|不)(?:发生|产生|收取|收)[^，。]{0,8}费|无收费|免收|零收费"),
)


def section_numbering(report: ReportText) -> Iterator[Remark]:
    """First-level sections count 一、二、三 without gaps or repetitions, and so do the parts of each."""
    expected = 0
    for section in report.numbered:
        expected += 1
        if numeral(section.number) != expected:
            yield Remark(
                Check.SECTION_NUMBERING,
                Weight.WRONG,
                [place_of(section)],
                {
                    "found": section.number,
                    "title": section.title,
                    "expected": printed(expected),
                    "repeated": section.occurrence > 1,
                },
            )
            if section.occurrence == 1:
                expected = numeral(section.number)
    for section in report.sections:
        yield from _subsection_numbering(section)


def _subsection_numbering(section: Section) -> Iterator[Remark]:
    for expected, (number, title) in enumerate(section.subsections, start=1):
        if numeral(number) != expected:
            yield Remark(
                Check.SECTION_NUMBERING,
                Weight.WRONG,
                [Place(section.number, section.occurrence, number)],
                {"found": f"({number})", "title": title, "expected": f"({printed(expected)})", "repeated": False},
            )
            return


def stray_headings(report: ReportText) -> Iterator[Remark]:
    """A heading that is a sentence: a remnant of instructions or of the body."""
    for section in report.numbered:
        title = section.title
        if (
            title.endswith(tuple(SENTENCE_END))
            or len(title) > LONGEST_HEADING
            or any(verb in title for verb in HEADING_VERBS)
        ):
            yield Remark(
                Check.STRAY_HEADING, Weight.WRONG, [place_of(section)], {"found": f"{section.number}、{title}"}
            )


def scope(report: ReportText) -> Iterator[Remark]:
    """The parts the introduction lists against the sections there are."""
    promise = next((found for one in report.introduction.sentences if (found := PROMISE.search(one.text))), None)
    if promise is None or not report.numbered:
        return
    parts = [part for part in re.split("[、，]", promise["parts"]) if part.strip()]
    unlisted = [one for one in report.numbered if not any(_alike(one.title, part) >= LIKE_ENOUGH for part in parts)]
    missing = [part for part in parts if not any(_alike(one.title, part) >= LIKE_ENOUGH for one in report.numbered)]
    if unlisted or missing or len(parts) != len(report.numbered):
        yield Remark(
            Check.SCOPE_MISMATCH,
            Weight.WRONG,
            [Place(), *map(place_of, unlisted)],
            {
                "promised": len(parts),
                "found": len(report.numbered),
                "unlisted": "；".join(f"{one.number}、{one.title}" for one in unlisted),
                "missing": "、".join(missing),
            },
        )


def fees(report: ReportText) -> Iterator[Remark]:
    """The section on fees has to tell amounts, or that none were taken (条例2007第三十二条第三项)."""
    for section in report.numbered:
        if FEES in section.title and not AMOUNT.search(section.text):
            yield Remark(Check.FEES_WITHOUT_AMOUNT, Weight.WRONG, [place_of(section)], {"title": section.title})


def broken_paragraphs(report: ReportText) -> Iterator[Remark]:
    """A paragraph that ends inside a sentence."""
    for sentence in report.sentences:
        if sentence.is_broken:
            yield Remark(Check.BROKEN_PARAGRAPH, Weight.HINT, [sentence.place], {"found": sentence.text[:30]})


def place_of(section: Section) -> Place:
    """A section as a whole."""
    return Place(section.number, section.occurrence)


def _alike(title: str, part: str) -> float:
    """The share of the shorter text's pairs of characters that the other has as well."""
    first, second = _pairs(title), _pairs(part)
    return len(first & second) / max(1, min(len(first), len(second)))


def _pairs(text: str) -> frozenset[str]:
    plain = "".join(character for character in text if character.isalnum())
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1)) - {"情况", "信息", "政府", "公开", "政务"}
