"""Several segments written anew as one, without what was deleted, so that many small changes do not make searches
slow. Nothing is read twice and no text is understood again: postings, columns and texts are carried over.
"""

import shutil
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment

from registry.search.indexed import CLASSES
from registry.search.whoosh_index.facts import DAYS, GROUPS, PROFILE_COLUMNS, as_array, ranks, sorted_names
from registry.search.whoosh_index.segment import Segment
from registry.search.whoosh_index.segment_writing import (
    TEXT_PARTS,
    Numbers,
    field_postings,
    packed_postings,
    texts_name,
    write_segment,
)
from registry.search.whoosh_index.snapshot import View
from registry.search.whoosh_index.whoosh_format import KEY, LENGTHS, FieldPostings, new_segment

MERGING = "merging-"
LEFT_SECONDS = 3600
FEW = 8
TIERS = (64, 512, 4096, 32_768)
LARGEST = 65_536


def worth_merging(views: Sequence[View]) -> Sequence[View]:
    """Segments to make one of: eight or more of a size, or one, not small, that is deleted for the most part."""
    for tier in TIERS:
        small = sorted((view for view in views if view.documents < tier), key=lambda view: view.documents)
        sums = np.cumsum([view.documents for view in small])
        small = small[: int(np.searchsorted(sums, LARGEST))]
        if len(small) >= FEW:
            return small
    wasteful = (one for one in views if max(one.documents * 2, TIERS[0]) <= one.segment.documents)
    return [*islice(wasteful, 1)]


def remove_leftovers(build: Path) -> None:
    """Folders of merges that were killed."""
    for folder in build.glob(f"{MERGING}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > LEFT_SECONDS:
                shutil.rmtree(folder)


class Merge:
    """Of `views` into a new segment in `folder`."""

    def __init__(self, folder: Path, views: Sequence[View]) -> None:
        self._folder, self._segments = folder, [view.segment for view in views]
        self._live = [np.setdiff1d(np.arange(view.segment.documents), view.deleted) for view in views]
        self.numbers = list(self._numbered(views))

    def write(self) -> W3Segment:
        """Everything that is not deleted; where a document of `views[i]` went is `numbers[i]`, -1 for nowhere."""
        segment = new_segment(0, {})
        places = self._write_texts(self._folder / texts_name(segment))
        lengths = {name: self._gathered(lambda one, at=at: one.lengths[at]) for at, name in enumerate(CLASSES)}
        counted = {name: LENGTHS[one].astype(np.int64) for name, one in lengths.items()}
        columns = {**self._columns(), "places": places}
        return write_segment(self._folder, segment, self._fields(counted), columns, counted)

    def _numbered(self, views: Sequence[View]) -> Iterator[NDArray[np.int32]]:
        first = 0
        for view, live in zip(views, self._live, strict=True):
            numbers = np.full(view.segment.documents, -1, dtype=np.int32)
            numbers[live] = np.arange(first, first + len(live), dtype=np.int32)
            first += len(live)
            yield numbers

    def _gathered(self, column: Any) -> NDArray[Any]:
        """A column of all segments, without the deleted documents."""
        return np.concatenate([column(one)[live] for one, live in zip(self._segments, self._live, strict=True)])

    def _columns(self) -> Mapping[str, NDArray[Any]]:
        found: dict[str, NDArray[Any]] = {
            name: self._gathered(lambda one, name=name: one.columns[name]) for name in (*DAYS, "settled")
        }
        found["rank"] = ranks(
            [one.tie(at) for one, live in zip(self._segments, self._live, strict=True) for at in live.tolist()]
        )
        return found | self._names() | self._profiles()

    def _names(self) -> dict[str, NDArray[Any]]:
        owners = np.concatenate(
            [at[one.columns["name_owners"]] for one, at in zip(self._segments, self.numbers, strict=True)]
        )
        names = np.concatenate([one.columns["names"] for one in self._segments])
        return sorted_names(names[owners >= 0], owners[owners >= 0])

    def _profiles(self) -> dict[str, NDArray[Any]]:
        known: list[dict[Any, int]] = [{} for _ in GROUPS]
        found = {}
        for group, name in enumerate(PROFILE_COLUMNS):

            def renumbered(one: Segment, group: int = group, name: str = name) -> NDArray[np.int32]:
                numbers = [known[group].setdefault(profile, len(known[group])) for profile in one.profiles[group]]
                return np.array(numbers, dtype=np.int32)[one.columns[name]]

            found[name] = self._gathered(renumbered)
        return {**found, "profiles": as_array([list(one) for one in known])}

    def _write_texts(self, path: Path) -> NDArray[np.int64]:
        sizes = [np.zeros(1, dtype=np.int64)]
        with path.open("wb") as file:
            for segment, live in zip(self._segments, self._live, strict=True):
                for number in live.tolist():
                    file.write(segment.record(number))
                sizes.append(np.diff(segment.columns["places"]).reshape(-1, len(TEXT_PARTS))[live].ravel())
        return np.cumsum(np.concatenate(sizes))

    def _fields(self, lengths: Mapping[str, NDArray[np.int64]]) -> Iterator[FieldPostings]:
        """Postings of every field, in the order fields have in a segment."""
        known: dict[str, Numbers] = defaultdict(Numbers)
        parts: dict[str, list[NDArray[np.uint64]]] = defaultdict(lambda: [np.empty(0, np.uint64)])
        for segment, numbers in zip(self._segments, self.numbers, strict=True):
            for field, read in groupby(segment.terms.all(), key=itemgetter(0)):
                parts[field].append(_carried(read, known[field], numbers))
        for name in (KEY, *CLASSES):
            yield field_postings(name, known[name], parts[name], lengths.get(name, np.ones(1)))


def _carried(read: Iterable[Any], known: Numbers, numbers: NDArray[np.int32]) -> NDArray[np.uint64]:
    """The postings of a field of one segment, with documents numbered anew and without deleted ones."""
    _, terms, documents, counts = zip(*read, strict=True)
    ids = np.array([known[term.decode("utf-8", "surrogatepass")] for term in terms], dtype=np.uint64)
    moved = numbers[np.concatenate(documents)]
    packed = packed_postings(np.repeat(ids, [len(one) for one in documents]), moved, np.concatenate(counts))
    return packed[moved >= 0]
