"""The engine of tests, and the oracle other engines are held against: plain dictionaries, every document
looked at.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from registry.coverage.rules import StateDates
from registry.search.backend import IndexStatus, SearchPage, SearchRequest
from registry.search.documents import SearchDocument
from registry.search.indexed import indexed
from registry.search.meaning.text import needle_terms
from registry.search.plan import Plan
from registry.search.selection import Match, facts_of, page_of
from registry.search.standing import exact_standing, name_of, standing_of

WEIGHTS = (8, 2, 1)


class MemoryBackend:
    """Holds documents as given; what is searched is always one consistent state."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: dict[tuple[str, str], SearchDocument] = {}
        self._watermark = 0
        self._source = ""
        self._generation = 0

    def search(self, request: SearchRequest) -> SearchPage:
        with self._lock:
            documents, generation, watermark = (
                list(self._documents.values()),
                self._generation,
                self._watermark,
            )
        return page_of(_matches(documents, request.plan), request, generation=str(generation), watermark=watermark)

    def apply(self, documents: Sequence[SearchDocument], removed: Collection[tuple[str, str]], watermark: int) -> None:
        with self._lock:
            if watermark < self._watermark:
                return
            kept = {key: one for key, one in self._documents.items() if key not in set(removed)}
            self._documents = kept | {document.key: document for document in documents}
            self._watermark = watermark
            self._generation += 1

    def rebuild(self, documents: Iterable[SearchDocument], watermark: int, source: str = "") -> None:
        found = {document.key: document for document in documents}
        with self._lock:
            self._documents, self._watermark, self._source = found, watermark, source
            self._generation += 1

    def merge(self) -> bool:
        """Nothing is scattered."""
        return False

    def warm(self, dates: StateDates) -> None:
        """Everything is in memory."""

    def differing(self, documents: Iterable[SearchDocument]) -> Iterator[tuple[str, str]]:
        held = self._documents
        return (document.key for document in documents if held.get(document.key) != document)

    def status(self) -> IndexStatus:
        with self._lock:
            return IndexStatus(len(self._documents), self._watermark, schema_version=1, ok=True, source=self._source)

    def close(self) -> None:
        """Nothing is open."""


def _matches(documents: Iterable[SearchDocument], plan: Plan) -> Iterator[Match]:
    exact = name_of(plan.exact)
    for document in documents:
        found = indexed(document)
        counted = [Counter(terms) for terms in found.terms]
        standing = standing_of(plan, found.texts, lambda place, term: term in counted[place])  # noqa: B023 - used at once
        if standing is None:
            continue
        if exact and exact in (name_of(document.title), name_of(document.code)):
            standing = exact_standing(document.kind)
        yield Match(facts_of(document), standing, _score(plan, counted))


def _score(plan: Plan, counted: Sequence[Mapping[str, int]]) -> float:
    """How often the terms occur, by the weight of the class; enough to order what stands equally well."""
    terms = {term for needle in plan.needles for term in needle_terms(needle)}
    return float(
        sum(
            weight * min(counts.get(term, 0), 3)
            for weight, counts in zip(WEIGHTS, counted, strict=True)
            for term in terms
        )
    )
