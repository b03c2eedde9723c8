"""The figures of a report: number, measure, and what is counted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from registry.annual.checking.report_text import Place, Sentence
from registry.rulebook.proofreading import Proofreading

BREAKS = "，；：,;:"
LIST_MARK = "、"
ABOUT_BEFORE, ABOUT_AFTER = "约近超", "余多"
NAME_AFTER = 14


@dataclass(frozen=True)
class Figure:
    """`what` stands before the number up to the last break or figure, `after` behind its measure; `start` is its place in the sentence."""

    value: Decimal
    measure: str
    family: str
    what: str
    after: str
    is_about: bool
    start: int
    end: int
    sentence: Sentence

    @property
    def place(self) -> Place:
        return self.sentence.place

    @property
    def shown(self) -> str:
        """As it stands there: 1600余份, 94.45%."""
        return f"{self.value:f}{ABOUT_AFTER[0] if self.is_about else ''}{self.measure}"

    @property
    def name(self) -> str:
        """What is counted, as far as the text says it: 土地交易, or 微信公众号 of 22个微信公众号."""
        last = self.what.rsplit(LIST_MARK, 1)[-1]
        return last if len(last) > 1 else self.after

    @property
    def quote(self) -> str:
        return f"{self.what}{self.shown}" if self.what else f"{self.shown}{self.after}"


@dataclass(frozen=True)
class FigureReader:
    """Finds figures with the measures of `standards/proofreading.yaml`; years, days, document and telephone numbers are none."""

    words: Proofreading

    def read(self, sentences: Iterable[Sentence]) -> list[Figure]:
        """All figures of the sentences, in order."""
        return [figure for sentence in sentences for figure in self._of(sentence)]

    def _of(self, sentence: Sentence) -> Sequence[Figure]:
        families = self.words.families
        measures = "|".join(sorted(map(re.escape, families), key=len, reverse=True))
        number = r"(?<![\d.〔\[第—-])(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<part>\.\d+)?"
        pattern = rf"{number}(?P<about>[{ABOUT_AFTER}])?(?P<measure>{measures})"
        found, begin = [], 0
        for match in re.finditer(pattern, sentence.text):
            before = sentence.text[begin : match.start()]
            what = re.split(f"[{BREAKS}]", before)[-1]
            after = re.split(f"[{BREAKS}{LIST_MARK}()\\d]", sentence.text[match.end() :], maxsplit=1)[0]
            found.append(
                Figure(
                    value=Decimal(match["number"].replace(",", "") + (match["part"] or "")),
                    measure=match["measure"],
                    family=families[match["measure"]],
                    what=what.strip("()、 共计数为约近超达到了"),
                    after=after[:NAME_AFTER],
                    is_about=match["about"] is not None or what.endswith(tuple(ABOUT_BEFORE)),
                    start=match.start(),
                    end=match.end(),
                    sentence=sentence,
                )
            )
            begin = match.end()
        return found


def core(name: str, common: Iterable[str]) -> str:
    """The letters of a name without the words nearly every name has."""
    for word in sorted(common, key=len, reverse=True):
        name = name.replace(word, "")
    return "".join(character for character in name if character.isalnum())


def shared(first: str, second: str) -> str:
    """The longest text that stands in both."""
    best = ""
    for start in range(len(first)):
        while start + len(best) < len(first) and first[start : start + len(best) + 1] in second:
            best = first[start : start + len(best) + 1]
    return best
