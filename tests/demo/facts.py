"""Everything a demo says, as text without ids: what two runs have to agree on."""

import json
import re
from datetime import UTC, date, datetime, time

from sqlmodel import Session, col, select

from registry.audit.service import Action
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.coverage.queries import DutyFilter, list_occasions
from registry.database import CITY_TIME
from registry.evidence.tables import Evidence
from registry.publications.tables import Publication, Revision

AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

# Codes are handed out at the real time; the rest says how long the demo is.
OF_THE_RUN = (Action.ACCOUNT_RESET, Action.DEMO_SEED, Action.OCCASION_RAISE)


def facts_until(registry: Registry, day: date) -> list[str]:
    """The log, the versions, the looks and the states of all occasions at the end of a day."""
    with registry.database.read() as session:
        return [*_log(session, day), *_versions(session, day), *_looks(session, day), *_states(session, registry, day)]


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, CITY_TIME).astimezone(UTC)


def _log(session: Session, day: date) -> list[str]:
    query = select(AuditEntry).where(col(AuditEntry.at) <= _end_of(day), col(AuditEntry.action).not_in(OF_THE_RUN))
    return [
        _plain(
            entry.at, entry.actor_label, entry.door, entry.action, entry.subject_kind, entry.subject_id, entry.changes
        )
        for entry in session.exec(query.order_by(col(AuditEntry.number)))
    ]


def _versions(session: Session, day: date) -> list[str]:
    query = select(Revision, Publication).where(
        Publication.id == Revision.publication_id, col(Revision.edited_at) <= _end_of(day)
    )
    return sorted(
        _plain(one.title, one.number, one.summary, one.formed_on, one.published_on, one.channels, len(one.elements))
        for one, _ in session.exec(query)
    )


def _looks(session: Session, day: date) -> list[str]:
    query = select(Evidence).where(col(Evidence.seen_at) <= _end_of(day))
    return sorted(_plain(one.seen_at, one.address, one.outcome, one.reason, one.sha256) for one in session.exec(query))


def _states(session: Session, registry: Registry, day: date) -> list[str]:
    """Without the due dates: an approval that is recorded later moves that of the year it belongs to."""
    rows = list_occasions(session, registry.state_dates(day), DutyFilter(part=None))
    return sorted(_plain(row.unit_code, row.item_code, row.period, row.state) for row in rows)


def _plain(*values: object) -> str:
    return AN_ID.sub("id", json.dumps(values, default=_text, ensure_ascii=False, sort_keys=True))


def _text(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
