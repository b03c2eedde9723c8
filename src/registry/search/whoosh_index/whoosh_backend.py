"""Whoosh behind the port: it keeps schema, segments, commits and deletions; segments are written in bulk and read
through arrays.

Searches run on a snapshot of verified files that never changes, so they wait for nobody and nothing that
happens to the folder makes an answer wrong.
"""

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from whoosh.codec.whoosh3 import W3Segment

from registry.coverage.rules import StateDates
from registry.search.backend import IndexBusy, IndexStatus, IndexUnusable, SearchPage, SearchRequest
from registry.search.documents import SearchDocument
from registry.search.whoosh_index.cache import ByteCache
from registry.search.whoosh_index.committing import commit
from registry.search.whoosh_index.facets import Profiles, new_profiles
from registry.search.whoosh_index.index_folder import IndexFolder, generation_of
from registry.search.whoosh_index.merging import MERGING, Merge, remove_leftovers, worth_merging
from registry.search.whoosh_index.segment_writing import SegmentDraft, key_of
from registry.search.whoosh_index.snapshot import Snapshot, View, open_snapshot
from registry.search.whoosh_index.snapshot_search import search_snapshot, warm
from registry.search.whoosh_index.vouching import SCHEMA_VERSION, Checks, read_checks, verify
from registry.search.whoosh_index.whoosh_format import without

LOCK_SECONDS = 5.0
OPEN_ATTEMPTS = 5
MEMORY_MB = 64


class WhooshBackend:
    """An index in `root`, which belongs to it alone. Only the index synchronisation calls `apply` and
    `rebuild`. `memory_mb` bounds what is kept of postings that were read.
    """

    def __init__(self, root: Path, *, lock_seconds: float = LOCK_SECONDS, memory_mb: int = MEMORY_MB) -> None:
        self._folder = IndexFolder(root)
        self._lock_seconds = lock_seconds
        self._cache = ByteCache(memory_mb << 20)
        self._opening = threading.Lock()
        self._verifying = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._seen: tuple[int, ...] | None = None
        self._profiles = new_profiles()
        self._verified: dict[Path, tuple[int, int, int]] = {}

    def search(self, request: SearchRequest) -> SearchPage:
        return search_snapshot(self._current(or_last=True), request, self._cache)

    def apply(self, documents: Sequence[SearchDocument], removed: Collection[tuple[str, str]], watermark: int) -> None:
        with self._folder.locked(self._lock_seconds):
            snapshot = self._current()
            self._verify(snapshot)
            if watermark < snapshot.watermark:
                return
            unique = {document.key: document for document in documents}
            kept = [_without(view, {*unique, *removed}) for view in snapshot.views]
            added = _segments(snapshot.build, unique.values())
            held = Checks(snapshot.checks, watermark, snapshot.source)
            commit(snapshot.build, snapshot.generation + 1, [*kept, *added], held)
        self._current()

    def merge(self) -> bool:
        """The new segment is written while everybody else goes on; only its commit waits for other writers."""
        snapshot = self._current()
        chosen = worth_merging(snapshot.views)
        if not chosen:
            return False
        remove_leftovers(snapshot.build)
        with TemporaryDirectory(prefix=MERGING, dir=snapshot.build) as folder:
            merge = Merge(Path(folder), chosen)
            merged = merge.write() if any(view.documents for view in chosen) else None
            with self._folder.locked(self._lock_seconds):
                return self._replace(snapshot, chosen, merge, merged, Path(folder))

    def _replace(
        self, before: Snapshot, chosen: Sequence[View], merge: Merge, merged: W3Segment | None, folder: Path
    ) -> bool:
        """Put `merged` in the place of the `chosen`, less what was deleted from them meanwhile."""
        snapshot = self._current()
        views = {view.segment.id: view for view in snapshot.views}
        if snapshot.build != before.build or any(view.segment.id not in views for view in chosen):
            return False
        self._verify(snapshot)
        segments = [views.pop(view.segment.id) for view in chosen]
        kept = [view.stored for view in views.values()]
        if merged is not None:
            for path in folder.iterdir():
                path.rename(snapshot.build / path.name)
            moved = (numbers[view.deleted] for view, numbers in zip(segments, merge.numbers, strict=True))
            gone = {number for one in moved for number in one.tolist() if number >= 0}
            kept.append(without(merged, gone) if gone else merged)
        held = Checks(snapshot.checks, snapshot.watermark, snapshot.source)
        commit(snapshot.build, snapshot.generation + 1, kept, held)
        self._current()
        return True

    def rebuild(self, documents: Iterable[SearchDocument], watermark: int, source: str = "") -> None:
        with self._folder.locked(self._lock_seconds):
            build = self._folder.new_build()
            try:
                commit(build, 1, list(_segments(build, documents)), Checks({}, watermark, source))
                open_snapshot(build, 1, None, new_profiles())
                self._folder.point_to(build)
            except BaseException:
                self._folder.remove_others(self._pointed_to() or build.with_name("none"))
                raise
            self._folder.remove_others(build)
        self._current()

    def warm(self, dates: StateDates) -> None:
        warm(self._current(), dates, self._cache)

    def differing(self, documents: Iterable[SearchDocument]) -> Iterator[tuple[str, str]]:
        snapshot = self._current()
        return (document.key for document in documents if not snapshot.holds(document, key_of(document.key)))

    def status(self) -> IndexStatus:
        try:
            snapshot = self._current()
            self._verify(snapshot)
        except IndexUnusable as error:
            return IndexStatus(0, 0, SCHEMA_VERSION, ok=False, fault=str(error.context.get("fault", "")))
        return IndexStatus(snapshot.documents, snapshot.watermark, SCHEMA_VERSION, ok=True, source=snapshot.source)

    def close(self) -> None:
        with self._opening:
            self._snapshot = self._seen = None

    def _current(self, *, or_last: bool = False) -> Snapshot:
        """The newest generation; `or_last`: when the folder is unusable, what was opened from it while it was
        whole.
        """
        snapshot, seen = self._snapshot, self._seen
        if snapshot is not None and seen is not None and seen == self._folder.signature(snapshot.build):
            return snapshot
        with self._opening:
            seen = self._folder.signature(self._snapshot.build) if self._snapshot else None
            try:
                self._snapshot = _newest(self._folder, self._snapshot, self._profiles)
            except IndexUnusable:
                if not or_last or self._snapshot is None:
                    raise
            self._seen = seen
            return self._snapshot

    def _verify(self, snapshot: Snapshot) -> None:
        """The files on the disk are still those that were opened; read again only where they look changed."""
        with self._verifying:
            self._verify_files(snapshot)

    def _verify_files(self, snapshot: Snapshot) -> None:
        for name, expected in read_checks(snapshot.build, snapshot.generation).files.items():
            path = snapshot.build / name
            try:
                found = path.stat()
            except OSError as error:
                raise IndexUnusable(fault=f"missing {name}") from error
            signature = (found.st_ino, found.st_size, found.st_mtime_ns)
            if self._verified.get(path) != signature:
                verify(path, expected)
                self._verified[path] = signature
        self._verified = {path: one for path, one in self._verified.items() if path.parent == snapshot.build}

    def _pointed_to(self) -> Path | None:
        try:
            return self._folder.current()
        except IndexUnusable:
            return None


def _newest(folder: IndexFolder, last: Snapshot | None, profiles: Sequence[Profiles]) -> Snapshot:
    """Opening races with commits, which remove the files of former generations: try again while there is a
    newer one.
    """
    seen = None
    for _ in range(OPEN_ATTEMPTS):
        build = folder.current()
        found = (build, generation_of(build))
        if last and found == (last.build, last.generation):
            return last
        try:
            return open_snapshot(*found, last if last and last.build == build else None, profiles)
        except IndexUnusable:
            if found == seen:
                raise
            seen = found
    raise IndexBusy


def _without(view: View, keys: Collection[tuple[str, str]]) -> W3Segment:
    numbers = (view.segment.number_of(key_of(key)) for key in keys)
    gone = {number for number in numbers if number is not None}
    return without(view.stored, gone) if gone else view.stored


def _segments(build: Path, documents: Iterable[SearchDocument]) -> Iterator[W3Segment]:
    """Documents in new segments, each as large as memory allows."""
    remaining = iter(documents)
    while (first := next(remaining, None)) is not None:
        with closing(SegmentDraft(build)) as draft:
            draft.add(first)
            while not draft.is_full and (document := next(remaining, None)) is not None:
                draft.add(document)
            yield draft.write()
