"""Proper answers other than a publication – 本期无信息, 不适用, 延期: asked for with a reason, decided by another person."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, may, require, require_person
from registry.audit.service import Action, record
from registry.database import Actor, Work
from registry.duties.queries import require_owed
from registry.duties.tables import Duty, Occasion, Ruling, RulingKind
from registry.errors import Conflict, Forbidden, Invalid, Issue, NotFound
from registry.privacy.telling import issues_in

# 不适用 and 延期 change what a unit owes, so the office decides them; 本期无信息 is decided within the unit like a publication.
BY_OFFICE = frozenset({RulingKind.NOT_APPLICABLE, RulingKind.EXTENDED})


def ask_for_ruling(work: Work, occasion_id: UUID, values: Mapping[str, Any]) -> Ruling:
    """Ask for an answer to an occasion of the actor's unit. `values` come from RulingSchema.

    Raises Invalid when an extension does not go beyond the present last day, Conflict while another request for the occasion waits.
    """
    occasion, duty = _occasion(work.session, occasion_id)
    require(work.actor, Permission.ASK_FOR_RULING, duty.unit_code)
    require_owed(occasion, work.today)
    kind = RulingKind(values["kind"])
    issues = _issues(work, occasion, kind, values) + issues_in("reason", values["reason"])
    if issues:
        raise Invalid(issues)
    if any(one.decided_by is None for one in rulings_of(work.session, occasion)):
        raise Conflict("ruling_pending")
    ruling = Ruling(
        kind=kind,
        duty_id=duty.id,
        occasion_id=None if kind is RulingKind.NOT_APPLICABLE else occasion.id,
        reason=values["reason"],
        from_on=values.get("from_on") or work.today,
        to_on=values.get("to_on"),
        extended_to=values.get("extended_to"),
        requested_by=require_person(work.actor),
    )
    work.session.add(ruling)
    work.session.flush()
    record(work, Action.RULING_ASK, "ruling", ruling.id, {"kind": (None, kind), "reason": (None, ruling.reason)})
    return ruling


def decide_ruling(work: Work, ruling_id: UUID, *, granted: bool, answer: str | None) -> Ruling:
    """Grant or refuse what was asked for. A refusal needs its reason; nobody decides what they asked for; a decision is final."""
    ruling = work.session.get(Ruling, ruling_id)
    if ruling is None:
        raise NotFound(subject="ruling")
    duty = work.session.get_one(Duty, ruling.duty_id)
    if not may_decide(work.actor, ruling, duty.unit_code):
        raise Forbidden("own_request" if ruling.requested_by == work.actor.user_id else "forbidden")
    if ruling.decided_by is not None:
        raise Conflict("ruling_decided")
    issues = issues_in("answer", answer) if granted or answer else [Issue("answer", "required")]
    if issues:
        raise Invalid(issues)
    ruling.decided_by, ruling.answer = require_person(work.actor), answer
    if granted:
        ruling.decided_on = work.today
        if ruling.kind is RulingKind.NOTHING_TO_PUBLISH:
            ruling.from_on = work.today
    else:
        ruling.refused_on = work.today
    work.session.add(ruling)
    action = Action.RULING_GRANT if granted else Action.RULING_REFUSE
    record(work, action, "ruling", ruling.id, {"kind": (None, ruling.kind), "answer": (None, answer)})
    work.touch("item", duty.item_id)
    return ruling


def may_decide(actor: Actor, ruling: Ruling, unit_code: str) -> bool:
    """Whether the actor is the other person who decides this kind."""
    if actor.user_id is None or actor.user_id == ruling.requested_by:
        return False
    if may(actor, Permission.DECIDE_RULING):
        return True
    return ruling.kind not in BY_OFFICE and may(actor, Permission.REVIEW_PUBLICATION, unit_code)


def rulings_of(session: Session, occasion: Occasion) -> Sequence[Ruling]:
    """Everything asked for about an occasion or its whole duty, newest first."""
    about = (col(Ruling.occasion_id) == occasion.id) | col(Ruling.occasion_id).is_(None)
    query = select(Ruling).where(Ruling.duty_id == occasion.duty_id, about)
    return session.exec(query.order_by(col(Ruling.id).desc())).all()


def waiting_rulings(session: Session, actor: Actor) -> Sequence[tuple[Ruling, Duty]]:
    """What the actor may decide, in the order it was asked for."""
    query = select(Ruling, Duty).where(Ruling.duty_id == Duty.id, col(Ruling.decided_by).is_(None))
    rows = session.exec(query.order_by(col(Ruling.id)))
    return [(ruling, duty) for ruling, duty in rows if may_decide(actor, ruling, duty.unit_code)]


def _occasion(session: Session, occasion_id: UUID) -> tuple[Occasion, Duty]:
    occasion = session.get(Occasion, occasion_id)
    if occasion is None:
        raise NotFound(subject="occasion")
    return occasion, session.get_one(Duty, occasion.duty_id)


def _issues(work: Work, occasion: Occasion, kind: RulingKind, values: Mapping[str, Any]) -> list[Issue]:
    extended_to, from_on, to_on = values.get("extended_to"), values.get("from_on"), values.get("to_on")
    if kind is RulingKind.EXTENDED:
        return _extension_issues(work.today, occasion.due_on, extended_to)
    if kind is RulingKind.NOT_APPLICABLE and from_on and to_on and to_on < from_on:
        return [Issue("to_on", "to_before_from", {"found": to_on.isoformat(), "from_on": from_on.isoformat()})]
    return []


def _extension_issues(today: date, due_on: date | None, extended_to: date | None) -> list[Issue]:
    if due_on is None:
        return [Issue("kind", "extension_without_limit")]
    if extended_to is None:
        return [Issue("extended_to", "required")]
    least = max(due_on, today)
    if extended_to <= least:
        return [
            Issue("extended_to", "extension_too_early", {"found": extended_to.isoformat(), "least": least.isoformat()})
        ]
    return []
