"""Reads of evidence. The public sees what has passed the personal-data check, and who recorded it never."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from registry.evidence.tables import Evidence


def list_public_evidence(session: Session, publication_id: UUID) -> Sequence[Evidence]:
    """What was seen of a publication, oldest first."""
    query = select(Evidence).where(Evidence.publication_id == publication_id, col(Evidence.cleared).is_(True))
    return session.exec(query.order_by(col(Evidence.seen_at), col(Evidence.id))).all()
