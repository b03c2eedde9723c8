"""The office goes through all answers of a list: what was found beside what there is now, and closes what is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Conflict, Forbidden, Invalid, Issue
from registry.rectification.deciding import close_task
from registry.rectification.observing import observation_from
from registry.rectification.queries import TaskFilter, TaskRow, answerers_of, get_list, last_answers, list_tasks
from registry.rectification.rules import Observation, TaskState, is_own_answer
from registry.rectification.tables import RectificationList, RectificationStep
from registry.rectification.telling import list_name
from registry.units.queries import unit_names
from registry.web.forms import PlainForm
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("rechecking", __name__, url_prefix="/rectifications")


@dataclass(frozen=True)
class Rechecked:
    """An answered task as it was found and as it is now; `may_close` without a reason, by the reader."""

    row: TaskRow
    unit_name: str
    answer: RectificationStep | None
    before: Observation
    now: Observation
    own_answer: bool

    @property
    def may_close(self) -> bool:
        return not self.now.doubts and not self.own_answer


@dataclass(frozen=True)
class RecheckPage:
    """`form` says why nothing was closed."""

    list: RectificationList
    name: str
    rows: Sequence[Rechecked]
    form: PlainForm

    @property
    def closable(self) -> int:
        return sum(row.may_close for row in self.rows)


@blueprint.route("/<uuid:list_id>/check", methods=["GET", "POST"])
@login_required
def check(list_id: UUID) -> ResponseReturnValue:
    """Every answered task, side by side; POST closes those that are ticked."""
    registry, actor, form, status = the_registry(), current_actor(), PlainForm(), 200
    require(actor, Permission.MANAGE_RECTIFICATION)
    if request.method == "POST":
        try:
            number = _close(registry, actor)
            flash(wording.label("notice", "rectification_several").format(count=number))
            return redirect(url_for("rectifications.show", list_id=list_id))
        except Invalid as error:
            form.show(error.issues)
            status = 422
        except (Conflict, Forbidden) as error:
            form.tell(wording.refusal(error.code, error.context))
            status = 409
    with registry.database.read() as session:
        page = _page(session, registry, actor, list_id, form)
        return render_template("rectification/check.html", page=page), status


def _page(session: Session, registry: Registry, actor: Actor, list_id: UUID, form: PlainForm) -> RecheckPage:
    today = registry.database.today()
    row = get_list(session, list_id, actor, today)
    wanted = TaskFilter(list_id=list_id, states={TaskState.ANSWERED})
    tasks = list_tasks(session, actor, today, wanted)
    names, answers = unit_names(session), last_answers(session, [one.task.id for one in tasks])
    observer = registry.observer(session) if tasks else None
    rows = [
        Rechecked(
            one,
            names[one.task.unit_code],
            answers.get(one.task.id),
            observation_from(one.task.before),
            observer.of_task(one.task),
            actor.user_id is not None and is_own_answer(actor.user_id, answerers_of(session, one.task.id)),
        )
        for one in tasks
        if observer is not None
    ]
    return RecheckPage(row.list, list_name(row.list.year, row.list.number), rows, form)


def _close(registry: Registry, actor: Actor) -> int:
    """Close the ticked ones, each as task@version; all of them or none."""
    ticked = [one.partition("@") for one in request.form.getlist("task")]
    if not ticked:
        raise Invalid([Issue("task", "nothing_chosen_to_rectify")])
    with registry.database.work(actor) as work:
        observer = registry.observer(work.session)
        for task_id, _, version in ticked:
            close_task(work, _uuid(task_id), observer, None, version=_number(version))
    return len(ticked)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Conflict from None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
