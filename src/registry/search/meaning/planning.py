"""From what was typed to what was meant: plans for the engine, the strictest first. A looser one is for when those
before it find nothing.

1. Every part of the query stands in the document, as typed or as another word for the same thing; the query as a
   whole ranks higher. Words that only ask are left out, a year is only preferred.
2. The same with long words cut in two, without words that fill, and with what a part may be short for.
3. Of three parts or more, two thirds; any one part; only the parts that are names of something.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from registry.search.meaning.runs import runs_of
from registry.search.meaning.segments import Kind, Part, finer, parts_of
from registry.search.meaning.syntax import Typed
from registry.search.meaning.text import COUNTRY, NUMBER, needles, references, squeezed
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.meaning.ways import Ways
from registry.search.plan import Alternative, Plan, Wanted

MOST_PARTS = 24


@dataclass(frozen=True)
class Meant:
    """What a query means to somebody with this vocabulary; `synonyms` says whether other words are searched too."""

    typed: Typed
    vocabulary: Vocabulary
    synonyms: bool = True

    @cached_property
    def ways(self) -> Ways:
        """How its parts may be said."""
        return Ways(self.vocabulary, self.synonyms, squeezed(self.typed.text))

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The strictest first, each once; one that asks for everything when nothing is looked for."""
        if not (self.typed.text or self.typed.phrases):
            return (self._with_rest(Plan(everything=True)),)
        said, loose = self._said(), self._loose
        found = [Plan(said, least=self._least(said)), *([Plan(loose)] if loose else [])]
        return tuple(dict.fromkeys(map(self._with_rest, found)))

    @property
    def most(self) -> tuple[Plan, ...]:
        """Two thirds of three parts or more; what was quoted or numbered is never left out."""
        least = -(-2 * len(self._loose) // 3)
        is_enough = len(self._loose) > 2 and not self._literal
        return (self._with_rest(Plan(self._loose, least=least)),) if is_enough else ()

    @property
    def named(self) -> tuple[Plan, ...]:
        """Only the parts that are names of something."""
        wanted = tuple(self.ways.wanted([one for one in self._content if self.vocabulary.is_name(one.text)]))
        return (self._with_rest(Plan((*self._literal, *wanted))),) if wanted else ()

    @property
    def either(self) -> Plan | None:
        """Any one part: worth showing only when it finds little, as then it is what was meant."""
        is_enough = len(self._loose) > 1 and not self._literal
        return self._with_rest(Plan(self._loose, least=1)) if is_enough else None

    @property
    def literal(self) -> Plan | None:
        """The query as a whole, when one of its parts is a stray character that belongs to no known word."""
        is_stray = any(part.kind is Kind.UNKNOWN and part.is_single for part in self.parts)
        return self._with_rest(Plan((Wanted((Alternative(self._whole),)),))) if is_stray and self._whole else None

    def also_searched(self, plan: Plan) -> tuple[str, ...]:
        """Other words that a plan of this query searches with those typed, as people write them."""
        if not self.synonyms:
            return ()
        searched, others = set(plan.needles), self.ways.others((*self._content, *self._loose_parts))
        return tuple(one for one in dict.fromkeys(others) if squeezed(one) in searched)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Everything the free text speaks of."""
        found = [part for run in self.runs for part in parts_of(run, self.vocabulary)]
        return tuple(found[:MOST_PARTS])

    @cached_property
    def runs(self) -> list[list[str]]:
        """The squeezed pieces of each run of the free text; document numbers are left out."""
        text = list(self.typed.text)
        for one in references(self.typed.text):
            if one.token:
                text[one.start : one.end] = " " * (one.end - one.start)
        whole = squeezed("".join(text))
        if " " in whole and self.vocabulary.is_name(whole):
            return [[whole]]
        return runs_of("".join(text), self.vocabulary)

    @cached_property
    def _content(self) -> tuple[Part, ...]:
        """The parts without words that only ask and without years, unless nothing else was typed."""
        content = tuple(one for one in self.parts if one.kind not in (Kind.ASKING, Kind.YEAR))
        return content if content or self.typed.phrases or self._numbers else self.parts

    @cached_property
    def _numbers(self) -> tuple[str, ...]:
        """Document numbers and codes, as needles."""
        return tuple(f"{NUMBER}{one.token}{NUMBER}" for one in references(self.typed.text) if one.token)

    def _with_rest(self, plan: Plan) -> Plan:
        """The plan with what holds for all plans of the query."""
        excluded = tuple(needle for one in self.typed.excluded for needle in needles(one))
        years = [one.year for one in self.parts if one.kind is Kind.YEAR]
        return replace(plan, excluded=excluded, exact=self.typed.text, year=years[0] if years else None)

    def _said(self) -> tuple[Wanted, ...]:
        """All parts, and the query as a whole when it is one run of several."""
        wanted = (*self._literal, *self.ways.wanted(self._content))
        whole = self._whole
        return (*wanted, Wanted((Alternative(whole),))) if whole else wanted

    def _least(self, wanted: Sequence[Wanted]) -> int | None:
        """The query as a whole need not stand anywhere: it holds all parts, so it only ranks."""
        return len(wanted) - 1 if self._whole else None

    @property
    def _whole(self) -> str:
        one_run = len(self.runs) == 1 and not self._literal
        return "".join(self.runs[0]) if one_run and len(self.parts) > 1 else ""

    @cached_property
    def _literal(self) -> tuple[Wanted, ...]:
        """Phrases and document numbers: as typed or not at all."""
        phrases = (needle for phrase in self.typed.phrases for needle in _phrase_needles(phrase))
        return tuple(Wanted((Alternative(needle),)) for needle in dict.fromkeys((*self._numbers, *phrases)))

    @cached_property
    def _loose(self) -> tuple[Wanted, ...]:
        return (*self._literal, *self.ways.wanted(self._loose_parts, loosely=True))

    @cached_property
    def _loose_parts(self) -> Sequence[Part]:
        content = [one for one in self._content if one.text not in self.vocabulary.filling and not one.is_single]
        cut = (part for one in content for part in finer(one, self.vocabulary))
        return list(dict.fromkeys(cut))[:MOST_PARTS]


def _phrase_needles(phrase: str) -> tuple[str, ...]:
    """A phrase stands as it is; the full and the short name of a law are the same."""
    needle = squeezed(phrase)
    return (needle.removeprefix(COUNTRY) or needle,) if needle else ()
