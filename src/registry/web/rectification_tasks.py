"""A task of a 整改清单: what was found and what there is now side by side, the unit's answer, the office's decision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session
from wtforms import HiddenField, RadioField, StringField, TextAreaField

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Conflict, Forbidden, Issue, Unavailable
from registry.evidence.service import check_publication
from registry.items.queries import list_areas
from registry.rectification.deciding import close_task, return_task
from registry.rectification.observing import observation_from
from registry.rectification.queries import TaskRow, answerers_of, get_task, steps_of
from registry.rectification.rules import TRANSITIONS, Observation, StepKind, TaskState, is_own_answer
from registry.rectification.schemas import AnswerSchema, DecisionSchema
from registry.rectification.service import answer_task
from registry.rectification.tables import RectificationStep, RectificationTask
from registry.rectification.telling import list_name
from registry.units.queries import keeper_of, unit_names
from registry.validation import load
from registry.web.forms import DONE, MUST, DayField, PlainForm, attempt, filled
from registry.web.rectifications import require_reader
from registry.web.versions import version_of
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("rectification_tasks", __name__, url_prefix="/rectifications/tasks")

ANSWER = ("progress", "text", "done_on", "proof")


def _named(code: str) -> str:
    return wording.label("rectification", code)


class AnswerForm(PlainForm):
    """A unit's answer; names of its own, as other forms have fields called alike."""

    version = HiddenField()
    answer_progress = RadioField(
        _named("progress"),
        validators=[MUST],
        validate_choice=False,
        choices=dict(wording.labels("rectification_progress")),
    )
    answer_text = TextAreaField(_named("text"), validators=[MUST], render_kw={"rows": 3, "maxlength": 600})
    answer_done_on = DayField(_named("done_on"))
    answer_proof = StringField(_named("proof"), render_kw={"maxlength": 400})


class DecisionForm(PlainForm):
    version = HiddenField()
    decision_reason = TextAreaField(_named("decision_reason"), render_kw={"rows": 2, "maxlength": 400})


@dataclass(frozen=True)
class TaskPage:
    """`now` is what the registry sees today; of a closed task `after` is what it saw then, and nobody is asked any more.

    Forms are None where the reader may not answer or decide; `own_answer` says that only because of the reader's own answer.
    """

    row: TaskRow
    list_name: str
    unit_name: str
    area_name: str
    as_of: date
    before: Observation
    now: Observation | None
    after: Observation | None
    steps: Sequence[tuple[RectificationStep, str]]
    answer: AnswerForm | None
    decision: DecisionForm | None
    may_return: bool
    own_answer: bool
    may_look: bool

    @property
    def task(self) -> RectificationTask:
        return self.row.task

    @property
    def is_wrong(self) -> bool:
        return any(form.errors or form.form_errors for form in (self.answer, self.decision) if form is not None)


@blueprint.route("/<uuid:task_id>", methods=["GET", "POST"])
@login_required
def task(task_id: UUID) -> ResponseReturnValue:
    """The task; POST answers, returns or closes it, by the button that was pressed."""
    registry, actor, status = the_registry(), current_actor(), 200
    require_reader(actor)
    with registry.database.read() as session:
        page = _page(session, registry, actor, task_id)
        session.expunge_all()
    if request.method == "POST":
        status = _act(registry, actor, page)
        if status == DONE:
            return redirect(url_for("rectifications.show", list_id=page.row.list.id, _anchor="tasks"))
        page = _again(registry, actor, page)
    return render_template("rectification/task.html", page=page), status


@blueprint.post("/<uuid:task_id>/look")
@login_required
def look(task_id: UUID) -> ResponseReturnValue:
    """Look now at every address of what answers the task; takes as long as the sites take to answer."""
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.CHECK_EVIDENCE)
    with registry.database.read() as session:
        row = get_task(session, task_id, actor, registry.database.today())
        require(actor, Permission.CHECK_EVIDENCE, keeper_of(session, row.task.unit_code, registry.database.today()))
        now = registry.observer(session, unit_code=row.task.unit_code).of_task(row.task)
    number = 0
    try:
        for record in now.records:
            number += len(check_publication(registry.database, registry.looker, actor, UUID(record.publication_id)))
        if not now.records:
            raise Conflict("nothing_to_look_at")
        flash(wording.label("notice", "rectification_looked").format(number=number))
    except (Conflict, Unavailable) as error:
        flash(wording.refusal(error.code, error.context), "error")
    return redirect(url_for("rectification_tasks.task", task_id=task_id, _anchor="now"))


def _page(session: Session, registry: Registry, actor: Actor, task_id: UUID) -> TaskPage:
    today = registry.database.today()
    row = get_task(session, task_id, actor, today)
    is_closed = row.task.state is TaskState.CLOSED
    keeper = keeper_of(session, row.task.unit_code, today)
    answers = may(actor, Permission.ANSWER_RECTIFICATION, keeper) and not is_closed
    manages = may(actor, Permission.MANAGE_RECTIFICATION) and not is_closed
    own_answer = manages and actor.user_id is not None and is_own_answer(actor.user_id, answerers_of(session, task_id))
    steps = steps_of(session, task_id)
    now = None if is_closed else registry.observer(session, unit_code=row.task.unit_code).of_task(row.task)
    return TaskPage(
        row=row,
        list_name=list_name(row.list.year, row.list.number),
        unit_name=unit_names(session)[row.task.unit_code],
        area_name={area.code: area.name for area in list_areas(session)}.get(row.task.area_code, ""),
        as_of=today,
        before=observation_from(row.task.before),
        now=now,
        after=observation_from(row.task.after) if is_closed else None,
        steps=steps,
        answer=_answer_form(row.task, [step for step, _ in steps]) if answers else None,
        decision=_decision_form(row.task) if manages and not own_answer else None,
        may_return=row.task.state in TRANSITIONS[StepKind.RETURN][0],
        own_answer=own_answer,
        may_look=now is not None and bool(now.records) and may(actor, Permission.CHECK_EVIDENCE, keeper),
    )


def _again(registry: Registry, actor: Actor, page: TaskPage) -> TaskPage:
    """The page as things stand now, with what was typed and what is wrong with it."""
    with registry.database.read() as session:
        now = _page(session, registry, actor, page.task.id)
        session.expunge_all()
    for form in (page.answer, page.decision):
        if form is not None:
            form.version.data = str(now.task.version)
    return replace(now, answer=now.answer and page.answer, decision=now.decision and page.decision)


def _answer_form(task: RectificationTask, steps: Sequence[RectificationStep]) -> AnswerForm:
    """Begins with the last answer, so that what came back need not be typed again."""
    last = next((step for step in reversed(steps) if step.progress is not None), None)
    data = {f"answer_{name}": getattr(last, name) for name in ANSWER} if last else {}
    if last and last.done_on:
        data["answer_done_on"] = last.done_on.isoformat()
    form = AnswerForm(data=data)
    if request.method == "GET":
        form.version.data = str(task.version)
    return form


def _decision_form(task: RectificationTask) -> DecisionForm:
    form = DecisionForm()
    if request.method == "GET":
        form.version.data = str(task.version)
    return form


def _act(registry: Registry, actor: Actor, page: TaskPage) -> int:
    decision = request.form.get("decision")
    if decision in ("return", "close"):
        if page.decision is None:
            raise Forbidden("own_answer" if page.own_answer else "forbidden")
        form = page.decision
        act = _return if decision == "return" else _close
        return attempt(form, lambda: act(registry, actor, page.task, form), place=_place)
    if page.answer is not None:
        answer = page.answer
        return attempt(answer, lambda: _answer(registry, actor, page.task, answer), place=_place)
    if page.decision is None:
        raise Forbidden
    page.decision.show([Issue("decision", "required")])
    return 422


def _answer(registry: Registry, actor: Actor, task: RectificationTask, form: AnswerForm) -> None:
    typed = {name: filled(form[f"answer_{name}"]) for name in ANSWER}
    values = load(AnswerSchema(), {name: value for name, value in typed.items() if value is not None})
    with registry.database.work(actor) as work:
        answer_task(work, task.id, values, version=version_of(form))
    flash(wording.label("notice", "rectification_answered").format(task=task.task))


def _return(registry: Registry, actor: Actor, task: RectificationTask, form: DecisionForm) -> None:
    with registry.database.work(actor) as work:
        return_task(work, task.id, _reason(form), version=version_of(form))
    flash(wording.label("notice", "rectification_returned").format(task=task.task))


def _close(registry: Registry, actor: Actor, task: RectificationTask, form: DecisionForm) -> None:
    with registry.database.work(actor) as work:
        close_task(
            work,
            task.id,
            registry.observer(work.session, unit_code=task.unit_code),
            _reason(form),
            version=version_of(form),
        )
    flash(wording.label("notice", "rectification_closed").format(task=task.task))


def _reason(form: DecisionForm) -> str | None:
    reason: str | None = load(DecisionSchema(), {"reason": filled(form.decision_reason)})["reason"]
    return reason


def _place(name: str) -> str:
    return "decision_reason" if name == "reason" else f"answer_{name}"
