"""A briefing as a document in the official layout: edited texts, and annexes from its figures."""

import re
from collections.abc import Iterator
from datetime import date

from registry import wording
from registry.documents.word import OfficialDocument
from registry.reports.briefings.drafting import Texts, numeral
from registry.reports.briefings.figures import Figures
from registry.reports.shares import share_words

# The parts under a heading of the first level, in their order.
PARTS = ("scope", "overall", "problems", "requirements")

SUBHEADING = re.compile(r"（[一二三四五六七八九十]+）")


def briefing_docx(texts: Texts, figures: Figures, *, number: str, issued_on: date) -> bytes:
    """The file; without a number as long as it is a draft."""
    words = wording.labels("briefing")
    document = OfficialDocument(_broken(texts), number=number, subject=wording.months_and_days(figures.period.code))
    document.paragraph(texts.addressee, indented=False)
    for line in lines_of(texts.basis):
        document.paragraph(line)
    for place, part in enumerate(PARTS, start=1):
        document.heading(words["heading"].format(numeral=numeral(place), text=wording.label("briefing_part", part)))
        _write(document, getattr(texts, part))
    names = wording.labels("briefing_annex")
    document.annexes([names["ranking"], names["problems"], names["off_target"]])
    document.signature(texts.organ, issued_on)
    _ranking(document, figures)
    _problem_list(document, figures)
    _off_target(document, figures)
    return document.content()


def _broken(texts: Texts) -> str:
    """The title with a new line after whose it is, where it begins with that: lines break between words, not in them."""
    if len(texts.organ) < len(texts.title) and texts.title.startswith(texts.organ):
        return f"{texts.organ}\n{texts.title.removeprefix(texts.organ)}"
    return texts.title


def lines_of(text: str) -> Iterator[str]:
    """Paragraphs: lines that are not blank."""
    return (line.strip() for line in text.splitlines() if line.strip())


def _write(document: OfficialDocument, text: str) -> None:
    for line in lines_of(text):
        if SUBHEADING.match(line):
            document.heading(line, 2)
        else:
            document.paragraph(line)


def _begin(document: OfficialDocument, place: int, name: str, *, landscape: bool = False) -> None:
    label = wording.label("briefing", "annex").format(number=place)
    document.annex(label, wording.label("briefing_annex", name), landscape=landscape)


def _heads(*keys: str) -> list[str]:
    return [wording.label("briefing_column", key) for key in keys]


def _ranking(document: OfficialDocument, figures: Figures) -> None:
    _begin(document, 1, "ranking")
    rows = [
        [
            str(place),
            one.name,
            str(one.counts.due),
            str(one.counts.answered),
            share_words(one.counts.rate),
            share_words(one.counts.on_time_rate),
            str(one.counts.overdue + one.counts.long_overdue),
            wording.label("grade", one.grade.value),
        ]
        for place, one in enumerate(figures.ranking, start=1)
    ]
    heads = _heads("place", "unit", "due", "answered", "rate", "on_time_rate", "late", "grade")
    document.table(heads, rows, (1.2, 4.6, 1.7, 1.7, 2, 2, 1.3, 1.3))


def _problem_list(document: OfficialDocument, figures: Figures) -> None:
    _begin(document, 2, "problems", landscape=True)
    problems = [one for found in figures.by_rule.values() for one in found]
    rows = [
        [
            str(place),
            one.unit,
            figures.names.areas.get(one.finding.area_code, one.finding.area_code),
            one.rule,
            one.text,
        ]
        for place, one in enumerate(problems, start=1)
    ]
    document.table(_heads("place", "unit", "area", "rule", "problem"), rows, (1.2, 4.4, 2.6, 2, 11))


def _off_target(document: OfficialDocument, figures: Figures) -> None:
    _begin(document, 3, "off_target")
    rows = [
        [
            str(place),
            one.name,
            share_words(one.counts.rate),
            wording.label("grade", one.grade.value),
            str(one.short),
        ]
        for place, one in enumerate(figures.off_target, start=1)
    ]
    document.table(_heads("place", "unit", "rate", "grade", "short"), rows, (1, 5, 2, 2, 3))
