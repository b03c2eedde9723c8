"""The engine of tests, and the oracle other engines are held against: plain dictionaries, every document
looked at.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from registry.search.backend import IndexStatus, SearchPage, SearchRequest
from registry.search.documents import SearchDocument
from registry.search.selection import Match, Tier, facts_of, is_exact, page_of, texts_of, tier_of
from registry.search.text import fold, grams, needles, query_terms, squeezed

FIELDS = ("title", "content", "rest")
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
        return page_of(_matches(documents, request.text), request, generation=str(generation), watermark=watermark)

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

    def status(self) -> IndexStatus:
        with self._lock:
            return IndexStatus(len(self._documents), self._watermark, schema_version=1, ok=True, source=self._source)

    def close(self) -> None:
        """Nothing is open."""


def _matches(documents: Iterable[SearchDocument], text: str) -> Iterator[Match]:
    if not text.strip():
        yield from (Match(facts_of(document)) for document in documents)
        return
    wanted, terms = needles(text), query_terms(text)
    for document in documents:
        texts = texts_of(document)
        counted = [Counter(grams(one)) for one in texts]
        if not terms or not all(any(term in counts for counts in counted) for term in terms):
            continue
        facts = facts_of(document)
        tier = tier_of(wanted, [squeezed(one) for one in texts])
        score = sum(
            weight * min(counts[term], 3) for weight, counts in zip(WEIGHTS, counted, strict=True) for term in terms
        )
        fields = tuple(
            name for name, counts in zip(FIELDS, counted, strict=True) if any(term in counts for term in terms)
        )
        exact = tier is Tier.TITLE and is_exact(fold(text.strip()), facts)
        yield Match(facts, Tier.EXACT if exact else tier, float(score), fields)
