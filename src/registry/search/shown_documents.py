"""What results show of documents, kept until anything changes.

Every change leaves an index request in its own commit, so the newest request names the state of the database; what
was built in that state, on that day and under those rules is what the database has now.
"""

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.coverage.rules import StateDates
from registry.database import IndexRequest
from registry.items.tables import Area
from registry.search.backend import Hit
from registry.search.documents import ITEM, PUBLICATION, SearchDocument, item_documents, publication_documents
from registry.units.tables import Unit

KEPT_DOCUMENTS = 2_000

Key = tuple[str, str]


@dataclass
class _State:
    """Documents and names of one state of the database; the order of `documents` is that of their coming."""

    key: tuple[int, StateDates]
    rulebook: Any
    documents: dict[Key, SearchDocument] = field(default_factory=dict)
    names: dict[type[Area] | type[Unit], Mapping[str, str]] = field(default_factory=dict)


class ShownDocuments:
    """Of one process; shared by its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: _State | None = None

    def current(self, session: Session, rulebook: Any, dates: StateDates) -> "Shelf":
        """What is known of the database as `session` sees it."""
        newest = session.execute(sa.select(sa.func.max(col(IndexRequest.sequence)))).scalar() or 0
        with self._lock:
            state = self._state
            if state is None or state.key != (newest, dates) or state.rulebook is not rulebook:
                state = self._state = _State((newest, dates), rulebook)
        return Shelf(session, state)


@dataclass(frozen=True)
class Shelf:
    """Takes from one state what is there and builds the rest."""

    session: Session
    _state: _State

    def documents(self, hits: Iterable[Hit]) -> Mapping[Key, SearchDocument]:
        """The documents behind the hits; one that has just gone is missing."""
        wanted = [(hit.kind, hit.id) for hit in hits]
        held = self._state.documents
        found = {key: held[key] for key in wanted if key in held}
        built = {one.key: one for one in self._built([key for key in wanted if key not in found])}
        if len(held) + len(built) > KEPT_DOCUMENTS:
            held.clear()
        held.update(built)
        return found | built

    def names(self, table: type[Area] | type[Unit]) -> Mapping[str, str]:
        """Code → name."""
        names = self._state.names
        if table not in names:
            names[table] = dict(self.session.exec(select(table.code, table.name)).all())
        return names[table]

    def _built(self, keys: Collection[Key]) -> Iterable[SearchDocument]:
        items, publications = ([UUID(one) for kind, one in keys if kind == wanted] for wanted in (ITEM, PUBLICATION))
        if items:
            _, dates = self._state.key
            yield from item_documents(self.session, self._state.rulebook, dates, items)
        if publications:
            yield from publication_documents(self.session, publications)
