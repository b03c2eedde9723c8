"""From finding to closed: numbered, frozen, answered, asked again, closed by another person with before and after."""

from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.database import PUBLIC, Actor
from registry.duties.tables import Duty, Occasion
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.evidence.service import check_publication
from registry.rectification.deciding import close_task, return_task
from registry.rectification.observing import observation_from
from registry.rectification.queries import (
    TaskFilter,
    get_list,
    get_task,
    list_lists,
    list_tasks,
    steps_of,
    tasks_of_unit,
)
from registry.rectification.rules import Doubt, TaskState
from registry.rectification.tables import RectificationTask
from tests.clock import CITY, Clock
from tests.evidence.sites import ADDRESS, Sites
from tests.evidence.sites import page as site_page
from tests.factories import UNIT, create_user, publish
from tests.rectification.lists import ITEMS, answer, issue, tasks_in

ITEM = ITEMS[0]
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def office(registry: Registry) -> Actor:
    return create_user(registry, "office", roles=["office"], unit=None)


@pytest.fixture
def editor(registry: Registry) -> Actor:
    return create_user(registry, "editor")


def close(registry: Registry, actor: Actor, task: RectificationTask, reason: str | None = None) -> None:
    with registry.database.work(actor) as work:
        version = work.session.get_one(RectificationTask, task.id).version
        close_task(work, task.id, registry.observer(work.session), reason, version=version)


def task_now(registry: Registry, task: RectificationTask) -> RectificationTask:
    with registry.database.read() as session:
        found = session.get_one(RectificationTask, task.id)
        session.expunge(found)
        return found


def test_a_list_is_numbered_and_frozen_and_goes_all_the_way(
    registry: Registry, office: Actor, editor: Actor, clock: Clock
) -> None:
    first, second = (
        issue(registry, office, items=ITEMS[:3], own={ITEMS[1]: 5}),
        issue(registry, office, items=ITEMS[3:]),
    )
    tasks = tasks_in(registry, first)
    assert [task.code for task in tasks.values()] == ["ZG2026001-001", "ZG2026001-002", "ZG2026001-003"]
    assert [task.code for task in tasks_in(registry, second).values()] == ["ZG2026002-001", "ZG2026002-002"]
    # 10 working days after Monday 2 March are 16 March, 5 are 9 March.
    assert [task.due_on.day for task in tasks.values()] == [16, 9, 16]
    before = observation_from(tasks[ITEM].before)
    assert before.stands
    assert "至今没有公开" in before.problem
    assert (before.on, before.records) == (date(2026, 3, 2), ())

    reviewer = create_user(registry, "reviewer", roles=["reviewer"])
    clock.now = datetime(2026, 3, 10, 9, tzinfo=CITY)
    with registry.database.read() as session:
        row = get_list(session, first, office, date(2026, 3, 10))
        assert (row.measure.total, row.measure.open, row.measure.late, row.measure.rate) == (3, 3, 1, 0.0)
        assert next(one.task.item_code for one in tasks_of_unit(session, UNIT, date(2026, 3, 10))) == ITEMS[1]

    answered = answer(registry, editor, tasks[ITEM], text="马上公开")
    with pytest.raises(Invalid) as refused:
        close(registry, office, answered)
    assert [one.code for one in refused.value.issues] == ["closing_found"]
    with registry.database.work(office) as work:
        return_task(work, answered.id, "系统中还没有", version=answered.version)
    publish(registry, editor, reviewer, item=ITEM, title="补充公开的表")
    answer(registry, editor, task_now(registry, answered), proof=ADDRESS)
    close(registry, office, answered)

    closed = task_now(registry, answered)
    after = observation_from(closed.after)
    assert (closed.state, closed.closing_reason, after.stands, after.state) == (
        TaskState.CLOSED,
        None,
        False,
        "met_late",
    )
    assert [(one.title, one.published_on) for one in after.records] == [("补充公开的表", date(2026, 3, 10))]
    assert observation_from(closed.before) == before
    with registry.database.read() as session:
        kinds = [step.kind.value for step, _ in steps_of(session, closed.id)]
        assert kinds == ["answer", "return", "answer", "close"]
        row = get_list(session, first, office, date(2026, 3, 10))
        assert (row.measure.closed, row.units[UNIT].rate) == (1, pytest.approx(1 / 3))
        assert len(list_tasks(session, office, date(2026, 3, 10), TaskFilter(first, late_only=True))) == 1
        actions = [one.action for one in session.exec(select(AuditEntry)) if one.action.startswith("rectification")]
        assert sorted(set(actions)) == [
            "rectification.answer", "rectification.close", "rectification.issue", "rectification.return",
        ]  # fmt: skip


@ON_SQLITE
def test_who_answered_does_not_close_also_in_the_unit_s_place(registry: Registry, office: Actor, editor: Actor) -> None:
    task = tasks_in(registry, issue(registry, office))[ITEM]
    entered = answer(registry, office, task)
    with pytest.raises(Forbidden) as refused:
        close(registry, office, entered, "理由")
    assert refused.value.code == "own_answer"
    with pytest.raises(Forbidden):
        close(registry, editor, entered, "理由")
    close(registry, create_user(registry, "office2", roles=["office"], unit=None), entered, "报经批准")
    assert task_now(registry, task).closing_reason == "报经批准"


def test_the_table_itself_refuses_one_person_for_both(registry: Registry, office: Actor) -> None:
    task = tasks_in(registry, issue(registry, office))[ITEM]
    entered = answer(registry, office, task)
    with registry.database.work(office, keep=False) as work:
        work.session.get_one(RectificationTask, entered.id).closed_by = office.user_id
        with pytest.raises(IntegrityError):
            work.session.flush()
        work.session.rollback()


@ON_SQLITE
def test_a_publication_not_seen_at_its_address_needs_a_reason(registry: Registry, office: Actor, editor: Actor) -> None:
    task = tasks_in(registry, issue(registry, office))[ITEM]
    sites = Sites()
    registry.fetch = sites.fetch
    published = publish(registry, editor, create_user(registry, "reviewer", roles=["reviewer"]), item=ITEM)
    answer(registry, editor, task)
    sites.pages[ADDRESS] = 404
    check_publication(registry.database, registry.looker, office, published)
    with registry.database.read() as session:
        now = registry.observer(session).of_task(task)
        assert (now.stands, now.doubts) == (False, [Doubt.NOT_SEEN])
    with pytest.raises(Invalid):
        close(registry, office, task)

    sites.pages[ADDRESS] = site_page()
    check_publication(registry.database, registry.looker, office, published)
    close(registry, office, task)
    after = observation_from(task_now(registry, task).after)
    assert [look.outcome.value for look in after.records[0].looks] == ["seen"]


@ON_SQLITE
def test_what_is_late_stands_also_when_it_has_become_worse_or_was_handed_on(
    registry: Registry, office: Actor, clock: Clock
) -> None:
    tasks = tasks_in(registry, issue(registry, office)).values()
    task = next(one for one in tasks if observation_from(one.before).state == "overdue")
    clock.forward(days=60)
    with registry.database.read() as session:
        now = registry.observer(session).of_task(task)
        assert (now.stands, now.state) == (True, "long_overdue")
        lasting = select(Duty.id).where(Duty.unit_code == "CX-102", col(Duty.ends_on).is_(None))
        duty = session.exec(lasting).first()
    with registry.database.work(office, audited=False) as work:
        occasion = work.session.get_one(Occasion, UUID(task.subject_id))
        values = occasion.model_dump(exclude={"id", "duty_id", "kind"})
        successor = Occasion(**values, kind=occasion.kind, duty_id=duty)
        work.session.add(successor)
        work.session.flush()
        occasion.handed_on, occasion.successor_id = date(2026, 4, 1), successor.id
    with registry.database.read() as session:
        now = registry.observer(session).of_task(task)
        assert (now.stands, now.state) == (True, "long_overdue")


@ON_SQLITE
def test_nothing_is_listed_twice_or_out_of_nothing(registry: Registry, office: Actor, editor: Actor) -> None:
    issue(registry, office, items=ITEMS[:1])
    for items, code in ((ITEMS[:1], "finding_listed"), ((), "nothing_chosen_to_rectify")):
        with pytest.raises(Invalid) as refused:
            issue(registry, office, items=items)
        assert [one.code for one in refused.value.issues] == [code]
    with pytest.raises(Forbidden):
        issue(registry, editor, items=ITEMS[1:])


@ON_SQLITE
def test_each_unit_sees_its_own_tasks_and_the_public_none(registry: Registry, office: Actor, editor: Actor) -> None:
    list_id = issue(registry, office, units=(UNIT, "CX-103"), items=None)
    leader = create_user(registry, "leader", roles=["leader"], unit=None)
    stranger = create_user(registry, "stranger", unit="CX-105")
    today = registry.database.today()
    with registry.database.read() as session:
        seen = {one.label: _units(session, one, today) for one in (office, leader, editor, stranger, PUBLIC)}
        assert seen["editor"] == {UNIT}
        assert seen["office"] == seen["leader"] == {UNIT, "CX-103"}
        assert seen["stranger"] == seen["public"] == set()
        assert list_lists(session, PUBLIC, today) == []
        task = list_tasks(session, office, today, TaskFilter(list_id))[0].task
        with pytest.raises(NotFound):
            get_task(session, task.id, stranger, today)
    with pytest.raises(NotFound):
        answer(registry, stranger, task)
    with pytest.raises(Forbidden):
        answer(registry, leader, task)


def _units(session: Session, actor: Actor, today: date) -> set[str]:
    return {row.task.unit_code for row in list_tasks(session, actor, today)}


@ON_SQLITE
def test_a_change_meanwhile_or_a_closed_task_is_a_conflict(registry: Registry, office: Actor, editor: Actor) -> None:
    task = tasks_in(registry, issue(registry, office))[ITEM]
    answered = answer(registry, editor, task)
    with pytest.raises(Conflict) as refused:
        answer(registry, editor, task)
    assert refused.value.code == "version_passed"
    close(registry, office, answered, "不再需要")
    with pytest.raises(Conflict) as refused:
        answer(registry, editor, task_now(registry, task))
    assert refused.value.code == "rectification_state"
    with pytest.raises(Conflict), registry.database.work(office) as work:
        return_task(work, task.id, "再改", version=3)
