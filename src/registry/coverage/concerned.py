"""Whose numbers may have moved since an entry of the log: what lets a board be brought up to date without judging every occasion again.

Every change of what is counted writes its entry in the same transaction, so the entries since then name all changes. An action that is not
listed here, and whatever cannot be traced to a unit, concerns everybody.
"""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from registry.audit.service import Action
from registry.audit.tables import AuditEntry
from registry.dialects import AnySelect
from registry.duties.tables import Duty, Occasion, Ruling
from registry.publications.tables import Publication

# They move no number of a board: accounts, what is written about numbers, and answers that were only asked for.
SPOKEN_OF = ("account", "setup", "role", "token", "session", "note", "rectification", "standard", "briefing")
NOBODY = frozenset(action for action in Action if action.value.partition(".")[0] in SPOKEN_OF) | {
    Action.DUTY_ASSIGN,
    Action.PERIOD_CLOSE,
    Action.RULING_ASK,
    Action.RULING_REFUSE,
    Action.EVIDENCE_CLEAR,
}

# They move numbers of the unit whose publication, ruling or occasion they name.
ITS_UNIT = frozenset(
    action for action in Action if action.value.partition(".")[0] in ("publication", "evidence", "ruling")
) | {Action.OCCASION_RECORD, Action.OCCASION_RECOMPUTE}

# More entries than this are not looked through: counting everything is no slower then.
MOST_ENTRIES = 500


def concerned_units(session: Session, since: int, until: int) -> frozenset[str] | None:
    """Codes of the units that the entries after `since`, up to `until`, may have moved numbers of; None for all of them."""
    if until - since > MOST_ENTRIES:
        return None
    entries = session.execute(
        sa.select(col(AuditEntry.action), col(AuditEntry.subject_kind), col(AuditEntry.subject_id)).where(
            col(AuditEntry.number) > since, col(AuditEntry.number) <= until
        )
    ).all()
    if len(entries) != until - since:
        return None
    subjects: dict[str, set[UUID]] = {}
    for action, kind, subject_id in entries:
        if action in NOBODY:
            continue
        if action not in ITS_UNIT or kind not in UNITS_OF:
            return None
        subjects.setdefault(kind, set()).add(UUID(subject_id))
    found: set[str] = set()
    for kind, ids in subjects.items():
        named = session.execute(UNITS_OF[kind].where(SUBJECT[kind].in_(ids))).all()
        if len(named) != len(ids):
            return None
        found |= {unit_code for unit_code, _ in named}
    return frozenset(found)


SUBJECT: Mapping[str, Mapped[UUID]] = {
    "publication": col(Publication.id),
    "ruling": col(Ruling.id),
    "occasion": col(Occasion.id),
}
UNITS_OF: Mapping[str, AnySelect] = {
    "publication": sa.select(col(Duty.unit_code), SUBJECT["publication"]).join(
        Publication, col(Publication.duty_id) == col(Duty.id)
    ),
    "ruling": sa.select(col(Duty.unit_code), SUBJECT["ruling"]).join(Ruling, col(Ruling.duty_id) == col(Duty.id)),
    "occasion": sa.select(col(Duty.unit_code), SUBJECT["occasion"]).join(
        Occasion, col(Occasion.duty_id) == col(Duty.id)
    ),
}
