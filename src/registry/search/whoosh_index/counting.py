"""Filters and facet counts of one search, summed over segments. A facet's counts ignore its own filter."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from registry.search.backend import FACETS
from registry.search.whoosh_index.day import Day
from registry.search.whoosh_index.facets import STATE, STATES, Counts, GroupTable, in_order
from registry.search.whoosh_index.facts import GROUPS

Passing = NDArray[np.bool_]
_GROUP_OF = {name: number for number, group in enumerate(GROUPS) for name in group}
STATE_GROUP = len(GROUPS)


class Counting:
    """Counts by group: for the facets without a filter once, for each one with a filter by itself."""

    def __init__(self, tables: Sequence[GroupTable], filters: Mapping[str, Collection[str]]) -> None:
        self._tables = tables
        self._sizes = [*(one.profiles for one in tables), len(STATES)]
        self._passing = {name: self._passing_profiles(name, wanted) for name, wanted in filters.items() if wanted}
        self._counts: dict[tuple[str, int], NDArray[np.int64]] = {}

    def kept(self, documents: NDArray[np.int32], day: Day, *, facets: bool) -> Passing | None:
        """Which documents pass every filter, None for all; counted for the facets on the way."""
        passing = {name: one[day.groups[_group_of(name)][documents]] for name, one in self._passing.items()}
        kept = _all(passing.values())
        if facets:
            self._count("", documents if kept is None else documents[kept], day, range(len(self._sizes)))
            for name in passing:
                others = _all(one for other, one in passing.items() if other != name)
                self._count(name, documents if others is None else documents[others], day, [_group_of(name)])
        return kept

    def facets(self) -> Mapping[str, Counts]:
        """Every facet with its values, most first."""
        return {name: self._facet(name) for name in FACETS}

    def _passing_profiles(self, name: str, wanted: Collection[str]) -> Passing:
        if name == STATE:
            return np.array([word in wanted for word in STATES], dtype=np.bool_)
        table = self._tables[_GROUP_OF[name]]
        return table.of[name].having(wanted, table.profiles)

    def _count(self, facet: str, documents: NDArray[np.int32], day: Day, groups: Sequence[int]) -> None:
        for group in groups:
            counts = np.bincount(day.groups[group][documents], minlength=self._sizes[group])
            key = (facet, group)
            self._counts[key] = self._counts[key] + counts if key in self._counts else counts

    def _facet(self, name: str) -> Counts:
        group = _group_of(name)
        counts = self._counts.get((name if name in self._passing else "", group))
        if counts is None:
            return []
        if name == STATE:
            return in_order((word, int(count)) for word, count in zip(STATES, counts, strict=True) if word)
        return self._tables[group].of[name].counted(counts)


def _group_of(name: str) -> int:
    return STATE_GROUP if name == STATE else _GROUP_OF[name]


def _all(found: Iterable[Passing]) -> Passing | None:
    remaining = list(found)
    return np.logical_and.reduce(remaining) if remaining else None
