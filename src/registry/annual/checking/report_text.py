"""A report's text as people read it: introduction, sections with the numbers they print, sentences with their places."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from registry.deadlines.spelling import number

LATIN_AND_DIGITS = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    | {"（": "(", "）": ")", "％": "%", "．": ".", "\u3000": " ", "\u00a0": " "}
)
SECTION = re.compile(r"([一二三四五六七八九十]{1,3})、(.{2,60})")
SUBSECTION = re.compile(r"\(([一二三四五六七八九十]{1,3})\)(.+)")
SENTENCE_END = "。！？"


@dataclass(frozen=True)
class Place:
    """Where something stands. `section` is the number as printed (empty: the introduction), `occurrence` tells equal ones apart."""

    section: str = ""
    occurrence: int = 1
    subsection: str = ""
    sentence: int = 0


@dataclass(frozen=True)
class Sentence:
    """A sentence without its full stop; `is_broken` when a new paragraph began inside it."""

    text: str
    place: Place
    is_broken: bool = False


@dataclass
class Section:
    """A first-level section, or the introduction: its printed number and title, and the sentences of all its parts."""

    number: str
    title: str
    occurrence: int = 1
    subsections: list[tuple[str, str]] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "。".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class ReportText:
    """`sections` begin with the introduction, which has no number."""

    sections: Sequence[Section]

    @property
    def introduction(self) -> Section:
        return self.sections[0]

    @property
    def numbered(self) -> Sequence[Section]:
        return self.sections[1:]

    @property
    def sentences(self) -> Iterator[Sentence]:
        for section in self.sections:
            yield from section.sentences


def read_report(text: str) -> ReportText:
    """Lines become headings (一、 and （一）) and sentences; a title above the introduction is left out.

    Nothing is refused: what has no headings is one long introduction.
    """
    reader = _Reader()
    for line in text.translate(LATIN_AND_DIGITS).splitlines():
        reader.read(line.strip())
    reader.finish()
    return ReportText(reader.sections)


class _Reader:
    """Goes through the lines; a sentence may run over several of them."""

    def __init__(self) -> None:
        self.sections = [Section("", "")]
        self.subsection = ""
        self.count = 0
        self.begun = ""
        self.is_broken = False

    def read(self, line: str) -> None:
        if not line:
            return
        if heading := SECTION.fullmatch(line):
            self.finish()
            occurrence = 1 + sum(one.number == heading[1] for one in self.sections)
            self.sections.append(Section(heading[1], heading[2].strip(), occurrence))
            self.subsection, self.count = "", 0
            return
        if heading := SUBSECTION.fullmatch(line):
            self.finish()
            self.subsection, self.count = heading[1], 0
            self.sections[-1].subsections.append((heading[1], re.split(f"[{SENTENCE_END}]", heading[2])[0]))
            line = heading[2]
        if len(self.sections) == 1 and not self.begun and not re.search(r"[，。；：,;:]", line):
            return
        self.is_broken = self.is_broken or bool(self.begun)
        self._take(line)

    def _take(self, line: str) -> None:
        *whole, rest = re.split(f"[{SENTENCE_END}]", line)
        for part in whole:
            self.begun += part
            self.finish()
        self.begun += rest

    def finish(self) -> None:
        """End the sentence begun, if there is one."""
        section = self.sections[-1]
        if self.begun.strip():
            self.count += 1
            place = Place(section.number, section.occurrence, self.subsection, self.count)
            section.sentences.append(Sentence(self.begun.strip(), place, self.is_broken))
        self.begun, self.is_broken = "", False


def numeral(printed: str) -> int:
    """七 → 7."""
    return number(printed)


def printed(count: int) -> str:
    """7 → 七, up to 99."""
    tens, ones = divmod(count, 10)
    digits = "〇一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones or not tens else "")
