"""/tasks: what waits for the person signed in – a unit's list, a reviewer's queue, the office's summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, render_template
from flask_login import login_required
from sqlmodel import Session

from registry.accounts.permissions import Permission, may, require
from registry.bootstrap import Registry
from registry.coverage.queries import OccasionRow
from registry.database import Actor
from registry.duties.queries import list_duties
from registry.duties.responsible import count_without
from registry.duties.rulings import waiting_rulings
from registry.duties.tables import Duty, Ruling
from registry.errors import NotFound
from registry.evidence.queries import list_uncleared
from registry.evidence.tables import Evidence
from registry.items.tables import Item
from registry.publications.queries import PublicationRow, list_follow_ups, list_work
from registry.publications.rules import RevisionState
from registry.rectification.queries import TaskRow, tasks_of_unit
from registry.reports.tasks import (
    Group,
    OfficeSummary,
    Task,
    UnitTasks,
    done_occasions,
    office_summary,
    unit_tasks,
)
from registry.units.queries import unit_names
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")

GROUPS_SHOWN = (Group.RETURNED, Group.OVERDUE, Group.DUE_SOON, Group.STARTED, Group.WAITING)


@dataclass(frozen=True)
class TasksPage:
    """`unit` is the list of an editor's unit, `reviews` a reviewer's queue, `office` the summary of all; None where not theirs.

    `rulings` are requests the reader may decide; `own` are ids of publications in the queue that the reader wrote on and so cannot decide.
    `follow_ups` are public already, approved by the office in a reviewer's place; `uncleared` are photographs and captures that a second
    person has to look at before everybody may see them.
    `to_rectify` are tasks of 整改清单 that wait for the reader's unit.
    `without_responsible` counts duties that nobody looks after, of the unit or, for the office, of all.
    """

    as_of: date
    unit_code: str
    unit_name: str
    names: Mapping[str, str]
    unit: UnitTasks | None
    reviews: Sequence[PublicationRow] | None
    own: frozenset[UUID]
    follow_ups: Sequence[PublicationRow]
    uncleared: Sequence[Evidence]
    office: OfficeSummary | None
    rulings: Sequence[tuple[Ruling, Duty, Item]]
    to_rectify: Sequence[TaskRow]
    without_responsible: int
    may_assign: bool

    @property
    def shown(self) -> Sequence[tuple[str, Sequence[Task]]]:
        """Groups with something in them, in the order of work; the rest is folded away."""
        return [
            (group.value, self.unit.groups[group]) for group in GROUPS_SHOWN if self.unit and self.unit.groups[group]
        ]

    @property
    def later(self) -> Sequence[Task]:
        return self.unit.groups[Group.LATER] if self.unit else []


@dataclass(frozen=True)
class DonePage:
    """What left the list: published, and properly answered otherwise."""

    unit_name: str
    rows: Sequence[OccasionRow]
    may_write: bool


@dataclass(frozen=True)
class DutiesPage:
    """Everything the unit must publish, to record an event for."""

    unit_name: str
    duties: Sequence[tuple[Duty, Item]]


@blueprint.get("")
@login_required
def tasks() -> str:
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.SEE_TASKS)
    with registry.database.read() as session:
        page = _page(session, registry, actor)
    return render_template("staff/tasks.html", page=page)


@blueprint.get("/done")
@login_required
def done() -> str:
    registry, actor = the_registry(), current_actor()
    unit_code = _own_unit(actor)
    with registry.database.read() as session:
        rows = done_occasions(session, unit_code, registry.state_dates())
        name = unit_names(session)[unit_code]
    return render_template(
        "staff/done.html", page=DonePage(name, rows, may(actor, Permission.WRITE_PUBLICATION, unit_code))
    )


@blueprint.get("/duties")
@login_required
def duties() -> str:
    """Where an event is recorded that nobody's list knows of yet."""
    registry, actor = the_registry(), current_actor()
    unit_code, today = _own_unit(actor), registry.database.today()
    require(actor, Permission.RECORD_EVENT, unit_code)
    with registry.database.read() as session:
        owed = [(duty, item) for duty, item in list_duties(session, unit_code=unit_code) if _holds(duty, today)]
        name = unit_names(session)[unit_code]
    return render_template("staff/duties.html", page=DutiesPage(name, owed))


def _page(session: Session, registry: Registry, actor: Actor) -> TasksPage:
    unit_code, dates = actor.unit_code or "", registry.state_dates()
    names = unit_names(session)
    reviews = _reviews(session, actor, dates.as_of)
    return TasksPage(
        as_of=dates.as_of,
        unit_code=unit_code,
        unit_name=names.get(unit_code, ""),
        names=names,
        unit=unit_tasks(session, unit_code, dates) if _writes(actor) else None,
        reviews=reviews,
        own=frozenset(row.publication.id for row in reviews or () if actor.user_id in row.revision.writers),
        follow_ups=_follow_ups(session, actor, dates.as_of),
        uncleared=_uncleared(session, actor),
        office=office_summary(session, dates) if may(actor, Permission.SEE_ALL_UNITS) else None,
        rulings=[
            (ruling, duty, session.get_one(Item, duty.item_id)) for ruling, duty in waiting_rulings(session, actor)
        ],
        to_rectify=_to_rectify(session, actor, dates.as_of),
        without_responsible=_without_responsible(session, actor, dates.as_of),
        may_assign=may(actor, Permission.ASSIGN_DUTY),
    )


def _to_rectify(session: Session, actor: Actor, today: date) -> Sequence[TaskRow]:
    if actor.unit_code is None or not may(actor, Permission.ANSWER_RECTIFICATION, actor.unit_code):
        return ()
    return tasks_of_unit(session, actor.unit_code, today)


def _without_responsible(session: Session, actor: Actor, today: date) -> int:
    unit_code = None if may(actor, Permission.SEE_ALL_UNITS) else actor.unit_code or ""
    return sum(count_without(session, today, unit_code=unit_code).values())


def _writes(actor: Actor) -> bool:
    return actor.unit_code is not None and may(actor, Permission.WRITE_PUBLICATION, actor.unit_code)


def _reviews(session: Session, actor: Actor, as_of: date) -> Sequence[PublicationRow] | None:
    if actor.unit_code is None or not may(actor, Permission.REVIEW_PUBLICATION, actor.unit_code):
        return None
    return list_work(session, as_of, unit_code=actor.unit_code, states=(RevisionState.SUBMITTED,))


def _follow_ups(session: Session, actor: Actor, as_of: date) -> Sequence[PublicationRow]:
    """A reviewer's own unit's; the office's are those of all units, which it can only wait for."""
    if may(actor, Permission.OVERRIDE_REVIEW):
        return list_follow_ups(session, as_of, unit_code=None)
    if may(actor, Permission.REVIEW_PUBLICATION, actor.unit_code):
        return list_follow_ups(session, as_of, unit_code=actor.unit_code)
    return ()


def _uncleared(session: Session, actor: Actor) -> Sequence[Evidence]:
    """Of a reviewer's own unit, without those the reader recorded."""
    if actor.unit_code is None or not may(actor, Permission.CLEAR_EVIDENCE, actor.unit_code):
        return ()
    return [one for one, _ in list_uncleared(session, actor.unit_code) if one.recorded_by != actor.user_id]


def _own_unit(actor: Actor) -> str:
    """The unit whose list it is; who belongs to none has no list."""
    require(actor, Permission.SEE_TASKS)
    if actor.unit_code is None:
        raise NotFound(subject="unit")
    return actor.unit_code


def _holds(duty: Duty, today: date) -> bool:
    return duty.starts_on <= today and (duty.ends_on is None or duty.ends_on >= today)
