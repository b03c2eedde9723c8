"""政策解读: a publication that explains another one. The link is part of its content, so it is reviewed and kept with every version.

A document that was replaced or taken back in favour of another leads its interpretations on to the successor.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from registry.accounts.permissions import Permission, may
from registry.database import Actor, Work
from registry.duties.tables import Duty
from registry.errors import Invalid, Issue
from registry.publications.queries import visible_to_public
from registry.publications.tables import Publication, Revision
from registry.units.queries import keeper_of

LONGEST_CHAIN = 50
MOST_TOLD = 5

# How an address of the registry, or a pasted id, names a publication.
IDENTITY = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Named:
    """A publication as a link names it; `published_on` is the first day the public could see it."""

    publication_id: UUID
    title: str
    published_on: date


def interpretations_of(session: Session, publication_id: UUID, as_of: date) -> list[Named]:
    """What explains a document and is public on the day, oldest first; also what explained a document it stands in the place of."""
    ids = {publication_id, *_predecessors(session, publication_id, as_of)}
    statement = _public_names(as_of).where(col(Revision.interprets_id).in_(ids), col(Publication.id).not_in(ids))
    ordered = statement.order_by(col(Publication.published_on), col(Publication.id))
    return [Named(*row) for row in session.execute(ordered)]


def interpreted_by(session: Session, interprets_id: UUID | None, as_of: date) -> Named | None:
    """The document something explains, or what stands in its place now; None while that is not public."""
    if interprets_id is None:
        return None
    current = standing_for(session, [interprets_id], as_of)[interprets_id]
    found = session.execute(_public_names(as_of).where(col(Publication.id) == current)).one_or_none()
    return Named(*found) if found else None


def standing_for(session: Session, ids: Iterable[UUID], as_of: date) -> Mapping[UUID, UUID]:
    """Each publication and the one that stands in its place on the day: itself, or the end of the chain of its successors."""
    wanted = set(ids)
    successors: dict[UUID, UUID] = {}
    ahead = set(wanted)
    for _ in range(LONGEST_CHAIN):
        if not ahead:
            break
        rows = session.execute(
            sa.select(col(Publication.id), col(Publication.successor_id)).where(
                col(Publication.id).in_(ahead), _is_over(as_of), col(Publication.successor_id).is_not(None)
            )
        )
        found = {one: successor for one, successor in rows if successor is not None}
        successors |= found
        ahead = set(found.values()) - successors.keys()
    return {one: _last(one, successors) for one in wanted}


def find_named(session: Session, text: str, actor: Actor, as_of: date) -> list[Named]:
    """Publications within the actor's reach that have a document number or title.

    Public ones of all units, and those of the actor's own unit that are not public yet; at most a few, newest first.
    """
    newest = (
        sa.select(sa.func.max(col(Revision.number)))
        .where(col(Revision.publication_id) == col(Publication.id))
        .correlate(Publication)
        .scalar_subquery()
    )
    statement = (
        sa.select(col(Publication.id), col(Revision.title), col(Revision.published_on))
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .join(Revision, sa.and_(col(Revision.publication_id) == col(Publication.id), col(Revision.number) == newest))
        .where(sa.or_(visible_to_public(as_of), _of_own(actor)))
    )
    statement = statement.where(sa.or_(col(Revision.doc_no) == text, col(Revision.title) == text))
    found = session.execute(statement.order_by(col(Publication.id).desc()).limit(MOST_TOLD))
    return [Named(*row) for row in found]


def require_interpretable(work: Work, unit_code: str, interprets_id: UUID | None, *, by: UUID | None = None) -> None:
    """Raise Invalid unless `interprets_id` is a document that `by` may explain.

    It is public or of the same unit, and no interpretation itself; nor does anything explain `by`.
    """
    if interprets_id is None:
        return
    other = work.session.get(Publication, interprets_id)
    code = None
    if other is None or other.withdrawn_on is not None or not _is_known(work, unit_code, other):
        code = "interprets_unknown"
    elif other.id == by:
        code = "interprets_itself"
    elif _explains(work.session, other):
        code = "interprets_interpretation"
    elif by is not None and _is_explained(work.session, by):
        code = "interpreted_itself"
    if code is not None:
        raise Invalid([Issue("interprets_id", code, {"found": str(interprets_id)})])


def _is_known(work: Work, unit_code: str, other: Publication) -> bool:
    if other.public_revision_id is not None and other.published_on is not None and other.published_on <= work.today:
        return True
    own = keeper_of(work.session, unit_code, work.today)
    theirs = keeper_of(work.session, work.session.get_one(Duty, other.duty_id).unit_code, work.today)
    return own == theirs and may(work.actor, Permission.SEE_UNPUBLISHED, theirs)


def _explains(session: Session, publication: Publication) -> bool:
    """Whether its public version, or its newest one while there is none, says that it explains another."""
    statement = sa.select(col(Revision.interprets_id)).where(col(Revision.publication_id) == publication.id)
    if publication.public_revision_id is not None:
        statement = statement.where(col(Revision.id) == publication.public_revision_id)
    return session.scalar(statement.order_by(col(Revision.number).desc()).limit(1)) is not None


def _is_explained(session: Session, publication_id: UUID) -> bool:
    statement = sa.select(col(Revision.id)).where(
        col(Revision.interprets_id) == publication_id,
        col(Revision.id) == col(Publication.public_revision_id),
        col(Publication.withdrawn_on).is_(None),
    )
    return session.scalar(statement.limit(1)) is not None


def _of_own(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.unit_code is None or not may(actor, Permission.SEE_UNPUBLISHED, actor.unit_code):
        return sa.false()
    return sa.and_(col(Duty.unit_code) == actor.unit_code, col(Publication.withdrawn_on).is_(None))


def _public_names(as_of: date) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(col(Publication.id), col(Revision.title), col(Publication.published_on))
        .join(Revision, col(Revision.id) == col(Publication.public_revision_id))
        .where(visible_to_public(as_of))
    )


def _is_over(as_of: date) -> sa.ColumnElement[bool]:
    """Replaced or taken back by the day."""
    return sa.or_(col(Publication.superseded_on) <= as_of, col(Publication.withdrawn_on) <= as_of)


def _predecessors(session: Session, publication_id: UUID, as_of: date) -> set[UUID]:
    """Everything whose place the publication has taken, step by step."""
    found: set[UUID] = set()
    ahead: Sequence[UUID] = [publication_id]
    while ahead and len(found) < LONGEST_CHAIN:
        rows = session.scalars(
            sa.select(col(Publication.id)).where(col(Publication.successor_id).in_(ahead), _is_over(as_of))
        )
        ahead = [one for one in rows if one not in found]
        found.update(ahead)
    return found


def _last(publication_id: UUID, successors: Mapping[UUID, UUID]) -> UUID:
    seen = {publication_id}
    while publication_id in successors and successors[publication_id] not in seen:
        publication_id = successors[publication_id]
        seen.add(publication_id)
    return publication_id
