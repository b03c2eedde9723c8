"""The office's part: sending an answer back, and closing a task by what the registry itself sees."""

from uuid import UUID

from registry.accounts.permissions import Permission, require, require_person
from registry.audit.service import Action, record
from registry.database import Work
from registry.errors import Forbidden, Invalid, Issue
from registry.rectification.observing import Observer, observation_record
from registry.rectification.queries import answerers_of, get_task
from registry.rectification.rules import StepKind, is_own_answer, what_blocks_closing
from registry.rectification.service import require_step, take_step
from registry.rectification.tables import RectificationStep, RectificationTask


def return_task(work: Work, task_id: UUID, reason: str | None, *, version: int) -> RectificationTask:
    """Send an answer back with the reason."""
    task, person = _deciding(work, task_id)
    require_step(task, StepKind.RETURN, version)
    if not reason:
        raise Invalid([Issue("reason", "required")])
    _note_step(work, task, StepKind.RETURN, person, reason)
    record(work, Action.RECTIFICATION_RETURN, "rectification_task", task.id, {"reason": (None, reason)})
    return task


def close_task(work: Work, task_id: UUID, observer: Observer, reason: str | None, *, version: int) -> RectificationTask:
    """Close a task with what the registry sees now frozen beside what was found.

    Against what it sees (the finding still stands; the address of what answers it was last not seen) only with a reason. Nobody closes
    what they answered. `observer` asks in this work.
    """
    task, person = _deciding(work, task_id)
    require_step(task, StepKind.CLOSE, version)
    now = observer.of_task(task)
    issues = what_blocks_closing(now, reason)
    if issues:
        raise Invalid(issues)
    task.after = observation_record(now)
    task.closed_by, task.closed_at, task.closing_reason = person, work.now, reason
    _note_step(work, task, StepKind.CLOSE, person, reason or "")
    changes = {"reason": (None, reason), "still_found": (None, now.stands), "doubts": (None, now.doubts)}
    record(work, Action.RECTIFICATION_CLOSE, "rectification_task", task.id, changes)
    return task


def _deciding(work: Work, task_id: UUID) -> tuple[RectificationTask, UUID]:
    require(work.actor, Permission.MANAGE_RECTIFICATION)
    person = require_person(work.actor)
    task = get_task(work.session, task_id, work.actor, work.today).task
    if is_own_answer(person, answerers_of(work.session, task.id)):
        raise Forbidden("own_answer")
    return task, person


def _note_step(work: Work, task: RectificationTask, kind: StepKind, person: UUID, text: str) -> None:
    work.session.add(RectificationStep(task_id=task.id, kind=kind, by=person, at=work.now, text=text))
    take_step(work, task, kind)
