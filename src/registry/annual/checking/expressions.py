"""What sentences say: slips, measures, lists, rhythms, powers the government does not have, matters without a figure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from registry.annual.checking.figures import LIST_MARK, Figure, shared
from registry.annual.checking.remarks import Check, Remark, Weight
from registry.annual.checking.report_text import ReportText, Section
from registry.annual.checking.structure import place_of
from registry.rulebook.proofreading import Competence, Slip
from registry.search.meaning.words import cut

REQUESTS, COUNTED_REQUEST = "依申请", re.compile(r"申请")
RESULTS = re.compile(r"(?:予以公开|同意公开|部分公开|不予公开|不同意公开|信息不存在|办结|结转|答复)[^，。；]{0,8}\d")
DOUBLED = re.compile(r"([\u4e00-\u9fff])\1")
MANY_MEASURES = 5
MANY_CLASSES, FEW_CLASSES = 5, 2
SAME_AREA = 3
NO_COUNTS = ("元", "比例", "人", "户")
BRACKET = re.compile(r"^[^，。；]{0,2}\((?P<list>[^()]+)\)")
SERIES, KINDS = ("期", "次"), ("项", "个", "件", "份")
RHYTHM = re.compile(r"(?:按|每|逐)(?:个?月|季度?|半年|年度?)[^，。；]{0,6}(?:公开|公布|公示|发布)[^，。；]{0,16}")
NEAR = 48
A_DAY = re.compile(r"\d+(?:个?工作)?日|月底|月末|季末|次月|年底")


def requests_without_results(report: ReportText, figures: Sequence[Figure]) -> Iterator[Remark]:
    """Requests counted without how they were answered, and without what was carried over: nothing can be reconciled."""
    for section in report.numbered:
        counted = [one for one in _in(section, figures) if COUNTED_REQUEST.search(one.what) and one.family == "条"]
        if REQUESTS in section.title and counted and not RESULTS.search(section.text):
            context = {"quotes": "；".join(one.quote for one in counted)}
            yield Remark(Check.REQUESTS_WITHOUT_RESULTS, Weight.WRONG, [one.place for one in counted], context)


def beyond_competence(report: ReportText, known: Sequence[Competence]) -> Iterator[Remark]:
    """Things a county-level government cannot make, said to be made or published by it."""
    for sentence in report.sentences:
        for one in known:
            if re.search(
                f"(?:{'|'.join(map(re.escape, one.verbs))})[^，；]{{0,24}}{re.escape(one.phrase)}", sentence.text
            ):
                yield Remark(
                    Check.BEYOND_COMPETENCE, Weight.DOUBT, [sentence.place], {"found": one.phrase, "why": one.why}
                )


def slips(report: ReportText, known: Sequence[Slip]) -> Iterator[Remark]:
    """Slips of the list, and characters written twice that no word holds together."""
    everything = "。".join(sentence.text for sentence in report.sentences)
    for sentence in report.sentences:
        for one in known:
            if one.beside is not None and one.beside not in everything:
                continue
            for found in re.finditer(one.pattern, sentence.text):
                around = sentence.text[max(0, found.start() - 6) : found.end() + 8]
                yield Remark(
                    Check.SLIP,
                    Weight.WRONG,
                    [sentence.place],
                    {"found": found[0], "around": around, "meant": one.meant},
                )
        for found in DOUBLED.finditer(sentence.text):
            if _is_loose(sentence.text, found.start()):
                around = sentence.text[max(0, found.start() - 4) : found.end() + 4]
                yield Remark(
                    Check.DOUBLED_CHARACTER, Weight.WRONG, [sentence.place], {"found": found[0], "around": around}
                )


def _is_loose(text: str, at: int) -> bool:
    """Whether a doubled character leaves a single one over between words: 农产品|品|价格, but not 公开|开展."""
    begin = max(0, at - 8)
    place = begin
    for word in cut(text[begin : at + 10]):
        if len(word) == 1 and place in (at, at + 1):
            return True
        place += len(word)
    return False


def mixed_measures(figures: Sequence[Figure]) -> Iterator[Remark]:
    """So many measures for what was disclosed that nothing can be added up."""
    counts = Counter(one.measure for one in figures if one.family not in NO_COUNTS)
    if len(counts) >= MANY_MEASURES:
        listed = "、".join(f"{measure}（{number}处）" for measure, number in counts.most_common())
        yield Remark(Check.MIXED_MEASURES, Weight.DOUBT, [], {"number": len(counts), "measures": listed})


def merged_classes(figures: Sequence[Figure]) -> Iterator[Remark]:
    """One figure over a list of kinds, so that none of them can be known."""
    for one in figures:
        kinds = one.what.count(LIST_MARK) + 1
        if kinds >= MANY_CLASSES:
            yield Remark(Check.MERGED_CLASSES, Weight.DOUBT, [one.place], {"found": one.quote, "number": kinds})


def areas_without_figure(report: ReportText, figures: Sequence[Figure], areas: Sequence[str]) -> Iterator[Remark]:
    """Pilot areas about which the report has no figure of their own."""
    for area in areas:
        own = [
            one
            for one in figures
            if _is_about(one, area) and not any(_is_about(one, other) for other in areas if other != area)
        ]
        if not own:
            yield Remark(Check.AREA_WITHOUT_FIGURE, Weight.DOUBT, [], {"area": area})


def _is_about(figure: Figure, area: str) -> bool:
    return len(shared(figure.what, area)) >= SAME_AREA


def enumerations(figures: Sequence[Figure]) -> Iterator[Remark]:
    """A count with a list in brackets: other than the list, or as many issues as kinds."""
    for one in figures:
        bracket = BRACKET.match(one.sentence.text[one.end :])
        kinds = len(bracket["list"].split(LIST_MARK)) if bracket else 0
        if bracket is None or kinds < FEW_CLASSES or re.search(r"\d", bracket["list"]):
            continue
        context = {"found": one.quote, "number": kinds, "list": bracket["list"]}
        if one.family in SERIES and one.value == kinds:
            yield Remark(Check.PERIODS_OR_KINDS, Weight.DOUBT, [one.place], context)
        elif one.family in KINDS and one.value != kinds and not bracket["list"].endswith("等"):
            yield Remark(Check.ENUMERATION_DIFFERS, Weight.WRONG, [one.place], context)


def rhythms(report: ReportText) -> Iterator[Remark]:
    """Every month, without by which day."""
    for sentence in report.sentences:
        for found in RHYTHM.finditer(sentence.text):
            if not A_DAY.search(sentence.text[found.start() : found.end() + NEAR]):
                yield Remark(Check.RHYTHM_WITHOUT_DAY, Weight.HINT, [sentence.place], {"found": found[0]})


def _in(section: Section, figures: Sequence[Figure]) -> list[Figure]:
    whole = place_of(section)
    return [one for one in figures if (one.place.section, one.place.occurrence) == (whole.section, whole.occurrence)]
