"""Keeping the index equal to the database: requests are rows of the same commit as the change, the index
remembers the last one it holds.

Whatever goes wrong, the cure is the same: the rows wait, and an index that cannot be trusted is built anew.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.audit.tables import AuditEntry
from registry.coverage.rules import StateDates
from registry.database import SYSTEM, Database, IndexRequest
from registry.search.backend import IndexBusy, IndexUnusable, SearchBackend
from registry.search.documents import (
    ITEM,
    PUBLICATION,
    SearchDocument,
    batches,
    item_documents,
    publication_documents,
    touched_ids,
)

log = logging.getLogger(__name__)

BuildDocuments = Callable[[Session, str, Collection[UUID] | None], Iterable[SearchDocument]]

KEPT_REQUESTS = 10_000
PRUNED_AT_ONCE = 1_000
REQUESTS_AT_ONCE = 1_000
INTERVAL_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


class IndexSync:
    """Drains index requests into the backend, in a thread of its own or when told.

    `dates` (states of a day) and `rulebook` (names of regulations) are set by whoever builds the registry;
    `build_documents` replaces building from the database's own tables.
    """

    def __init__(
        self, database: Database, backend: SearchBackend, build_documents: BuildDocuments | None = None
    ) -> None:
        self.database = database
        self.backend = backend
        self.dates: Callable[[], StateDates] | None = None
        self.rulebook: Callable[[], Any] = lambda: None
        self._build_documents = build_documents or self._from_tables
        self._draining = threading.Lock()
        self._waking = threading.Event()
        self._stopping = threading.Event()
        self._merging = threading.Event()
        self._threads: list[threading.Thread] = []

    def drain(self) -> int:
        """Bring the index up to date; returns how many requests were applied, or documents built anew. One
        drain at a time.
        """
        with self._draining:
            try:
                applied = self._rebuild() if self._needs_rebuild() else self._catch_up()
            except IndexUnusable as error:
                log.warning("index unusable, building it anew: %s", error)
                applied = self._rebuild()
            except IndexBusy:
                log.debug("another process is writing to the index")
                return 0
        if applied:
            self._merge_soon()
        return applied

    def drain_quietly(self) -> None:
        """After a commit: a failure is logged and the requests wait."""
        try:
            self.drain()
        except Exception:
            log.exception("index not updated; the requests wait")

    def rebuild(self) -> int:
        """Build the index anew although nothing seems wrong with it; returns the number of documents."""
        with self._draining:
            return self._rebuild()

    def expected(self, session: Session) -> Iterator[SearchDocument]:
        """Everything an index should hold, as the database has it."""
        for kind in (ITEM, PUBLICATION):
            yield from self._build_documents(session, kind, None)

    def lag(self, session: Session) -> int:
        """How many index requests the index does not hold yet."""
        requests = sa.select(sa.func.count()).select_from(IndexRequest)
        return int(
            session.execute(requests.where(col(IndexRequest.sequence) > self.backend.status().watermark)).scalar_one()
        )

    def start(self) -> None:
        """Drain in the background until `stop`; merging has a thread of its own, as it may take seconds."""
        if not self._threads:
            self._stopping.clear()
            self._threads = [
                threading.Thread(target=self._run, name="index-sync", daemon=True),
                threading.Thread(target=self._run_merges, name="index-merge", daemon=True),
            ]
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._waking.set()
        self._merging.set()
        for thread in self._threads:
            thread.join(timeout=30)
        self._threads = []

    def wake(self) -> None:
        """Something was committed: do not wait for the next second."""
        self._waking.set()

    def _run(self) -> None:
        pause = INTERVAL_SECONDS
        while not self._stopping.is_set():
            self._waking.clear()
            try:
                self.drain()
                pause = INTERVAL_SECONDS
            except Exception:
                log.exception("index not updated; the requests wait")
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                self._stopping.wait(pause)
                continue
            self._waking.wait(pause)

    def _merge_soon(self) -> None:
        if self._threads:
            self._merging.set()
        else:
            self._merge()

    def _run_merges(self) -> None:
        """The first questions should find everything read ahead, and later ones few segments."""
        try:
            if self.dates is not None and self.backend.status().ok:
                self.backend.warm(self.dates())
        except Exception:
            log.exception("index not read ahead")
        while not self._stopping.is_set():
            self._merging.wait()
            self._merging.clear()
            if not self._stopping.is_set():
                self._merge()

    def _merge(self) -> None:
        """What fails is tried again after the next change."""
        try:
            while self.backend.merge():
                log.debug("index segments merged")
        except Exception:
            log.exception("index segments not merged")

    def _needs_rebuild(self) -> bool:
        """The index is damaged, of another database, ahead of it (restored from a backup), or behind what is
        still kept of the queue.
        """
        status = self.backend.status()
        with self.database.read() as session:
            if not status.ok or status.source != source_of(session):
                return True
            oldest, newest = _bounds(session)
            known = session.get(IndexRequest, status.watermark) is not None
        return status.watermark > newest or (not known and oldest > status.watermark + 1)

    def _rebuild(self) -> int:
        with self.database.read() as session:
            source, (_, newest) = source_of(session), _bounds(session)
            counted = _Counted(self.expected(session))
            self.backend.rebuild(counted, newest, source)
        log.info("index built anew")
        return counted.number

    def _catch_up(self) -> int:
        """Apply what the index lacks, in order, in portions."""
        applied = 0
        while True:
            watermark = self.backend.status().watermark
            with self.database.read() as session:
                rows = _requests_after(session, watermark)
                if not rows:
                    break
                asked = touched_ids(session, dict.fromkeys((row.kind, row.subject_id) for row in rows))
                documents = list(self._documents(session, asked))
                last = rows[-1].sequence or 0
            removed = {(kind, str(one)) for kind, ids in asked.items() for one in ids} - {
                document.key for document in documents
            }
            self.backend.apply(documents, removed, last)
            applied += len(rows)
        self._prune(watermark)
        return applied

    def _documents(self, session: Session, asked: Mapping[str, Collection[UUID]]) -> Iterator[SearchDocument]:
        for kind, ids in asked.items():
            for batch in batches(sorted(ids)):
                yield from self._build_documents(session, kind, batch)

    def _prune(self, watermark: int) -> None:
        """Drop requests long applied; seldom, and never one the index lacks."""
        with self.database.read() as session:
            oldest, newest = _bounds(session)
        keep_from = min(newest - KEPT_REQUESTS, watermark)
        if oldest and keep_from - oldest >= PRUNED_AT_ONCE:
            with self.database.work(SYSTEM, audited=False) as work:
                work.session.execute(sa.delete(IndexRequest).where(col(IndexRequest.sequence) < keep_from))

    def _from_tables(self, session: Session, kind: str, ids: Collection[UUID] | None) -> Iterable[SearchDocument]:
        if kind == PUBLICATION:
            return publication_documents(session, ids)
        if self.dates is None:
            raise RuntimeError("IndexSync.dates must be set before documents are built")
        return item_documents(session, self.rulebook(), self.dates(), ids)


class _Counted:
    """Passes documents on and knows how many there were."""

    def __init__(self, documents: Iterable[SearchDocument]) -> None:
        self._documents = documents
        self.number = 0

    def __iter__(self) -> Iterator[SearchDocument]:
        for document in self._documents:
            self.number += 1
            yield document


def source_of(session: Session) -> str:
    """Names a database: the seal of its first audit entry, which no other database has."""
    return session.exec(select(AuditEntry.hash).where(col(AuditEntry.number) == 1)).one_or_none() or ""


def _bounds(session: Session) -> tuple[int, int]:
    """First and last sequence number kept; zeros when there is none."""
    oldest, newest = session.execute(
        sa.select(sa.func.min(IndexRequest.sequence), sa.func.max(IndexRequest.sequence))
    ).one()
    return oldest or 0, newest or 0


def _requests_after(session: Session, watermark: int) -> Sequence[IndexRequest]:
    statement = select(IndexRequest).where(col(IndexRequest.sequence) > watermark).order_by(col(IndexRequest.sequence))
    return session.exec(statement.limit(REQUESTS_AT_ONCE)).all()
