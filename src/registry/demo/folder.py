"""Whose folder it is: nobody's yet, people's, or a demo's. The demo never mixes with what people entered."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.accounts.tables import User
from registry.audit.service import Action
from registry.audit.tables import AuditEntry
from registry.database import Database
from registry.duties.files import FILE as ASSIGNMENTS
from registry.errors import Conflict


class Holds(StrEnum):
    """What a database holds: nothing, the data files as they were loaded, a demo, or what people entered."""

    NOTHING = "nothing"
    DATA_FILES = "data_files"
    DEMO = "demo"
    ENTRIES = "entries"


def is_demo(session: Session) -> bool:
    """Whether everything here is sample data: the log says so, and what stands in the log stays in it."""
    return (
        session.exec(select(AuditEntry.number).where(AuditEntry.action == Action.DEMO_SEED).limit(1)).first()
        is not None
    )


def what_it_holds(database: Database) -> Holds:
    """Looks before any table is made."""
    if not sa.inspect(database.engine).has_table(AuditEntry.__tablename__):
        return Holds.NOTHING
    with database.read() as session:
        if session.exec(select(AuditEntry.number).limit(1)).first() is None:
            return Holds.NOTHING
        if is_demo(session):
            return Holds.DEMO
        return Holds.ENTRIES if _was_changed(session) else Holds.DATA_FILES


# What a start writes by itself after the data files were loaded.
BY_ITSELF = (Action.OCCASION_RAISE, Action.SETUP_CODE)


def _was_changed(session: Session) -> bool:
    """An account, or an entry of another moment than the first load."""
    if session.exec(select(User.id).limit(1)).first() is not None:
        return True
    loaded_at = session.exec(select(AuditEntry.at).order_by(col(AuditEntry.number)).limit(1)).one()
    later = select(AuditEntry.number).where(col(AuditEntry.at) != loaded_at, col(AuditEntry.action).not_in(BY_ITSELF))
    return session.exec(later.limit(1)).first() is not None


def make_room(database: Database, *, again: bool) -> None:
    """Empty the database for a demo. Conflict when people entered something, or when a demo is there and is not to be made `again`."""
    holds = what_it_holds(database)
    if holds is Holds.ENTRIES:
        raise Conflict("demo_needs_empty_folder")
    if holds is Holds.DEMO and not again:
        raise Conflict("demo_is_there")
    if holds is not Holds.NOTHING:
        with database.exclusive(), database.writing_engine.begin() as connection:
            tables = sa.MetaData()
            tables.reflect(connection)
            tables.drop_all(connection)


TRACKED_FROM = re.compile(r"^tracked_from:.*$", re.MULTILINE)


def with_tracking_from(texts: Mapping[str, str], day: date) -> dict[str, str]:
    """The data files with an earlier day from which occasions arise, for the demo's database only."""
    return {**texts, ASSIGNMENTS: TRACKED_FROM.sub(f"tracked_from: {day}", texts[ASSIGNMENTS], count=1)}
