"""Work that time asks for, remembered in the database: a queue of rows is the only memory of what is to be done.

A job is taken with a lease (`FOR UPDATE SKIP LOCKED` where the database has it), so that of many processes one does it; a process that
dies lets its lease run out and another takes over. Tasks read what is due, so that doing one twice does no harm (docs/adr/0003).
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Field, SQLModel, col, select

from registry.database import SYSTEM, Database, Work, new_id

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)


class Job(SQLModel, table=True):
    """Something to do at or after `due_at`; `key` makes asking twice ask once."""

    __tablename__ = "job"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=40)
    key: str = Field(max_length=80, unique=True)
    due_at: datetime = Field(index=True)
    leased_until: datetime | None = None
    done_at: datetime | None = Field(default=None, index=True)
    attempts: int = 0
    failure: str | None = Field(default=None, max_length=400)


def ask_for(work: Work, name: str, key: str, due_at: datetime) -> None:
    """Put a job into the queue unless one with this key is there already."""
    if work.session.exec(select(Job.id).where(Job.key == key)).first() is None:
        work.session.add(Job(name=name, key=key, due_at=due_at))


def do_next(
    database: Database,
    tasks: Mapping[str, Callable[[Work], None]],
    outside: Mapping[str, Callable[[str], None]] | None = None,
) -> bool:
    """Take one due job and do it; returns whether there was one. A failing task is put off and its reason kept.

    `tasks` run in the transaction that marks them done. Those `outside` wait for other machines, so they get the job's key and run
    before it, holding nothing up; they must bear being done again after a crash.
    """
    with database.work(SYSTEM, audited=False) as work:
        job = work.session.exec(
            select(Job)
            .where(col(Job.done_at).is_(None), col(Job.due_at) <= work.now)
            .where(col(Job.leased_until).is_(None) | (col(Job.leased_until) < work.now))
            .order_by(col(Job.due_at))
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if job is None:
            return False
        job.leased_until, job.attempts = work.now + LEASE, job.attempts + 1
        work.session.add(job)
        job_id, name, key = job.id, job.name, job.key
    try:
        if outside and name in outside:
            outside[name](key)
        with database.work(SYSTEM) as work:
            if name in tasks:
                tasks[name](work)
            done = work.session.get_one(Job, job_id)
            done.done_at, done.failure = work.now, None
            work.session.add(done)
    except Exception as error:
        log.exception("job failed", extra={"job": name})
        _put_off(database, job_id, error)
    return True


def _put_off(database: Database, job_id: UUID, error: Exception) -> None:
    with database.work(SYSTEM, audited=False) as work:
        job = work.session.get_one(Job, job_id)
        job.failure = f"{type(error).__name__}: {error}"[:400]
        job.due_at = work.now + timedelta(minutes=min(60, 2**job.attempts))
        job.leased_until = None
        work.session.add(job)
