"""Which version of a publication the public saw on a day, and the addresses it named: inside statements, for all at once."""

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from registry.database import CITY_TIME
from registry.dialects import AnySelect, json_objects, member
from registry.publications.rules import RevisionState
from registry.publications.tables import Revision

ONCE_PUBLIC = (RevisionState.APPROVED, RevisionState.SUPERSEDED, RevisionState.WITHDRAWN)


def end_of(day: date) -> datetime:
    """The first moment after a day in the city."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=CITY_TIME)


def stood_on(as_of: date) -> sa.ColumnElement[bool]:
    """Whether a row of Revision is the version that stood on the day: approved by then, its day reached, none after it so."""
    later: Any = aliased(Revision)
    replaced = sa.exists().where(
        later.publication_id == col(Revision.publication_id),
        later.number > col(Revision.number),
        *_approved(later, as_of),
    )
    return sa.and_(*_approved(Revision, as_of), sa.not_(replaced))


def _approved(revision: Any, as_of: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        revision.state.in_(ONCE_PUBLIC),
        revision.published_on <= as_of,
        revision.decided_at < end_of(as_of),
    )


def named_addresses(as_of: date, *where: sa.ColumnElement[bool]) -> AnySelect:
    """(publication_id, revision_id, title, address) of the versions that stood on the day, each address once; `where` is about Revision."""
    channel = json_objects(col(Revision.channels)).table_valued("value", name="channel")
    address = member(channel.c.value, "address")
    named: AnySelect = (
        sa.select(
            col(Revision.publication_id).label("publication_id"),
            col(Revision.id).label("revision_id"),
            col(Revision.title).label("title"),
            address.label("address"),
        )
        .select_from(Revision)
        .join(channel, sa.true())
        .where(stood_on(as_of), address != "", *where)
        .distinct()
    )
    return named
