"""Whoosh behind the port: it keeps schema, segments, commits and deletions; segments are written in bulk and read
through arrays.

Searches run on a snapshot of verified files that never changes, so they wait for nobody and nothing that
happens to the folder makes an answer wrong.
"""

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from whoosh.codec.whoosh3 import W3Segment

from registry.search.backend import IndexBusy, IndexStatus, IndexUnusable, SearchPage, SearchRequest
from registry.search.cache import ByteCache
from registry.search.committing import commit
from registry.search.documents import SearchDocument
from registry.search.facets import Profiles, new_profiles
from registry.search.index_folder import IndexFolder, generation_of
from registry.search.segment_writing import SegmentDraft, key_of
from registry.search.snapshot import Snapshot, View, open_snapshot
from registry.search.snapshot_search import search_snapshot
from registry.search.vouching import SCHEMA_VERSION, read_checks, verify
from registry.search.whoosh_format import without

LOCK_SECONDS = 5.0
OPEN_ATTEMPTS = 5
MEMORY_MB = 128  # of a backend nobody gave a setting


class WhooshBackend:
    """An index in `root`, which belongs to it alone. Only the index synchronisation calls `apply` and
    `rebuild`. `memory_mb` bounds what is kept of postings that were read.
    """

    def __init__(self, root: Path, *, lock_seconds: float = LOCK_SECONDS, memory_mb: int = MEMORY_MB) -> None:
        self._folder = IndexFolder(root)
        self._lock_seconds = lock_seconds
        self._cache = ByteCache(memory_mb << 20)
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = None
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
            segments = [one for one in (*kept, *added) if one.doc_count()]
            commit(snapshot.build, snapshot.generation + 1, segments, watermark, snapshot.source)
        self._current()

    def rebuild(self, documents: Iterable[SearchDocument], watermark: int, source: str = "") -> None:
        with self._folder.locked(self._lock_seconds):
            build = self._folder.new_build()
            try:
                commit(build, 1, list(_segments(build, documents)), watermark, source)
                open_snapshot(build, 1, None, new_profiles())
                self._folder.point_to(build)
            except BaseException:
                self._folder.remove_others(self._pointed_to() or build.with_name("none"))
                raise
            self._folder.remove_others(build)
        self._current()

    def status(self) -> IndexStatus:
        try:
            snapshot = self._current()
            self._verify(snapshot)
        except IndexUnusable as error:
            return IndexStatus(0, 0, SCHEMA_VERSION, ok=False, fault=str(error.context.get("fault", "")))
        return IndexStatus(snapshot.documents, snapshot.watermark, SCHEMA_VERSION, ok=True, source=snapshot.source)

    def close(self) -> None:
        with self._opening:
            self._snapshot = None

    def _current(self, *, or_last: bool = False) -> Snapshot:
        """The newest generation; `or_last`: when the folder is unusable, what was opened from it while it was
        whole.
        """
        with self._opening:
            try:
                self._snapshot = _newest(self._folder, self._snapshot, self._profiles)
            except IndexUnusable:
                if not or_last or self._snapshot is None:
                    raise
            return self._snapshot

    def _verify(self, snapshot: Snapshot) -> None:
        """The files on the disk are still those that were opened; read again only where they look changed."""
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
