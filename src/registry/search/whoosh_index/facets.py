"""Counting by facet: documents are counted by profile, and only those counts, which are few, are taken apart into
values. So a facet is decided once a profile, however many documents share it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from registry.search.whoosh_index.facts import GROUPS, SETTLED, Profile

STATE = "state"
STATES = (*SETTLED, "scheduled", "published", "withdrawn")

Counts = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class FacetValues:
    """Pairs (profile, value) of one facet, values as numbers of `words`."""

    words: Sequence[str]
    profiles: NDArray[np.intp]
    values: NDArray[np.intp]

    def counted(self, by_profile: NDArray[np.int64]) -> Counts:
        """How many documents have each value, most first."""
        counts = np.bincount(self.values, weights=by_profile[self.profiles], minlength=len(self.words))
        return in_order(zip(self.words, counts.astype(np.int64).tolist(), strict=True))

    def having(self, wanted: Collection[str], profiles: int) -> NDArray[np.bool_]:
        """Which of the profiles have one of the values."""
        numbers = [number for number, word in enumerate(self.words) if word in wanted]
        has = np.zeros(profiles, dtype=np.bool_)
        has[self.profiles[np.isin(self.values, numbers)]] = True
        return has


@dataclass(frozen=True)
class GroupTable:
    """The values behind the numbered profiles of one group of facets."""

    profiles: int
    of: Mapping[str, FacetValues]


class Profiles:
    """Numbers for the profiles of one group, the same in all segments; only ever more of them."""

    def __init__(self, facets: Sequence[str]) -> None:
        self._facets = facets
        self._numbers: dict[Profile, int] = {}
        self._words: dict[str, dict[str, int]] = {name: {} for name in facets}
        self._pairs: dict[str, tuple[list[int], list[int]]] = {name: ([], []) for name in facets}
        self._table = self._made()

    def numbered(self, profiles: Sequence[Profile]) -> NDArray[np.int32]:
        """The numbers of a segment's profiles, new ones added."""
        for one in profiles:
            if one not in self._numbers:
                self._add(one)
        return np.array([self._numbers[one] for one in profiles], dtype=np.int32)

    def table(self) -> GroupTable:
        """Of all profiles so far."""
        if self._table.profiles != len(self._numbers):
            self._table = self._made()
        return self._table

    def _add(self, profile: Profile) -> None:
        number = self._numbers[profile] = len(self._numbers)
        for name, values in zip(self._facets, profile, strict=True):
            words, (profiles, numbers) = self._words[name], self._pairs[name]
            profiles.extend(repeat(number, len(values)))
            numbers.extend(words.setdefault(value, len(words)) for value in values)

    def _made(self) -> GroupTable:
        of = {
            name: FacetValues(list(self._words[name]), *(np.array(one, dtype=np.intp) for one in self._pairs[name]))
            for name in self._facets
        }
        return GroupTable(len(self._numbers), of)


def new_profiles() -> tuple[Profiles, ...]:
    """One for each group."""
    return tuple(map(Profiles, GROUPS))


def in_order(counts: Iterable[tuple[str, int]]) -> Counts:
    """Most first, then by value; what nothing has is left out."""
    return sorted((pair for pair in counts if pair[1]), key=lambda pair: (-pair[1], pair[0]))
