"""Reads of notes and of what is to be put right. Who may see what is decided inside the statements; the public sees nothing."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, may
from registry.accounts.tables import User
from registry.database import CITY_TIME, Actor, city_day
from registry.errors import NotFound
from registry.rectification.rules import AWAITS_UNIT, Measure, TaskState, is_late
from registry.rectification.tables import Note, NoteAnswer, RectificationList, RectificationStep, RectificationTask
from registry.units.queries import keeper_of, kept_by


@dataclass(frozen=True)
class NoteRow:
    """A note as it stood on a day, with who wrote it and what the unit answered; `is_late` when the promised day has passed."""

    note: Note
    author: str
    answers: Sequence[tuple[NoteAnswer, str]]
    is_late: bool

    @property
    def cell(self) -> tuple[str, str]:
        """The cell of the board it stands on: unit and area, the area empty for the unit as a whole."""
        return self.note.unit_code, self.note.area_code or ""


def notes_on(
    session: Session,
    as_of: date,
    actor: Actor,
    *,
    unit_code: str | None = None,
    area_code: str | None = None,
    item_code: str | None = None,
) -> list[NoteRow]:
    """The notes that stood at the end of a day and that `actor` may read, oldest first; none for the public.

    A narrower place also has the notes of what it lies in: a unit's in an area, an area's at an item.
    """
    end = _first_moment(as_of + timedelta(days=1))
    query = select(Note).where(
        _readable(session, actor, col(Note.unit_code), as_of),
        Note.written_at < end,
        sa.or_(col(Note.ended_at).is_(None), col(Note.ended_at) >= end),
    )
    if unit_code:
        query = query.where(Note.unit_code == unit_code)
    for column, wanted in ((col(Note.area_code), area_code), (col(Note.item_code), item_code)):
        if wanted:
            query = query.where(sa.or_(column == wanted, column.is_(None)))
    return _note_rows(session, session.exec(query.order_by(col(Note.written_at), col(Note.id))).all(), as_of)


def get_note(session: Session, note_id: UUID, actor: Actor, as_of: date) -> NoteRow:
    """A note, ended or not; NotFound for whoever may not read it."""
    query = select(Note).where(Note.id == note_id, _readable(session, actor, col(Note.unit_code), as_of))
    note = session.exec(query).first()
    if note is None:
        raise NotFound(subject="note")
    return _note_rows(session, [note], as_of)[0]


def note_history(session: Session, note: Note, as_of: date) -> list[NoteRow]:
    """The notes this one has replaced, newest first."""
    found: list[Note] = []
    before = session.exec(select(Note).where(Note.successor_id == note.id)).first()
    while before is not None:
        found.append(before)
        before = session.exec(select(Note).where(Note.successor_id == before.id)).first()
    return _note_rows(session, found, as_of)


def may_answer_note(session: Session, actor: Actor, unit_code: str, today: date) -> bool:
    """Whether the actor is of the unit the note is about, or of the one in its place."""
    return may(actor, Permission.ANSWER_RECTIFICATION, keeper_of(session, unit_code, today))


@dataclass(frozen=True)
class ListRow:
    """A list with how far the tasks of it that the reader may see are closed, all together and by unit."""

    list: RectificationList
    measure: Measure
    units: Mapping[str, Measure]


@dataclass(frozen=True)
class TaskRow:
    """A task with its list; `is_late` on the day asked."""

    task: RectificationTask
    list: RectificationList
    is_late: bool

    @property
    def issued_on(self) -> date:
        """The day the list was handed to the units."""
        return city_day(self.list.issued_at)


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks are meant; an empty field means all."""

    list_id: UUID | None = None
    unit_code: str | None = None
    states: Collection[TaskState] = field(default_factory=frozenset)
    late_only: bool = False


def list_lists(session: Session, actor: Actor, as_of: date) -> list[ListRow]:
    """Lists in which the actor may see a task, newest first."""
    measured = _measures(session, actor, as_of)
    lists = session.exec(select(RectificationList).where(col(RectificationList.id).in_(measured))).all()
    newest_first = sorted(lists, key=lambda one: (one.year, one.number), reverse=True)
    return [_list_row(one, measured[one.id]) for one in newest_first]


def get_list(session: Session, list_id: UUID, actor: Actor, as_of: date) -> ListRow:
    """A list with the measures of what the actor may see of it; NotFound when that is nothing."""
    measured = _measures(session, actor, as_of, list_id)
    if not measured:
        raise NotFound(subject="rectification_list")
    return _list_row(session.get_one(RectificationList, list_id), measured[list_id])


def find_list(session: Session, code: str) -> RectificationList | None:
    """The list of that number, as its tasks begin with it (2026003) or as people write it (2026-3)."""
    year, dash, number = code.partition("-")
    if not dash:
        year, number = code[:4], code[4:]
    if not (year.isascii() and year.isdigit() and number.isascii() and number.isdigit()):
        return None
    query = select(RectificationList).where(RectificationList.year == int(year[:4]))
    return session.exec(query.where(RectificationList.number == int(number[:6]))).first()


def list_tasks(session: Session, actor: Actor, as_of: date, wanted: TaskFilter | None = None) -> list[TaskRow]:
    """The tasks the actor may see, by list and place."""
    wanted = wanted or TaskFilter()
    query = select(RectificationTask, RectificationList).where(
        RectificationTask.list_id == RectificationList.id,
        _readable(session, actor, col(RectificationTask.unit_code), as_of),
    )
    if wanted.list_id is not None:
        query = query.where(RectificationTask.list_id == wanted.list_id)
    if wanted.unit_code:
        query = query.where(RectificationTask.unit_code == wanted.unit_code)
    if wanted.states:
        query = query.where(col(RectificationTask.state).in_(wanted.states))
    order = (col(RectificationList.year), col(RectificationList.number), col(RectificationTask.place))
    rows = (
        TaskRow(task, one, is_late(task.state, task.due_on, as_of))
        for task, one in session.exec(query.order_by(*order))
    )
    return [row for row in rows if row.is_late or not wanted.late_only]


def get_task(session: Session, task_id: UUID, actor: Actor, as_of: date) -> TaskRow:
    """One task; NotFound for whoever may not see it."""
    query = select(RectificationTask, RectificationList).where(
        RectificationTask.list_id == RectificationList.id,
        RectificationTask.id == task_id,
        _readable(session, actor, col(RectificationTask.unit_code), as_of),
    )
    found = session.exec(query).first()
    if found is None:
        raise NotFound(subject="rectification_task")
    task, one = found
    return TaskRow(task, one, is_late(task.state, task.due_on, as_of))


def steps_of(session: Session, task_id: UUID) -> list[tuple[RectificationStep, str]]:
    """What was done with a task, oldest first, with the name of who did it."""
    query = select(RectificationStep, User).where(RectificationStep.task_id == task_id, User.id == RectificationStep.by)
    rows = session.exec(query.order_by(col(RectificationStep.at), col(RectificationStep.id)))
    return [(step, user.display_name) for step, user in rows]


def last_answers(session: Session, task_ids: Collection[UUID]) -> Mapping[UUID, RectificationStep]:
    """The newest answer to each of the tasks that has one."""
    query = select(RectificationStep).where(
        col(RectificationStep.task_id).in_(task_ids), col(RectificationStep.progress).is_not(None)
    )
    rows = session.exec(query.order_by(col(RectificationStep.at), col(RectificationStep.id)))
    return {step.task_id: step for step in rows}


def answerers_of(session: Session, task_id: UUID) -> frozenset[UUID]:
    """Everybody who ever answered the task."""
    query = select(RectificationStep.by).where(
        RectificationStep.task_id == task_id, col(RectificationStep.progress).is_not(None)
    )
    return frozenset(session.exec(query))


def listed_findings(session: Session) -> Mapping[tuple[str, str, str, str], RectificationTask]:
    """What is on a list already and not closed, by the key of its finding."""
    open_ones = select(RectificationTask).where(RectificationTask.state != TaskState.CLOSED)
    return {(one.rule, one.unit_code, one.subject, one.subject_id): one for one in session.exec(open_ones)}


def tasks_of_unit(session: Session, unit_code: str, as_of: date) -> list[TaskRow]:
    """What waits for a unit and for those in whose place it stands, the earliest last day first."""
    query = select(RectificationTask, RectificationList).where(
        RectificationTask.list_id == RectificationList.id,
        col(RectificationTask.unit_code).in_(kept_by(session, unit_code, as_of)),
        col(RectificationTask.state).in_(AWAITS_UNIT),
    )
    rows = session.exec(query.order_by(col(RectificationTask.due_on), col(RectificationTask.code)))
    return [TaskRow(task, one, is_late(task.state, task.due_on, as_of)) for task, one in rows]


def count_answered(session: Session) -> int:
    """How many tasks wait for the office."""
    query = sa.select(sa.func.count()).where(col(RectificationTask.state) == TaskState.ANSWERED)
    return session.scalar(query) or 0


def _measures(
    session: Session, actor: Actor, as_of: date, list_id: UUID | None = None
) -> Mapping[UUID, Mapping[str, Measure]]:
    """List → unit → how far its tasks are closed, of what the actor may see; the database counts."""
    by = (
        col(RectificationTask.list_id),
        col(RectificationTask.unit_code),
        col(RectificationTask.state),
        col(RectificationTask.due_on),
    )
    counted = sa.select(*by, sa.func.count()).where(_readable(session, actor, by[1], as_of)).group_by(*by)
    if list_id is not None:
        counted = counted.where(by[0] == list_id)
    found: dict[UUID, dict[str, Measure]] = defaultdict(lambda: defaultdict(Measure))
    for own_list, unit_code, state, due_on, number in session.execute(counted):
        found[own_list][unit_code].add(state, due_on, as_of, number)
    return found


def _list_row(row: RectificationList, units: Mapping[str, Measure]) -> ListRow:
    total = Measure()
    for measure in units.values():
        total.merge(measure)
    return ListRow(row, total, units)


def _readable(session: Session, actor: Actor, unit_code: Mapped[str], as_of: date) -> sa.ColumnElement[bool]:
    """Office and leadership read everything, staff what is about their unit and those in whose place it stands, others nothing."""
    if may(actor, Permission.SEE_ALL_UNITS):
        return sa.true()
    if actor.unit_code is None or not may(actor, Permission.ANSWER_RECTIFICATION, actor.unit_code):
        return unit_code.in_([])
    return unit_code.in_(kept_by(session, actor.unit_code, as_of))


def _note_rows(session: Session, notes: Sequence[Note], as_of: date) -> list[NoteRow]:
    answers: dict[UUID, list[tuple[NoteAnswer, str]]] = defaultdict(list)
    ids = [note.id for note in notes]
    query = select(NoteAnswer, User).where(col(NoteAnswer.note_id).in_(ids), User.id == NoteAnswer.answered_by)
    for answer, user in session.exec(query.order_by(col(NoteAnswer.answered_at), col(NoteAnswer.id))) if ids else ():
        answers[answer.note_id].append((answer, user.display_name))
    writers = {note.written_by for note in notes}
    named = session.exec(select(User).where(col(User.id).in_(writers))).all() if writers else ()
    names = {user.id: user.display_name for user in named}
    return [
        NoteRow(
            note,
            names.get(note.written_by, ""),
            answers[note.id],
            is_late=note.ended_at is None and note.promised_on is not None and note.promised_on < as_of,
        )
        for note in notes
    ]


def _first_moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=CITY_TIME)
