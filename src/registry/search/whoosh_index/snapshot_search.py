"""A request against a snapshot: candidates of every segment, filtered, counted, and the best of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from registry.coverage.rules import StateDates
from registry.search.backend import Hit, SearchPage, SearchRequest, Sort
from registry.search.meaning.text import needle_terms
from registry.search.plan import Plan
from registry.search.whoosh_index.cache import ByteCache
from registry.search.whoosh_index.candidates import Candidates
from registry.search.whoosh_index.counting import Counting
from registry.search.whoosh_index.day import Day
from registry.search.whoosh_index.keys import RANK_BITS, Keys, scores, smallest
from registry.search.whoosh_index.matching import Matching
from registry.search.whoosh_index.postings import rarity
from registry.search.whoosh_index.segment import Segment
from registry.search.whoosh_index.snapshot import Snapshot

LAST_DAY = np.iinfo(np.int32).max


def search_snapshot(snapshot: Snapshot, request: SearchRequest, cache: ByteCache) -> SearchPage:
    """The page asked for, with total and facets of the whole result."""
    return _Search(snapshot, request, cache).page()


def warm(snapshot: Snapshot, dates: StateDates, cache: ByteCache) -> None:
    """Make the columns of that day for the public, and read the frequent terms of every segment."""
    for view in snapshot.views:
        view.day(dates, public_only=True)
        matching = Matching(view.segment, cache, snapshot.averages)
        for term in view.segment.frequent:
            matching.term(term)


@dataclass(frozen=True)
class _Best:
    """A document that may be on the page; `key` is without the place within the segment."""

    key: int
    segment: Segment
    number: int
    score: float

    def tie(self) -> tuple[str, str, str]:
        return self.segment.tie(self.number)

    def hit(self) -> Hit:
        kind, id_ = self.segment.key(self.number)
        return Hit(kind, id_, round(self.score, 4))


class _Search:
    def __init__(self, snapshot: Snapshot, request: SearchRequest, cache: ByteCache) -> None:
        self._snapshot, self._request, self._cache = snapshot, request, cache
        self._counting = Counting(snapshot.tables, request.filters)
        self._first = (max(request.page, 1) - 1) * request.size
        self._total = 0

    def page(self) -> SearchPage:
        best = [one for part in self._parts() for one in part]
        hits = [one.hit() for one in _page(best, self._first, self._request.size)]
        facets = self._counting.facets() if self._request.facets else {}
        return SearchPage(self._total, hits, facets, self._snapshot.name, self._snapshot.watermark)

    def _parts(self) -> Iterator[Iterator[_Best]]:
        plan, request = self._request.plan, self._request
        matchings = [Matching(view.segment, self._cache, self._snapshot.averages) for view in self._snapshot.views]
        rarities = _rarities(plan, matchings)
        for view, matching in zip(self._snapshot.views, matchings, strict=True):
            day = view.day(request.dates, public_only=request.public_only)
            found = self._kept(matching.found(plan, rarities), day)
            self._total += len(found.documents)
            yield self._best(found, view.segment)

    def _kept(self, found: Candidates, day: Day) -> Candidates:
        """What can be seen and passes the filters; what can be seen is counted for the facets."""
        documents, keys = found.documents, found.keys
        if day.live is not None:
            live = day.live[documents]
            documents, keys = documents[live], keys[live]
        passing = self._counting.kept(documents, day, facets=self._request.facets)
        if passing is not None:
            documents, keys = documents[passing], keys[passing]
        return Candidates(documents, keys, found.among)

    def _best(self, found: Candidates, segment: Segment) -> Iterator[_Best]:
        """In order."""
        keys = _sort_keys(found, segment, self._request.sort)
        places = smallest(keys, self._first + self._request.size)
        columns = (keys[places] >> RANK_BITS, found.documents[places], scores(found.keys[places]))
        for key, number, score in zip(*(column.tolist() for column in columns), strict=True):
            yield _Best(key, segment, number, score)


def _page(best: list[_Best], first: int, size: int) -> Iterator[_Best]:
    """Documents of one segment come in order; where several segments have equals, their names decide."""
    best.sort(key=attrgetter("key"))
    groups = (list(group) for _, group in groupby(best, key=attrgetter("key")))
    return islice(chain.from_iterable(map(_in_order, groups)), first, first + size)


def _in_order(equals: list[_Best]) -> list[_Best]:
    alone = all(one.segment is equals[0].segment for one in equals)
    return equals if alone else sorted(equals, key=_Best.tie)


def _rarities(plan: Plan, matchings: list[Matching]) -> dict[str, float]:
    documents = sum(one.segment.documents for one in matchings)
    terms = {term for needle in plan.needles for term in needle_terms(needle)}
    return {term: rarity(sum(len(one.term(term).documents) for one in matchings), documents) for term in terms}


def _sort_keys(found: Candidates, segment: Segment, sort: Sort) -> Keys:
    if sort is Sort.RELEVANCE:
        return found.keys
    if sort is Sort.NEWEST:
        days = LAST_DAY - segment.columns["published"][found.documents]
    else:
        due = segment.columns["open_due"][found.documents]
        days = np.where(due > 0, due, LAST_DAY)
    rank: NDArray[np.uint64] = segment.columns["rank"][found.documents].astype(np.uint64)
    return days.astype(np.uint64) << RANK_BITS | rank
