"""Documents of a segment that answer a part of a plan, each with the key that orders it (see `keys`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from registry.search.standing import LARGEST, PARTIAL
from registry.search.whoosh_index.keys import Keys, packed, scores, standings
from registry.search.whoosh_index.segment import Segment

FREQUENT = 32


@dataclass(frozen=True)
class Candidates:
    """Documents ascending, keys beside them; never changed once made."""

    documents: NDArray[np.int32]
    keys: Keys
    among: int

    @property
    def nbytes(self) -> int:
        return self.documents.nbytes + self.keys.nbytes

    def places(self, documents: NDArray[np.int32]) -> tuple[NDArray[np.intp] | NDArray[np.int32], NDArray[np.bool_]]:
        """Where those documents stand among ours, and whether they do; places of strangers mean nothing."""
        if len(self.documents) * FREQUENT > self.among:
            table = np.full(self.among, -1, dtype=np.int32)
            table[self.documents] = np.arange(len(self.documents), dtype=np.int32)
            return table[documents], table[documents] >= 0
        places = np.minimum(np.searchsorted(self.documents, documents), len(self.documents) - 1)
        return places, self.documents[places] == documents if len(self.documents) else np.zeros(len(documents), bool)


def nothing(among: int) -> Candidates:
    return Candidates(np.empty(0, np.int32), np.empty(0, np.uint64), among)


def any_of(found: Sequence[Candidates], among: int) -> Candidates:
    """What one of them has; the better key counts."""
    some = [one for one in found if len(one.documents)]
    if len(some) < 2:
        return some[0] if some else nothing(among)
    documents = np.concatenate([one.documents for one in some])
    if len(documents) * FREQUENT > among:
        best = np.full(among, np.iinfo(np.uint64).max, dtype=np.uint64)
        for one in some:
            best[one.documents] = np.minimum(best[one.documents], one.keys)
        held = np.flatnonzero(best != np.iinfo(np.uint64).max)
        return Candidates(held.astype(np.int32), best[held], among)
    keys = np.concatenate([one.keys for one in some])
    order = np.lexsort((keys, documents))
    documents, keys = documents[order], keys[order]
    first = np.flatnonzero(np.diff(documents, prepend=-1))
    return Candidates(documents[first], keys[first], among)


def all_of(found: Sequence[Candidates], segment: Segment) -> Candidates:
    """What every one of them has: the worst standing, the sum of the scores."""
    by_size = sorted(found, key=lambda one: len(one.documents))
    return reduce(lambda one, other: _both(one, other, segment), by_size)


def _both(one: Candidates, other: Candidates, segment: Segment) -> Candidates:
    places, held = other.places(one.documents)
    documents, ours, theirs = one.documents[held], one.keys[held], other.keys[places[held]]
    standing = np.maximum(standings(ours), standings(theirs))
    rank = segment.columns["rank"][documents]
    return Candidates(documents, packed(standing, scores(ours) + scores(theirs), rank), one.among)


def at_least(found: Sequence[Candidates], least: int, segment: Segment) -> Candidates:
    """What `least` of them have, one at least: fewer missing first."""
    size = segment.documents
    number, worst, score = np.zeros(size, np.int32), np.zeros(size, np.uint8), np.zeros(size, np.float32)
    for one in found:
        number[one.documents] += 1
        worst[one.documents] = np.maximum(worst[one.documents], standings(one.keys))
        score[one.documents] += scores(one.keys)
    documents = np.flatnonzero(number >= max(least, 1)).astype(np.int32)
    missing, standing = len(found) - number[documents], worst[documents].astype(np.int32)
    standing = np.minimum(PARTIAL * missing + standing, LARGEST).astype(np.uint8)
    return Candidates(documents, packed(standing, score[documents], segment.columns["rank"][documents]), size)
