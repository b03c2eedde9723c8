"""Recording what was done, in the same transaction as the doing."""

import hashlib
import json
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from registry.audit.tables import AuditEntry, AuditHead
from registry.database import Work

GENESIS = "0" * 64


class Action(StrEnum):
    """Everything that can stand in the log, `noun.verb`."""

    DATA_LOAD = "data.load"
    DEMO_SEED = "demo.seed"
    ITEM_CHANGE = "item.change"
    ITEM_IMPORT = "item.import"
    UNIT_CHANGE = "unit.change"
    DUTY_CHANGE = "duty.change"
    DUTY_ASSIGN = "duty.assign"
    OCCASION_RAISE = "occasion.raise"
    OCCASION_RECORD = "occasion.record"
    OCCASION_HAND_ON = "occasion.hand_on"
    OCCASION_RECOMPUTE = "occasion.recompute"
    PERIOD_CLOSE = "period.close"
    RULING_ASK = "ruling.ask"
    RULING_GRANT = "ruling.grant"
    RULING_REFUSE = "ruling.refuse"
    PUBLICATION_CREATE = "publication.create"
    PUBLICATION_EDIT = "publication.edit"
    PUBLICATION_SUBMIT = "publication.submit"
    PUBLICATION_APPROVE = "publication.approve"
    PUBLICATION_RETURN = "publication.return"
    PUBLICATION_CONFIRM = "publication.confirm"
    PUBLICATION_WITHDRAW = "publication.withdraw"
    PUBLICATION_SUPERSEDE = "publication.supersede"
    PUBLICATION_ATTACH = "publication.attach"
    PUBLICATION_DETACH = "publication.detach"
    EVIDENCE_CHECK = "evidence.check"
    EVIDENCE_ADD = "evidence.add"
    EVIDENCE_CLEAR = "evidence.clear"
    FIGURES_FILL = "figures.fill"
    FIGURES_SUBMIT = "figures.submit"
    FIGURES_CONFIRM = "figures.confirm"
    FIGURES_RETURN = "figures.return"
    REPORT_WRITE = "annual_report.write"
    REPORT_CONFIRM = "annual_report.confirm"
    STANDARD_ASSESS = "standard.assess"
    STANDARD_ANSWER = "standard.answer"
    NOTE_WRITE = "note.write"
    NOTE_ANSWER = "note.answer"
    NOTE_END = "note.end"
    RECTIFICATION_ISSUE = "rectification.issue"
    RECTIFICATION_ANSWER = "rectification.answer"
    RECTIFICATION_RETURN = "rectification.return"
    RECTIFICATION_CLOSE = "rectification.close"
    ACCOUNT_CREATE = "account.create"
    ACCOUNT_CHANGE = "account.change"
    ACCOUNT_MOVE = "account.move"
    ACCOUNT_DISABLE = "account.disable"
    ACCOUNT_PASSWORD = "account.password"  # noqa: S105 - the name of an action
    ACCOUNT_RESET = "account.reset"
    BRIEFING_ISSUE = "briefing.issue"
    SETUP_CODE = "setup.code"
    SETUP_REFUSE = "setup.refuse"
    ROLE_GRANT = "role.grant"
    ROLE_REVOKE = "role.revoke"
    TOKEN_CREATE = "token.create"  # noqa: S105 - the name of an action
    TOKEN_END = "token.end"  # noqa: S105 - the name of an action
    SIGN_IN = "session.begin"
    SIGN_IN_FAIL = "session.refuse"
    SIGN_OUT = "session.end"


def hold_log(work: Work) -> None:
    """Nobody else records a change until this work ends, so what it reads in several statements is one state of the database."""
    work.session.exec(select(AuditHead).where(col(AuditHead.id) == 1).with_for_update()).one_or_none()


def record(
    work: Work,
    action: Action,
    subject_kind: str,
    subject_id: UUID | str,
    changes: dict[str, tuple[Any, Any]] | None = None,
) -> None:
    """Append an entry: `changes` maps a field to (before, after); values that are not plain are written as text."""
    head = work.session.exec(select(AuditHead).where(col(AuditHead.id) == 1).with_for_update()).one_or_none()
    if head is None:
        head = AuditHead(number=0, hash=GENESIS)
        work.session.add(head)
    entry = AuditEntry(
        number=head.number + 1,
        at=work.now,
        actor_id=work.actor.user_id,
        actor_label=work.actor.label,
        door=work.actor.door,
        action=action.value,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        changes={name: [_plain(before), _plain(after)] for name, (before, after) in (changes or {}).items()},
        previous_hash=head.hash,
        hash="",
    )
    entry.hash = seal(entry)
    work.session.add(entry)
    head.number, head.hash = entry.number, entry.hash
    work.session.flush()
    work.audited = True


def seal(entry: AuditEntry) -> str:
    """SHA-256 over the entry's own values and the hash before it, in one canonical spelling."""
    values = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": str(entry.actor_id) if entry.actor_id else None,
        "actor_label": entry.actor_label,
        "door": entry.door,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "changes": entry.changes,
        "previous_hash": entry.previous_hash,
    }
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return str(value)
