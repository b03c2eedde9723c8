"""Reads of issued briefings."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.accounts.tables import User
from registry.errors import NotFound
from registry.reports.briefings.tables import Briefing


@dataclass(frozen=True)
class Issued:
    """A briefing with the name of who issued it."""

    briefing: Briefing
    by: str


def list_briefings(session: Session) -> list[Issued]:
    """All that were issued, newest first."""
    query = (
        sa.select(Briefing, User)
        .join(User, col(User.id) == col(Briefing.issued_by))
        .order_by(col(Briefing.issued_on).desc(), col(Briefing.issued_at).desc())
    )
    return [Issued(briefing, user.display_name) for briefing, user in session.execute(query)]


def get_briefing(session: Session, briefing_id: UUID) -> Issued:
    """NotFound for what was never issued."""
    found = session.get(Briefing, briefing_id)
    if found is None:
        raise NotFound(subject="briefing", found=briefing_id)
    return Issued(found, session.get_one(User, found.issued_by).display_name)


def briefing_digests(session: Session) -> Sequence[str]:
    """Digests of all issued documents; each must be in the object folder."""
    return session.exec(select(Briefing.sha256)).all()
