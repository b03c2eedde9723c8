"""Tantivy behind the registry's own port, so that a whole request can be measured over it. It finds and counts what a
plan says; it cannot rank by standing, nor compute states on the day of the question.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from search_engines import Tantivy, in_sequence

from registry.search.backend import FACETS, Hit, IndexStatus, SearchPage, SearchRequest, Sort
from registry.search.documents import SearchDocument
from registry.search.plan import Plan


class TantivyBackend(Tantivy):
    """As much of `SearchBackend` as answering needs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._kinds: dict[str, str] = {}

    def rebuild(self, documents: Iterable[SearchDocument], watermark: int, source: str = "") -> None:
        held = list(documents)
        self._kinds = {document.id: document.kind for document in held}
        self._watermark, self._source = watermark, source
        self.build(held)

    def status(self) -> IndexStatus:
        return IndexStatus(len(self._kinds), self._watermark, 1, ok=True, source=self._source)

    def close(self) -> None:
        """The folder goes with the benchmark."""

    def search(self, request: SearchRequest) -> SearchPage:
        whole = self._asked(request.plan, request.filters)
        searcher, first = self._index.searcher(), (max(request.page, 1) - 1) * request.size
        order = None if request.sort is Sort.RELEVANCE else "day"
        found = searcher.search(whole, request.size, offset=first, order_by_field=order)
        ids = [(searcher.doc(address)["id"][0], score) for score, address in found.hits]
        hits = [Hit(self._kinds[one], one, float(score)) for one, score in ids]
        facets = self._counted(searcher, request, whole) if request.facets else {}
        return SearchPage(found.count, hits, facets, "tantivy", self._watermark)

    def _asked(self, plan: Plan, filters: Any) -> Any:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        parts = [(occur.Must, query.all_query())] if plan.everything else []
        for wanted in plan.wanted:
            ways = [(occur.Should, self._word(one.needle)) for one in wanted.alternatives]
            parts.append((occur.Must, query.boolean_query(ways)))
        for facet, values in filters.items():
            if values:
                parts.append((occur.Must, query.term_set_query(self._schema, facet, sorted(values))))
        parts += [(occur.MustNot, self._word(needle)) for needle in plan.excluded]
        return query.boolean_query(parts) if parts else query.empty_query()

    def _counted(self, searcher: Any, request: SearchRequest, whole: Any) -> dict[str, Sequence[tuple[str, int]]]:
        free = [facet for facet in FACETS if not request.filters[facet]]
        found = {}
        for facets, query in [(free, whole), *(([one], self._but(request, one)) for one in FACETS if one not in free)]:
            counted = searcher.aggregate(query, {one: {"terms": {"field": one, "size": 1000}} for one in facets})
            for facet in facets:
                found[facet] = [(bucket["key"], bucket["doc_count"]) for bucket in counted[facet]["buckets"]]
        return found

    def _but(self, request: SearchRequest, facet: str) -> Any:
        return self._asked(request.plan, {**request.filters, facet: frozenset()})

    def _word(self, word: str) -> Any:
        return super()._word(word.strip("\x01\x02")) if in_sequence(word) else self._tantivy.Query.empty_query()
