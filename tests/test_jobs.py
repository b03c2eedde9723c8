"""Work that time asks for: asked for once, done once, put off when it fails, taken over when a process dies."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from registry import jobs
from registry.bootstrap import Registry
from registry.coverage.queries import list_occasions
from registry.database import SYSTEM, IndexRequest, Work
from registry.jobs import Job
from tests import factories
from tests.clock import Clock

Tasks = dict[str, Callable[[Work], None]]


def ask(registry: Registry, key: str = "sweep:1") -> None:
    with registry.database.work(SYSTEM, audited=False) as work:
        jobs.ask_for(work, "sweep", key, work.now)


def job_of(session: Session) -> Job:
    return session.exec(select(Job).where(Job.name == "sweep")).one()


def test_asking_twice_asks_once(registry: Registry) -> None:
    ask(registry)
    ask(registry)

    done: list[str] = []
    tasks: Tasks = {"sweep": lambda work: done.append("swept")}

    assert [jobs.do_next(registry.database, tasks) for _ in range(2)] == [True, False]
    assert done == ["swept"]


def test_a_job_is_not_done_before_its_time(registry: Registry, clock: Clock) -> None:
    with registry.database.work(SYSTEM, audited=False) as work:
        jobs.ask_for(work, "sweep", "later", work.now + timedelta(hours=1))
    tasks: Tasks = {"sweep": lambda work: None}

    assert not jobs.do_next(registry.database, tasks)
    clock.forward(hours=1)
    assert jobs.do_next(registry.database, tasks)


def test_a_failing_job_keeps_its_reason_and_is_tried_again_later(registry: Registry, clock: Clock) -> None:
    def fail(work: Work) -> None:
        raise RuntimeError("no paper")

    ask(registry)
    jobs.do_next(registry.database, {"sweep": fail})
    with registry.database.read() as session:
        assert job_of(session).failure == "RuntimeError: no paper"
    assert not jobs.do_next(registry.database, {"sweep": fail})

    clock.forward(minutes=2)
    assert jobs.do_next(registry.database, {"sweep": lambda work: None})
    with registry.database.read() as session:
        job = job_of(session)
        assert (job.failure, job.attempts, job.done_at is not None) == (None, 2, True)


def test_the_job_of_a_process_that_died_is_taken_over_after_its_lease(registry: Registry, clock: Clock) -> None:
    class Killed(BaseException):
        """As good as kill -9: nothing after it runs."""

    def die(work: Work) -> None:
        raise Killed

    ask(registry)
    with pytest.raises(Killed):
        jobs.do_next(registry.database, {"sweep": die})

    assert not jobs.do_next(registry.database, {"sweep": lambda work: None})
    clock.forward(minutes=11)
    assert jobs.do_next(registry.database, {"sweep": lambda work: None})


def test_a_new_day_raises_what_has_come_due_and_shows_what_was_scheduled(registry: Registry, clock: Clock) -> None:
    registry.do_due_jobs()
    editor = factories.create_user(registry, "editor")
    reviewer = factories.create_user(registry, "reviewer", roles=["reviewer"])
    tomorrow = registry.database.today() + timedelta(days=1)
    scheduled = factories.publish(registry, editor, reviewer, published_on=tomorrow)
    with registry.database.read() as session:
        before = len(list_occasions(session, registry.state_dates(tomorrow + timedelta(days=400))))
    assert registry.do_due_jobs() == 0

    clock.forward(days=1)
    assert registry.do_due_jobs() == 2, "the day itself, and its reminders"
    with registry.database.read() as session:
        asked = session.exec(select(IndexRequest.subject_id).where(IndexRequest.requested_at == clock.now)).all()
    assert str(scheduled) in asked

    clock.forward(days=300)
    registry.do_due_jobs()
    with registry.database.read() as session:
        after = len(list_occasions(session, registry.state_dates(tomorrow + timedelta(days=400))))
    assert after > before


def test_what_waits_for_other_machines_runs_outside_the_transaction_and_is_done_once(registry: Registry) -> None:
    """It can write in works of its own, which a transaction around it would keep from it."""
    ask(registry, "sweep:7")
    seen: list[str] = []

    def sweep(key: str) -> None:
        with registry.database.work(SYSTEM, audited=False) as work:
            jobs.ask_for(work, "other", "other:1", work.now + timedelta(days=1))
        seen.append(key)

    assert [jobs.do_next(registry.database, {}, {"sweep": sweep}) for _ in range(2)] == [True, False]
    assert seen == ["sweep:7"]
    with registry.database.read() as session:
        assert job_of(session).done_at is not None
