"""The postings of a term in a segment, all classes together, scored once.

The score is BM25F by Whoosh's formula, a term's frequency in each class weighed by the class and the length of
the document's text there, times how rare the term is in the whole index. Averages and rarity are rounded, so
that small changes of the index leave what was computed valid.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from whoosh.scoring import bm25

from registry.search.indexed import CLASSES
from registry.search.whoosh_index.segment import Segment
from registry.search.whoosh_index.whoosh_format import LENGTHS, Postings

WEIGHTS = (8.0, 2.0, 1.0)
B, K1 = 0.75, 1.2
SPARSE = 64

Averages = tuple[float, ...]


@dataclass(frozen=True)
class TermPostings:
    """By document, ascending: the classes (bits) the term stands in, and its impact without rarity."""

    documents: NDArray[np.int32]
    classes: NDArray[np.uint8]
    impacts: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        return self.documents.nbytes + self.classes.nbytes + self.impacts.nbytes

    def hold(self, documents: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of those documents are among ours."""
        if not len(self.documents):
            return np.zeros(len(documents), np.bool_)
        places = np.minimum(self.places(documents), len(self.documents) - 1)
        held: NDArray[np.bool_] = self.documents[places] == documents
        return held

    def places(self, documents: NDArray[np.int32]) -> NDArray[np.intp]:
        """Where those documents stand among ours, or would."""
        return np.searchsorted(self.documents, documents)


NOTHING = TermPostings(np.empty(0, np.int32), np.empty(0, np.uint8), np.empty(0, np.float32))


def averages_of(segments: Sequence[Segment]) -> Averages:
    """Mean number of terms by class, to two digits, at least 1."""
    documents = max(sum(one.documents for one in segments), 1)
    sums = (sum(float(LENGTHS[one.lengths[at]].sum()) for one in segments) for at in range(len(CLASSES)))
    return tuple(float(f"{max(total / documents, 1.0):.1e}") for total in sums)


def rarity(holding: int, documents: int) -> float:
    """Inverse document frequency of a term that `holding` of `documents` hold, to one digit."""
    return round(math.log(max(documents, 1) / (holding + 1)) + 1, 1) if holding < documents else 1.0


def term_postings(segment: Segment, term: str, averages: Averages) -> TermPostings:
    """Read from the segment."""
    text = term.encode("utf-8", "surrogatepass")
    read = [(at, segment.terms.postings(name, text)) for at, name in enumerate(CLASSES)]
    found = [(at, one) for at, one in read if one is not None]
    if not found:
        return NOTHING
    scored = [(1 << at, one[0], _impacts(segment, at, one, averages)) for at, one in found]
    if len(scored) == 1:
        bit, documents, impacts = scored[0]
        return TermPostings(documents, np.full(len(documents), bit, np.uint8), impacts)
    return _together(segment, scored)


def _impacts(segment: Segment, place: int, postings: Postings, averages: Averages) -> NDArray[np.float32]:
    documents, counts = postings
    lengths = LENGTHS[segment.lengths[place][documents]]
    impacts: NDArray[np.float32] = bm25(WEIGHTS[place], counts, lengths, averages[place], B, K1)
    return impacts.astype(np.float32)


def _together(segment: Segment, scored: Sequence[tuple[int, NDArray[np.int32], NDArray[np.float32]]]) -> TermPostings:
    """Over all documents of the segment when the term is frequent, else over those that hold it."""
    if sum(len(documents) for _, documents, _ in scored) * SPARSE > segment.documents:
        holding, size = None, segment.documents
    else:
        holding = np.unique(np.concatenate([documents for _, documents, _ in scored]))
        size = len(holding)
    classes, impacts = np.zeros(size, np.uint8), np.zeros(size, np.float32)
    for bit, documents, values in scored:
        places = documents if holding is None else np.searchsorted(holding, documents)
        classes[places] |= np.uint8(bit)
        impacts[places] += values
    if holding is not None:
        return TermPostings(holding, classes, impacts)
    held = np.flatnonzero(classes)
    return TermPostings(held.astype(np.int32), classes[held], impacts[held])
