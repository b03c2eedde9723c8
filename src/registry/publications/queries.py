"""Reads of publications. What the public may see is decided inside each statement, never afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, may
from registry.database import Actor
from registry.duties.tables import Duty, Occasion
from registry.errors import NotFound
from registry.items.tables import Item, Standard
from registry.publications.rules import RevisionState, state_word
from registry.publications.tables import Attachment, Publication, Revision, RevisionAttachment
from registry.units.queries import keeper_of, kept_by


@dataclass(frozen=True)
class PublicationRow:
    """A publication with one of its revisions and where it belongs. `state` is the word for that revision on the day asked.

    `keeper_code` is the unit whose people may act: that of the duty, or the one that stands in its place (told by `get_for`).
    """

    publication: Publication
    revision: Revision
    occasion: Occasion
    duty: Duty
    item: Item
    area_code: str
    state: str
    keeper: str | None = None

    @property
    def keeper_code(self) -> str:
        return self.keeper or self.duty.unit_code


def visible_to_public(as_of: date) -> sa.ColumnElement[bool]:
    """Publications the public may see on a day; withdrawn ones keep their address but are not listed."""
    return sa.and_(
        col(Publication.public_revision_id).is_not(None),
        col(Publication.published_on) <= as_of,
        sa.or_(col(Publication.withdrawn_on).is_(None), col(Publication.withdrawn_on) > as_of),
    )


def _joined(
    revision_is: sa.ColumnElement[bool],
) -> sa.Select[Publication, Revision, Occasion, Duty, Item, str]:
    return (
        sa.select(Publication, Revision, Occasion, Duty, Item, col(Standard.area_code))
        .join(Revision, revision_is)
        .join(Occasion, col(Occasion.id) == col(Publication.occasion_id))
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .join(Item, col(Item.id) == col(Duty.item_id))
        .join(Standard, col(Standard.code) == col(Item.standard_code))
    )


def _public(as_of: date) -> sa.Select[Publication, Revision, Occasion, Duty, Item, str]:
    return _joined(col(Revision.id) == col(Publication.public_revision_id)).where(visible_to_public(as_of))


def _latest() -> sa.Select[Publication, Revision, Occasion, Duty, Item, str]:
    newest = (
        sa.select(sa.func.max(col(Revision.number)))
        .where(col(Revision.publication_id) == col(Publication.id))
        .correlate(Publication)
        .scalar_subquery()
    )
    return _joined(sa.and_(col(Revision.publication_id) == col(Publication.id), col(Revision.number) == newest))


def _row(found: sa.Row[Publication, Revision, Occasion, Duty, Item, str], as_of: date) -> PublicationRow:
    publication, revision, occasion, duty, item, area_code = found
    state = state_word(revision.state, revision.published_on, as_of, superseded_on=publication.superseded_on)
    return PublicationRow(publication, revision, occasion, duty, item, area_code, state)


def list_public(
    session: Session,
    as_of: date,
    *,
    unit_code: str | None = None,
    item_id: UUID | None = None,
    area_code: str | None = None,
    page: int = 1,
    size: int = 50,
) -> tuple[list[PublicationRow], int]:
    """Public publications, newest first, and how many there are in all."""
    statement = _public(as_of)
    for column, value in ((Duty.unit_code, unit_code), (Item.id, item_id), (Standard.area_code, area_code)):
        if value is not None:
            statement = statement.where(col(column) == value)
    total = session.scalar(sa.select(sa.func.count()).select_from(statement.subquery())) or 0
    ordered = statement.order_by(col(Publication.published_on).desc(), col(Publication.id).desc())
    found = session.execute(ordered.offset((page - 1) * size).limit(size))
    return [_row(row, as_of) for row in found], total


def get_for(session: Session, publication_id: UUID, actor: Actor, as_of: date) -> PublicationRow:
    """The publication as `actor` may see it: staff of its unit the newest revision, everyone else the public one.

    A withdrawn publication stays at its address. What the actor may not know of is NotFound.
    """
    newest = session.execute(_latest().where(col(Publication.id) == publication_id)).one_or_none()
    if newest is not None:
        keeper = keeper_of(session, newest[3].unit_code, as_of)
        if may(actor, Permission.SEE_UNPUBLISHED, keeper):
            return replace(_row(newest, as_of), keeper=keeper)
    public = _joined(col(Revision.id) == col(Publication.public_revision_id)).where(
        col(Publication.id) == publication_id, col(Publication.published_on) <= as_of
    )
    found = session.execute(public).one_or_none()
    if found is None:
        raise NotFound(subject="publication")
    return _row(found, as_of)


def list_revisions(session: Session, publication_id: UUID, *, public_only: bool) -> Sequence[Revision]:
    """Every version, oldest first; the public sees those that were once public."""
    query = select(Revision).where(Revision.publication_id == publication_id).order_by(col(Revision.number))
    if public_only:
        once_public = (RevisionState.APPROVED, RevisionState.SUPERSEDED, RevisionState.WITHDRAWN)
        query = query.where(col(Revision.state).in_(once_public))
    return session.exec(query).all()


def list_work(
    session: Session,
    as_of: date,
    *,
    unit_code: str | None,
    states: Sequence[RevisionState],
    occasion_ids: Collection[UUID] | None = None,
) -> list[PublicationRow]:
    """Publications whose newest revision is in one of `states`, oldest edit first: the tasks of editors and reviewers.

    Only for `occasion_ids` where they are given.
    """
    statement = _latest().where(col(Revision.state).in_(states))
    if unit_code is not None:
        statement = statement.where(col(Duty.unit_code).in_(kept_by(session, unit_code, as_of)))
    if occasion_ids is not None:
        statement = statement.where(col(Publication.occasion_id).in_(occasion_ids))
    found = session.execute(statement.order_by(col(Revision.edited_at), col(Publication.id)))
    return [_row(row, as_of) for row in found]


def find_last_public(session: Session, as_of: date, occasion: Occasion) -> PublicationRow | None:
    """What the unit published last for another occasion of the same duty; None when there is nothing."""
    statement = _public(as_of).where(
        col(Publication.duty_id) == occasion.duty_id, col(Publication.occasion_id) != occasion.id
    )
    newest = statement.order_by(col(Publication.published_on).desc(), col(Publication.id).desc())
    found = session.execute(newest.limit(1)).one_or_none()
    return _row(found, as_of) if found else None


def list_successors(session: Session, as_of: date, row: PublicationRow) -> list[PublicationRow]:
    """What may stand in the place of a publication: others of the unit that are public and not replaced, those of its item first."""
    statement = _public(as_of).where(
        col(Duty.unit_code) == row.duty.unit_code,
        col(Publication.id) != row.publication.id,
        col(Publication.superseded_on).is_(None),
    )
    same_item_first = sa.case((col(Item.id) == row.item.id, 0), else_=1)
    ordered = statement.order_by(same_item_first, col(Publication.published_on).desc(), col(Publication.id))
    return [_row(found, as_of) for found in session.execute(ordered.limit(MOST_SUCCESSORS))]


MOST_SUCCESSORS = 200


def list_follow_ups(session: Session, as_of: date, *, unit_code: str | None) -> list[PublicationRow]:
    """What the office approved in a reviewer's place and no reviewer of the unit has looked at yet, oldest first (已发布待复核)."""
    statement = _latest().where(
        col(Revision.state) == RevisionState.APPROVED,
        col(Revision.override_reason).is_not(None),
        col(Revision.confirmed_at).is_(None),
    )
    if unit_code is not None:
        statement = statement.where(col(Duty.unit_code) == unit_code)
    found = session.execute(statement.order_by(col(Revision.decided_at), col(Publication.id)))
    return [_row(row, as_of) for row in found]


def list_carrying(
    session: Session, sha256: str, as_of: date, *, unit_code: str | None = None, occasion_id: UUID | None = None
) -> list[PublicationRow]:
    """Publications whose newest or public version carries a file with that content, oldest first; each with its newest version."""
    carrying = sa.select(col(RevisionAttachment.revision_id)).where(
        col(RevisionAttachment.attachment_id) == col(Attachment.id), col(Attachment.sha256) == sha256
    )
    statement = _latest().where(
        sa.or_(col(Revision.id).in_(carrying), col(Publication.public_revision_id).in_(carrying))
    )
    for column, value in ((Duty.unit_code, unit_code), (Publication.occasion_id, occasion_id)):
        if value is not None:
            statement = statement.where(col(column) == value)
    return [_row(row, as_of) for row in session.execute(statement.order_by(col(Publication.id)))]
