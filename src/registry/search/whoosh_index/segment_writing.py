"""A new segment, written in bulk: terms become numbers while documents arrive, are sorted as one array, and are
written list by list.

    MAIN_….trm .pst ._<class>_len.col   Whoosh's: term index, postings, lengths
    MAIN_….arrays                       facts by document (see `facts`), and where its texts are
    MAIN_….texts                        key, code and the squeezed texts of every document, for literal checks
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment

from registry.search.documents import SearchDocument
from registry.search.indexed import CLASSES, indexed
from registry.search.whoosh_index.arrays_file import write_arrays
from registry.search.whoosh_index.facts import FactsDraft, as_array
from registry.search.whoosh_index.whoosh_format import (
    KEY,
    FieldPostings,
    length_bytes,
    length_column,
    new_segment,
    write_terms,
)

TEXT_PARTS = ("key", "code", *CLASSES)
GATHERED_TERMS = 1 << 22
SEGMENT_POSTINGS = 24_000_000
FREQUENT_TERMS = 200
_COUNT_BITS, _DOCUMENT_BITS, _TERM_SHIFT = np.uint64(8), np.uint64(24), np.uint64(32)
_COUNT, _DOCUMENT, _BELOW_TERM = np.uint64((1 << 8) - 1), np.uint64((1 << 24) - 1), np.uint64((1 << 32) - 1)


class Numbers(dict[str, int]):
    """Terms numbered as they come."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class TermsDraft:
    """The terms of one field. A posting is one number: term, document and count, from the highest bit."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lengths = array("I")
        self._numbers = Numbers()
        self._terms = array("I")
        self._packed: list[NDArray[np.uint64]] = []
        self._done = 0

    def add(self, terms: Sequence[str]) -> None:
        """The terms of the next document."""
        self._terms.extend(map(self._numbers.__getitem__, terms))
        self.lengths.append(len(terms))
        if len(self._terms) > GATHERED_TERMS:
            self._pack()

    @property
    def postings(self) -> int:
        """About how many there are."""
        return sum(map(len, self._packed)) + len(self._terms)

    def finish(self) -> FieldPostings:
        """Everything in the order of terms, then of documents."""
        self._pack()
        parts, self._packed = self._packed, []
        return field_postings(self.name, self._numbers, parts, np.asarray(self.lengths))

    def _pack(self) -> None:
        lengths = np.asarray(self.lengths[self._done :])
        documents = np.repeat(np.arange(self._done, self._done + len(lengths), dtype=np.uint64), lengths)
        found = np.asarray(self._terms).astype(np.uint64) << _DOCUMENT_BITS | documents
        found.sort()
        begins = np.flatnonzero(np.diff(found, prepend=found[:1] + np.uint64(1)))
        counts = np.minimum(np.diff(begins, append=len(found)), _COUNT).astype(np.uint64)
        self._packed.append(found[begins] << _COUNT_BITS | counts)
        self._terms = array("I")
        self._done = len(self.lengths)


def packed_postings(terms: NDArray[np.uint64], documents: NDArray[Any], counts: NDArray[Any]) -> NDArray[np.uint64]:
    """One number a posting."""
    packed: NDArray[np.uint64] = terms << _TERM_SHIFT
    packed |= documents.astype(np.uint64) << _COUNT_BITS
    packed |= counts.astype(np.uint64)
    return packed


def field_postings(
    name: str, numbers: Mapping[str, int], parts: Sequence[NDArray[np.uint64]], lengths: NDArray[Any]
) -> FieldPostings:
    """Packed postings in order; terms are numbered by `numbers` in the parts, those without a posting left out."""
    terms, packed = sorted(numbers), np.concatenate(parts)
    ranks = np.empty(len(terms), dtype=np.uint64)
    ranks[[numbers[term] for term in terms]] = np.arange(len(terms), dtype=np.uint64)
    packed = ranks[packed >> _TERM_SHIFT] << _TERM_SHIFT | packed & _BELOW_TERM
    packed.sort()
    held, starts = np.unique(packed >> _TERM_SHIFT, return_index=True)
    return FieldPostings(
        name,
        [terms[rank].encode("utf-8", "surrogatepass") for rank in held.tolist()],
        np.append(starts, len(packed)),
        (packed >> _COUNT_BITS & _DOCUMENT).astype(np.int32),
        (packed & _COUNT).astype(np.uint16),
        int(lengths.min(initial=1)),
        int(lengths.max(initial=1)),
    )


class SegmentDraft:
    """Documents gathered for one segment in `folder`; `key` of a document is its kind and id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segment = new_segment(0, {})
        self._facts = FactsDraft()
        self._keys = TermsDraft(KEY)
        self._terms = [TermsDraft(name) for name in CLASSES]
        self._places = array("Q", [0])
        self._texts = (folder / texts_name(self._segment)).open("wb")

    def add(self, document: SearchDocument) -> None:
        """Whose key is not yet in this segment."""
        found, key = indexed(document), key_of(document.key)
        self._facts.add(document)
        self._keys.add((key,))
        for draft, terms in zip(self._terms, found.terms, strict=True):
            draft.add(terms)
        for text in (key, document.code, *found.texts):
            content = text.encode("utf-8", "surrogatepass") + b"\n"
            self._texts.write(content)
            self._places.append(self._places[-1] + len(content))

    @property
    def documents(self) -> int:
        return len(self._facts.rows)

    @property
    def is_full(self) -> bool:
        """More would take too much memory to sort."""
        return sum(draft.postings for draft in self._terms) > SEGMENT_POSTINGS

    def close(self) -> None:
        """Nothing more is written."""
        self._texts.close()

    def write(self) -> W3Segment:
        """Put the segment on the disk; it becomes current when a generation names it."""
        self.close()
        columns = self._facts.columns() | {"places": np.asarray(self._places, dtype=np.int64)}
        lengths = {draft.name: np.asarray(draft.lengths) for draft in self._terms}
        drafts = (self._keys, *self._terms)
        return write_segment(self._folder, self._segment, (draft.finish() for draft in drafts), columns, lengths)


def write_segment(
    folder: Path,
    segment: W3Segment,
    postings: Iterable[FieldPostings],
    columns: Mapping[str, NDArray[Any]],
    lengths: Mapping[str, NDArray[Any]],
) -> W3Segment:
    """All files but the texts, which stand there already; `lengths` by class and document."""
    sized = new_segment(len(columns["rank"]), {name: int(one.sum()) for name, one in lengths.items()})
    sized.segid = segment.segid
    frequent = FrequentTerms()
    write_terms(folder, sized, map(frequent.noted, postings))
    for name, one in lengths.items():
        (folder / length_column(sized, name)).write_bytes(length_bytes(one).tobytes())
    write_arrays(folder / arrays_name(sized), {**columns, "frequent": as_array(frequent.terms)})
    return sized


class FrequentTerms:
    """Notes the terms that most documents hold, to be read ahead of the first question."""

    def __init__(self) -> None:
        self.terms: list[str] = []

    def noted(self, found: FieldPostings) -> FieldPostings:
        if found.name in CLASSES:
            sizes = np.diff(found.starts)
            most = np.argsort(-sizes, kind="stable")[:FREQUENT_TERMS]
            self.terms += [found.terms[one].decode("utf-8", "surrogatepass") for one in most]
        return found


def key_of(key: tuple[str, str]) -> str:
    """Kind and id as one term."""
    return ":".join(key)


def texts_name(segment: W3Segment) -> str:
    return str(segment.make_filename(".texts"))


def arrays_name(segment: W3Segment) -> str:
    return str(segment.make_filename(".arrays"))
