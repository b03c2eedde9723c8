"""Issuing a 整改清单 from what is found today, and answering its tasks."""

import hashlib
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, may, require, require_person
from registry.assessment.rules import Finding
from registry.audit.service import Action, record
from registry.database import Work, new_id
from registry.duties.rules import Counting
from registry.errors import Conflict, Invalid, Issue
from registry.rectification.observing import Observer, observation_record
from registry.rectification.queries import get_task, listed_findings
from registry.rectification.rules import TRANSITIONS, Progress, StepKind, TaskState, what_answer_lacks
from registry.rectification.tables import RectificationList, RectificationStep, RectificationTask
from registry.rectification.telling import problem_of, task_of
from registry.units.queries import keeper_of
from registry.units.tables import Unit
from registry.wording import label


def token_of(finding: Finding) -> str:
    """A short name of a finding for forms; the same on every day it stands."""
    return hashlib.sha256("\n".join(finding.key).encode()).hexdigest()[:16]


def issue_list(
    work: Work,
    observer: Observer,
    counting: Counting,
    values: Mapping[str, Any],
    chosen: Collection[str],
    own_workdays: Mapping[str, int],
) -> RectificationList:
    """A list of the chosen findings of today, frozen as `observer` finds them in this work. `values` come from ListSchema.

    `chosen` and `own_workdays` go by `token_of`. Raises Invalid when nothing is chosen, when something is no longer found, and when it
    stands on a list already.
    """
    require(work.actor, Permission.MANAGE_RECTIFICATION)
    issued_by = require_person(work.actor)
    findings = _chosen(work.session, observer, chosen)
    row = RectificationList(
        id=new_id(),
        year=work.today.year,
        number=0,
        title=values["title"],
        found_on=observer.as_of,
        issued_at=work.now,
        issued_by=issued_by,
    )
    # The log is written first: its head is locked by it, so that two lists never take the same number.
    record(work, Action.RECTIFICATION_ISSUE, "rectification_list", row.id, _summary(row, findings))
    row.number = _next_number(work.session, row.year)
    work.session.add(row)
    work.session.flush()
    calendars = {unit: counting.calendar_of(work.session.get_one(Unit, unit).calendar) for unit in _units(findings)}
    for place, finding in enumerate(findings, start=1):
        workdays = own_workdays.get(token_of(finding), values["workdays"])
        task = _task(observer, row, place, finding)
        task.due_on = calendars[finding.unit_code].after(work.today, workdays)
        work.session.add(task)
    work.session.flush()
    return row


def answer_task(work: Work, task_id: UUID, values: Mapping[str, Any], *, version: int) -> RectificationTask:
    """What the unit says of a task; the office may enter it for the unit. `values` come from AnswerSchema.

    A later answer takes the place of the one before; both stay in the history.
    """
    task = get_task(work.session, task_id, work.actor, work.today).task
    if not may(work.actor, Permission.MANAGE_RECTIFICATION):
        require(work.actor, Permission.ANSWER_RECTIFICATION, keeper_of(work.session, task.unit_code, work.today))
    person = require_person(work.actor)
    require_step(task, StepKind.ANSWER, version)
    issues = what_answer_lacks(values, work.today)
    if issues:
        raise Invalid(issues)
    step = RectificationStep(
        task_id=task.id,
        kind=StepKind.ANSWER,
        by=person,
        at=work.now,
        text=values["text"],
        progress=Progress(values["progress"]),
        done_on=values["done_on"],
        proof=values["proof"],
    )
    work.session.add(step)
    task.answered_by = person
    changes = {"progress": (None, step.progress), "text": (None, step.text), "done_on": (None, step.done_on)}
    take_step(work, task, StepKind.ANSWER)
    record(work, Action.RECTIFICATION_ANSWER, "rectification_task", task.id, changes)
    return task


def require_step(task: RectificationTask, kind: StepKind, version: int) -> None:
    """Raise Conflict when the task is not where the step begins, or somebody changed it meanwhile."""
    if task.state not in TRANSITIONS[kind][0]:
        raise Conflict("rectification_state", found=label("rectification_state", task.state))
    if task.version != version:
        raise Conflict("version_passed", expected=version, found=task.version)


def take_step(work: Work, task: RectificationTask, kind: StepKind) -> None:
    """Bring the task to where the step leads."""
    task.state, task.version = TRANSITIONS[kind][1], task.version + 1
    work.session.add(task)


def _chosen(session: Session, observer: Observer, chosen: Collection[str]) -> list[Finding]:
    found = {token_of(one): one for one in observer.findings.values()}
    listed, issues = listed_findings(session), []
    if not chosen:
        issues.append(Issue("findings", "nothing_chosen_to_rectify"))
    if any(one not in found for one in chosen):
        issues.append(Issue("findings", "finding_gone", {"count": sum(one not in found for one in chosen)}))
    twice = [listed[found[one].key].code for one in chosen if one in found and found[one].key in listed]
    if twice:
        issues.append(Issue("findings", "finding_listed", {"found": label("format", "separator").join(twice[:5])}))
    if issues:
        raise Invalid(issues)
    positions = dict(session.exec(select(Unit.code, Unit.position)).all())
    findings = [found[one] for one in set(chosen)]
    return sorted(findings, key=lambda one: (positions[one.unit_code], one.area_code, one.item_code, one.key))


def _units(findings: Collection[Finding]) -> set[str]:
    return {one.unit_code for one in findings}


def _summary(row: RectificationList, findings: Collection[Finding]) -> dict[str, tuple[Any, Any]]:
    return {
        "title": (None, row.title),
        "found_on": (None, row.found_on),
        "tasks": (None, len(findings)),
        "units": (None, sorted(_units(findings))),
    }


def _next_number(session: Session, year: int) -> int:
    last = sa.select(sa.func.max(col(RectificationList.number))).where(col(RectificationList.year) == year)
    return (session.scalar(last) or 0) + 1


def _task(observer: Observer, row: RectificationList, place: int, finding: Finding) -> RectificationTask:
    titles = observer.titles.get(finding.item_code, ())
    return RectificationTask(
        list_id=row.id,
        place=place,
        code=f"ZG{row.year}{row.number:03d}-{place:03d}",
        rule=finding.rule,
        unit_code=finding.unit_code,
        area_code=finding.area_code,
        item_code=finding.item_code,
        subject=finding.subject,
        subject_id=finding.subject_id,
        task=task_of(finding, titles),
        problem=problem_of(finding),
        due_on=row.found_on,
        before=observation_record(observer.of_finding(finding)),
        state=TaskState.OPEN,
        after={},
    )
