"""Whoosh behind the port: it keeps postings, segments and commits; what is asked of them is in `text` and
`selection`.

Searches run on a snapshot whose bytes were verified and copied when it was opened, so nothing that happens to
the folder afterwards can make an answer wrong. Whoosh's matchers move shared positions, hence one search at a
time in a process; processes scale.
"""

import json
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from whoosh import columns, fields
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.query import Term
from whoosh.reading import EmptyReader, MultiReader, SegmentReader
from whoosh.scoring import BM25F
from whoosh.searching import SearchContext, Searcher
from whoosh.writing import SegmentWriter

from registry.coverage.rules import OccasionState, Openness
from registry.search.backend import IndexBusy, IndexStatus, IndexUnusable, SearchPage, SearchRequest
from registry.search.documents import SearchDocument
from registry.search.index_folder import (
    SCHEMA_VERSION,
    IndexFolder,
    generation_of,
    read_checks,
    read_whole,
    write_checks,
    write_durably,
)
from registry.search.indexed import CLASSES, indexed
from registry.search.plan import Plan
from registry.search.selection import Facts, Match, facts_of, page_of
from registry.search.standing import exact_standing, name_of, standing_of
from registry.search.text import needle_terms

WEIGHTS = {"title": 8.0, "content": 2.0, "rest": 1.0}
META = "meta"
LOCK_SECONDS = 5.0
OPEN_ATTEMPTS = 5


def schema() -> fields.Schema:
    """Grams per weight class, one key to replace by, and two columns read back: facts, and the squeezed texts
    for literal checks.
    """
    return fields.Schema(
        key=fields.ID(unique=True),
        title=fields.KEYWORD(scorable=True),
        content=fields.KEYWORD(scorable=True),
        rest=fields.KEYWORD(scorable=True),
        facts=fields.COLUMN(columns.VarBytesColumn()),
        texts=fields.COLUMN(columns.VarBytesColumn()),
    )


@dataclass(frozen=True)
class _Segment:
    """An immutable Whoosh segment: `rows` by document number; `meta` by document number too, where a commit's
    own record stands.
    """

    reader: SegmentReader
    rows: Sequence[Facts | None]
    meta: Mapping[int, Mapping[str, Any]]
    texts: Any

    def texts_at(self, number: int) -> list[str]:
        return bytes(self.texts[number]).decode().split("\n")


@dataclass(frozen=True)
class _Snapshot:
    """One generation of one build, opened: segments with the document numbers deleted from them."""

    build: Path
    generation: int
    files: Mapping[str, tuple[str, bytes]]
    segments: Mapping[str, _Segment]
    deleted: Mapping[str, frozenset[int]]
    searcher: Searcher
    watermark: int
    source: str

    def alive(self) -> Iterator[Facts]:
        for name, segment in self.segments.items():
            gone = self.deleted[name]
            yield from (row for number, row in enumerate(segment.rows) if row is not None and number not in gone)


class WhooshBackend:
    """An index in `root`, which belongs to it alone. Only the index synchronisation calls `apply` and
    `rebuild`.
    """

    def __init__(self, root: Path, *, lock_seconds: float = LOCK_SECONDS) -> None:
        self._folder = IndexFolder(root)
        self._lock_seconds = lock_seconds
        self._opening = threading.Lock()
        self._searching = threading.Lock()
        self._snapshot: _Snapshot | None = None
        self._verified: dict[Path, tuple[int, int, int]] = {}

    def search(self, request: SearchRequest) -> SearchPage:
        snapshot = self._current(or_last=True)
        with self._searching:
            matches = list(_matches(snapshot, request.plan))
        generation = f"{snapshot.build.name}.{snapshot.generation}"
        return page_of(matches, request, generation=generation, watermark=snapshot.watermark)

    def apply(self, documents: Sequence[SearchDocument], removed: Collection[tuple[str, str]], watermark: int) -> None:
        with self._folder.locked(self._lock_seconds):
            snapshot = self._current()
            self._verify(snapshot)
            if watermark < snapshot.watermark:
                return
            with _writing(snapshot.build) as writer:
                unique = {document.key: document for document in documents}
                for key in {*unique, *removed, (META, META)}:
                    writer.delete_by_term("key", ":".join(key))
                _add(writer, unique.values(), watermark, snapshot.source)
        self._current()

    def rebuild(self, documents: Iterable[SearchDocument], watermark: int, source: str = "") -> None:
        with self._folder.locked(self._lock_seconds):
            build = self._folder.new_build()
            try:
                FileIndex.create(FileStorage(str(build)), schema())
                with _writing(build) as writer:
                    _add(writer, documents, watermark, source)
                _open(build, generation_of(build), None)
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
        number = sum(1 for _ in snapshot.alive())
        return IndexStatus(number, snapshot.watermark, SCHEMA_VERSION, ok=True, source=snapshot.source)

    def close(self) -> None:
        with self._opening:
            self._snapshot = None

    def _current(self, *, or_last: bool = False) -> _Snapshot:
        """The newest generation; `or_last`: when the folder is unusable, what was opened from it while it was
        whole.
        """
        with self._opening:
            try:
                self._snapshot = _newest(self._folder, self._snapshot)
            except IndexUnusable:
                if not or_last or self._snapshot is None:
                    raise
            return self._snapshot

    def _verify(self, snapshot: _Snapshot) -> None:
        """The files on the disk are still those that were opened; read again only where they look changed."""
        for name, expected in read_checks(snapshot.build, snapshot.generation).items():
            path = snapshot.build / name
            try:
                found = path.stat()
            except OSError as error:
                raise IndexUnusable(fault=f"missing {name}") from error
            signature = (found.st_ino, found.st_size, found.st_mtime_ns)
            if self._verified.get(path) != signature:
                read_whole(path, expected)
                self._verified[path] = signature
        self._verified = {path: one for path, one in self._verified.items() if path.parent == snapshot.build}

    def _pointed_to(self) -> Path | None:
        try:
            return self._folder.current()
        except IndexUnusable:
            return None


def _newest(folder: IndexFolder, last: _Snapshot | None) -> _Snapshot:
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
            return _open(*found, last if last and last.build == build else None)
        except IndexUnusable:
            if found == seen:
                raise
            seen = found
    raise IndexBusy


def _open(build: Path, generation: int, last: _Snapshot | None) -> _Snapshot:
    """Verify and open a generation; segments that `last` already has are taken from it."""
    known = last.files if last else {}
    files: dict[str, tuple[str, bytes]] = {}
    for name, expected in read_checks(build, generation).items():
        held = known.get(name)
        files[name] = held if held and held[0] == expected[1] else (expected[1], read_whole(build / name, expected))
    storage = RamStorage()
    storage.files = {name: content for name, (_, content) in files.items()}
    try:
        toc = TOC.read(storage, "MAIN", gen=generation, schema=schema())
        segments = {
            one.segment_id(): (last and last.segments.get(one.segment_id())) or _open_segment(storage, one)
            for one in toc.segments
        }
        deleted = {one.segment_id(): frozenset(one.deleted_docs()) for one in toc.segments}
    except Exception as error:
        raise IndexUnusable(fault="cannot be opened") from error
    meta = [
        record for name, one in segments.items() for number, record in one.meta.items() if number not in deleted[name]
    ]
    if len(meta) != 1:
        raise IndexUnusable(fault="no watermark")
    searcher = Searcher(_reader([one.reader for one in segments.values()]), weighting=BM25F(), closereader=False)
    return _Snapshot(
        build,
        generation,
        files,
        segments,
        deleted,
        searcher,
        int(meta[0]["watermark"]),
        str(meta[0]["source"]),
    )


def _reader(readers: Sequence[SegmentReader]) -> Any:
    if not readers:
        return EmptyReader(schema())
    return readers[0] if len(readers) == 1 else MultiReader(list(readers))


def _open_segment(storage: RamStorage, segment: Any) -> _Segment:
    reader = SegmentReader(storage, schema(), segment)
    column = reader.column_reader("facts", translate=False)
    rows: list[Facts | None] = []
    meta: dict[int, Mapping[str, Any]] = {}
    for number in range(reader.doc_count_all()):
        record = json.loads(bytes(column[number]))
        if isinstance(record, dict):
            meta[number] = record
        rows.append(_facts_from(record) if isinstance(record, list) else None)
    return _Segment(reader, rows, meta, reader.column_reader("texts", translate=False))


def _matches(snapshot: _Snapshot, plan: Plan) -> Iterator[Match]:
    """Whoosh narrows the documents down and scores; what they are worth is judged by their texts."""
    exact = name_of(plan.exact)
    leaves = dict(zip(snapshot.segments, (leaf for leaf, _ in snapshot.searcher.leaf_searchers()), strict=False))
    for name, segment in snapshot.segments.items():
        found = _Found(leaves[name])
        numbers = range(len(segment.rows)) if plan.everything else _candidates(plan, found)
        scores = _scores(plan, found)
        for number in numbers:
            facts = segment.rows[number]
            if facts is None or number in snapshot.deleted[name]:
                continue
            standing = standing_of(plan, segment.texts_at(number), partial(found.holds, number))
            if standing is None:
                continue
            if exact and exact in (name_of(facts.title), name_of(facts.code)):
                standing = exact_standing(facts.kind)
            yield Match(facts, standing, round(scores.get(number, 0.0), 4))


class _Found:
    """Postings of one segment, each read once in a search."""

    def __init__(self, leaf: Searcher) -> None:
        self._leaf = leaf
        self._scores: dict[tuple[str, str], Mapping[int, float]] = {}

    def scores(self, field: str, term: str) -> Mapping[int, float]:
        """BM25F by document number."""
        key = (field, term)
        if key not in self._scores:
            self._scores[key] = dict(self._read(*key))
        return self._scores[key]

    def holds(self, number: int, place: int, term: str) -> bool:
        return number in self.scores(CLASSES[place], term)

    def anywhere(self, term: str) -> set[int]:
        return {number for field in CLASSES for number in self.scores(field, term)}

    def _read(self, field: str, term: str) -> Iterator[tuple[int, float]]:
        matcher = Term(field, term).matcher(self._leaf, SearchContext(weighting=self._leaf.weighting))
        while matcher.is_active():
            yield matcher.id(), matcher.score()
            matcher.next()


def _candidates(plan: Plan, found: _Found) -> set[int]:
    """Documents that hold the terms of some alternative of anything wanted."""
    alternatives = (one for wanted in plan.wanted for one in wanted.alternatives)
    return {number for one in alternatives for number in _holding_all(needle_terms(one.needle), found)}


def _holding_all(terms: Sequence[str], found: _Found) -> set[int]:
    return set.intersection(*map(found.anywhere, terms)) if terms else set()


def _scores(plan: Plan, found: _Found) -> Mapping[int, float]:
    scores: dict[int, float] = defaultdict(float)
    for term in dict.fromkeys(term for needle in plan.needles for term in needle_terms(needle)):
        for field, weight in WEIGHTS.items():
            for number, score in found.scores(field, term).items():
                scores[number] += weight * score
    return scores


class _Writer(SegmentWriter):
    """Whoosh's writer, except that everything is on the disk and vouched for before the commit becomes
    visible.
    """

    def _commit_toc(self, segments: Sequence[Any]) -> None:
        build = Path(self.storage.folder)
        name = TOC._filename(self.indexname, self.generation)
        scratch = RamStorage()
        TOC(self.schema, segments, self.generation).write(scratch, self.indexname)
        content = bytes(scratch.files[name])
        names = {file for segment in segments for file in segment.list_files(self.storage)}
        write_checks(build, self.generation, names, {name: content})
        write_durably(build / name, content)
        clean_files(self.storage, self.indexname, self.generation, segments)


@contextmanager
def _writing(build: Path) -> Iterator[SegmentWriter]:
    """A writer that commits on leaving and, whatever fails, gives Whoosh's lock back."""
    index = FileIndex(FileStorage(str(build)), schema())
    writer = None
    try:
        writer = _Writer(index, timeout=LOCK_SECONDS)
        yield writer
        writer.commit()
    except BaseException:
        if writer is not None and not writer.is_closed:
            with suppress(Exception):
                writer.cancel()
            if writer.writelock is not None and writer.writelock.fd is not None:
                writer.writelock.release()
        raise


def _add(writer: SegmentWriter, documents: Iterable[SearchDocument], watermark: int, source: str) -> None:
    for document in documents:
        found = indexed(document)
        writer.add_document(
            key=":".join(document.key),
            **dict(zip(CLASSES, found.terms, strict=True)),
            facts=_record_of(facts_of(document)),
            texts="\n".join(found.texts).encode(),
        )
    writer.add_document(
        key=f"{META}:{META}",
        facts=json.dumps({"watermark": watermark, "source": source}).encode(),
        texts=b"\n\n",
    )


def _record_of(facts: Facts) -> bytes:
    """Facts as JSON, as what is read back from a file must not be able to run."""
    days = [day and day.isoformat() for day in (facts.published_on, facts.public_from, facts.public_to)]
    openness = facts.openness and [
        facts.openness.open_due and facts.openness.open_due.isoformat(),
        facts.openness.settled.value,
    ]
    plain = [
        facts.kind,
        facts.id,
        facts.code,
        facts.title,
        facts.area,
        facts.units,
        facts.channels,
        facts.levels,
        facts.year,
    ]
    return json.dumps([*plain, *days, openness], ensure_ascii=False).encode("utf-8", "surrogatepass")


def _facts_from(record: Sequence[Any]) -> Facts:
    (
        kind,
        id_,
        code,
        title,
        area,
        units,
        channels,
        levels,
        year,
        published_on,
        public_from,
        public_to,
        openness,
    ) = record
    return Facts(
        kind=kind,
        id=id_,
        code=code,
        title=title,
        area=area,
        units=tuple(units),
        channels=tuple(channels),
        levels=tuple(levels),
        year=year,
        published_on=_day(published_on),
        public_from=_day(public_from),
        public_to=_day(public_to),
        openness=Openness(_day(openness[0]), OccasionState(openness[1])) if openness else None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
