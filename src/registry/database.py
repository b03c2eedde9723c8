"""Engine, column helpers, and `Work`: one change, one transaction.

SQLite needs care to keep what it acknowledged: the driver must begin nothing itself, a writing transaction must begin as one, and one
lock file is held around every write, because SQLite before 3.51.3 can damage a WAL that two connections checkpoint at the same instant
(https://sqlite.org/wal.html#walresetbug). PostgreSQL needs none of it and gets the same code.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Field, Session, SQLModel, create_engine
from uuid_utils.compat import uuid7

CITY_TIME = ZoneInfo("Asia/Shanghai")

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "trusted_schema=OFF",
)


def city_day(moment: datetime) -> date:
    """The day it was in the city."""
    return moment.astimezone(CITY_TIME).date()


def new_id() -> UUID:
    """A UUIDv7: sorts by time, needs no central counter."""
    return uuid7()


def enum_column(kind: type[StrEnum], *, nullable: bool = False, index: bool = False) -> Any:
    """A column that stores the enum's value and refuses strangers, on every database."""
    column_type = sa.Enum(
        kind,
        native_enum=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
        create_constraint=True,
        name=kind.__name__.lower(),
    )
    return Field(sa_column=sa.Column(column_type, nullable=nullable, index=index))


def json_column() -> Any:
    """A JSON column, always replaced whole, never changed in place."""
    return sa.Column(sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False)


@dataclass(frozen=True)
class Actor:
    """Who acts, through which door. `user_id` is None for the public, the operator's command line and the registry itself."""

    label: str
    roles: frozenset[str] = frozenset()
    user_id: UUID | None = None
    unit_code: str | None = None
    door: str = "system"


SYSTEM = Actor("system", roles=frozenset({"system"}))
PUBLIC = Actor("public", door="web")


class IndexRequest(SQLModel, table=True):
    """A row of the queue from database to search index: `kind` and `subject_id` were changed by the commit that holds this row.

    `sequence` grows in commit order (writers are serialised by the audit head), so an index that has stored its last sequence knows what
    it lacks.
    """

    __tablename__ = "index_request"
    sequence: int | None = Field(
        default=None,
        sa_column=sa.Column(sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
    )
    kind: str = Field(max_length=32)
    subject_id: str = Field(max_length=64)
    requested_at: datetime


@dataclass
class Work:
    """One change by one actor in one transaction; services get it first and never commit."""

    session: Session
    actor: Actor
    now: datetime
    audited: bool = False
    touched: dict[tuple[str, str], None] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day it is in the city."""
        return city_day(self.now)

    def touch(self, kind: str, subject_id: UUID | str) -> None:
        """Ask for the subject to be indexed again once this work is committed."""
        self.touched[(kind, str(subject_id))] = None


class Database:
    """Sessions for reading, `Work` for changing, and what happens after a commit."""

    def __init__(self, address: str, *, clock: Callable[[], datetime] | None = None) -> None:
        self.address = address
        self.clock = clock or (lambda: datetime.now(UTC))
        self.after_commit: Callable[[], None] = lambda: None
        self.is_sqlite = address.startswith("sqlite")
        if self.is_sqlite:
            path = Path(address.removeprefix("sqlite:///"))
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write_lock: FileLock | None = FileLock(path.with_suffix(".lock"))
            self.engine = create_engine(address, connect_args={"check_same_thread": False})
            event.listen(self.engine, "connect", _configure_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self._write_lock = None
            self.engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"), pool_pre_ping=True)
        self.writing_engine: Engine = self.engine.execution_options(registry_write=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database; nothing written through it is kept."""
        with Session(self.engine, autoflush=False) as session:
            yield session

    @contextmanager
    def work(self, actor: Actor, *, audited: bool = True, keep: bool = True) -> Iterator[Work]:
        """A change by `actor`; leaving the block commits, an exception rolls everything back.

        `audited=False` is for bookkeeping nobody decides on (a session's last use); `keep=False` is a dry run: everything is done and
        checked, then rolled back.
        """
        with self._write_lock or nullcontext(), Session(self.writing_engine) as session:
            session.connection()
            work = Work(session=session, actor=actor, now=self.clock())
            yield work
            session.flush()
            if audited and work.touched and not work.audited:
                raise RuntimeError("a change must write its audit entry in the same transaction")
            for kind, subject_id in work.touched:
                session.add(IndexRequest(kind=kind, subject_id=subject_id, requested_at=work.now))
            if keep:
                session.commit()
            else:
                session.rollback()
        if keep and work.touched:
            self.after_commit()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Nobody writes inside this block (SQLite); PostgreSQL arranges that itself."""
        with self._write_lock or nullcontext():
            yield

    def today(self) -> date:
        """The day it is in the city."""
        return city_day(self.clock())

    def dispose(self) -> None:
        self.engine.dispose()


class FileLock:
    """Held by one thread of one process at a time; the system drops it when the process dies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = threading.RLock()
        self._depth = 0
        self._file: Any = None

    def __enter__(self) -> None:
        self._threads.acquire()
        self._depth += 1
        if self._depth == 1:
            self._file = self.path.open("a")
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._file.close()
        self._threads.release()


def _configure_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("registry_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
