"""A plan against one segment: which documents answer it, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from registry.search.indexed import CLASSES, decides
from registry.search.meaning.text import needle_terms
from registry.search.meaning.words import stands_apart
from registry.search.plan import Alternative, Closeness, Plan
from registry.search.standing import SCATTERED, exact_standing, literal_standing, name_of
from registry.search.whoosh_index.cache import ByteCache
from registry.search.whoosh_index.candidates import Candidates, all_of, any_of, at_least, nothing
from registry.search.whoosh_index.facts import name_number
from registry.search.whoosh_index.keys import YEAR_MISSED, packed, with_standing
from registry.search.whoosh_index.postings import Averages, TermPostings, term_postings
from registry.search.whoosh_index.segment import Segment

_CLASSES = range(len(CLASSES))


@dataclass(frozen=True)
class Matching:
    """Asks one segment of an index in which texts have these average lengths."""

    segment: Segment
    cache: ByteCache
    averages: Averages

    def found(self, plan: Plan, rarities: Mapping[str, float]) -> Candidates:
        """All documents that answer the plan, deleted ones too; `rarities` are those of its terms."""
        return _Question(self, rarities).answered(plan)

    def term(self, term: str) -> TermPostings:
        """Postings of a term, kept for the next question."""
        key = ("term", self.segment.id, term, self.averages)
        return self.cache.get(key, lambda: term_postings(self.segment, term, self.averages))


class _Question:
    """One search in one segment."""

    def __init__(self, matching: Matching, rarities: Mapping[str, float]) -> None:
        self._matching, self._rarities = matching, rarities
        self.segment, self.cache, self.term = matching.segment, matching.cache, matching.term

    def answered(self, plan: Plan) -> Candidates:
        found = self._everything() if plan.everything else self._wanted(plan)
        for needle in plan.excluded:
            found = _without(found, self._apart(needle))
        return self._named(self._preferred(found, plan.year), plan.exact)

    def _everything(self) -> Candidates:
        return self.cache.get(("everything", self.segment.id), lambda: _all_documents(self.segment))

    def _wanted(self, plan: Plan) -> Candidates:
        size = self.segment.documents
        parts = [any_of([self._alternative(one) for one in wanted.alternatives], size) for wanted in plan.wanted]
        if plan.least is not None:
            return at_least(parts, plan.least, self.segment)
        return all_of(parts, self.segment) if parts else nothing(size)

    def _alternative(self, one: Alternative) -> Candidates:
        terms = needle_terms(one.needle)
        if not terms:
            return nothing(self.segment.documents)
        rarities = tuple(self._rarities.get(term, 1.0) for term in terms)
        key = ("alternative", self.segment.id, one, self._matching.averages, rarities)
        return self.cache.get(key, lambda: self._look_for(one, terms))

    def _apart(self, needle: str) -> Candidates:
        """Documents in which the needle stands other than inside a longer word."""

        def judged() -> Candidates:
            found = self._alternative(Alternative(needle))
            apart = [
                any(stands_apart(needle, text.decode()) for text in self.segment.parts(number))
                for number in found.documents.tolist()
            ]
            held = np.array(apart, dtype=np.bool_)
            return Candidates(found.documents[held], found.keys[held], found.among)

        return self.cache.get(("apart", self.segment.id, needle), judged)

    def _look_for(self, one: Alternative, terms: tuple[str, ...]) -> Candidates:
        documents, score = self._holding(terms)
        if decides(one.needle):
            classes = self.term(terms[0]).classes
        else:
            classes = self.segment.standing_literally(one.needle.encode("utf-8", "surrogatepass"), documents)
            if not one.scattered:
                held = np.flatnonzero(classes)
                documents, score, classes = documents[held], score[held], classes[held]
        words = self._words(one.word, documents) if one.word else np.uint8((1 << len(CLASSES)) - 1)
        standing = _standings(one.closeness)[classes | (classes & words) << len(CLASSES)]
        return Candidates(documents, packed(standing, score, self._rank(documents)), self.segment.documents)

    def _holding(self, terms: tuple[str, ...]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Documents that hold all terms, with the sum of their scores."""
        postings = sorted((self.term(term) for term in terms), key=lambda one: len(one.documents))
        documents = postings[0].documents
        for one in postings[1:]:
            documents = documents[one.hold(documents)]
        score = np.zeros(len(documents), np.float32)
        for term in terms:
            found = self.term(term)
            score += found.impacts[found.places(documents)] * np.float32(self._rarities.get(term, 1.0))
        return documents, score

    def _words(self, word: str, documents: NDArray[np.int32]) -> NDArray[np.uint8]:
        """The classes of each document in which it is indexed under the term `word`."""
        found = self.term(word)
        classes, held = np.zeros(len(documents), np.uint8), found.hold(documents)
        classes[held] = found.classes[found.places(documents[held])]
        return classes

    def _rank(self, documents: NDArray[np.int32]) -> NDArray[np.int32]:
        rank: NDArray[np.int32] = self.segment.columns["rank"][documents]
        return rank

    def _preferred(self, found: Candidates, year: int | None) -> Candidates:
        if year is None:
            return found
        missed = self.segment.years[found.documents] != year
        return replace(found, keys=np.where(missed, found.keys | YEAR_MISSED, found.keys))

    def _named(self, found: Candidates, exact: str) -> Candidates:
        """Those whose name is the whole query come first."""
        named = self.segment.named(name_number(exact)) if name_of(exact) else None
        if named is None or not len(named):
            return found
        places, held = found.places(named)
        keys, places, named = found.keys.copy(), places[held], named[held]
        standing = np.where(self.segment.is_item[named], exact_standing("item"), exact_standing("")).astype(np.uint8)
        keys[places] = with_standing(keys[places], standing)
        return replace(found, keys=keys)


@lru_cache(maxsize=len(Closeness))
def _standings(closeness: Closeness) -> NDArray[np.uint8]:
    """Standing by classes a needle stands in (low bits) and stands in as a word (high bits)."""
    found = np.full(1 << 2 * len(CLASSES), SCATTERED, dtype=np.uint8)
    for bits in range(len(found)):
        places = [at for at in _CLASSES if bits >> at & 1]
        words = bits >> len(CLASSES)
        standings = (literal_standing(closeness, at, is_word=bool(words >> at & 1)) for at in places)
        found[bits] = min(standings, default=SCATTERED)
    return found


def _all_documents(segment: Segment) -> Candidates:
    documents = np.arange(segment.documents, dtype=np.int32)
    standing, score = np.full(len(documents), SCATTERED, np.uint8), np.zeros(len(documents), np.float32)
    keys = packed(standing, score, segment.columns["rank"])
    return Candidates(documents, keys, segment.documents)


def _without(found: Candidates, others: Candidates) -> Candidates:
    _, held = others.places(found.documents)
    return replace(found, documents=found.documents[~held], keys=found.keys[~held])
