"""What the looks at addresses amount to on a day, inside statements: the same as `failures.py` says of one publication, of all at once."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from registry.dialects import AnySelect, city_day
from registry.evidence.failures import FAILING_DAYS
from registry.evidence.rules import SIGHTED, Outcome
from registry.evidence.tables import Evidence
from registry.publications.tables import Revision
from registry.publications.versions import end_of, named_addresses


def unseen_on(as_of: date, among: AnySelect | None = None) -> sa.Select[UUID]:
    """Ids of the publications that count as not there on the day: each address of the version that stood then was not seen on two days.

    `among` narrows to these publications, so that one unit's are found without the looks at all others.
    """
    failing = _failing(as_of, among).cte("failing")
    named = named_addresses(as_of, col(Revision.publication_id).in_(sa.select(failing.c.publication_id))).cte("named")
    is_failing = sa.and_(failing.c.publication_id == named.c.publication_id, failing.c.address == named.c.address)
    return (
        sa.select(named.c.publication_id)
        .join(failing, is_failing, isouter=True)
        .group_by(named.c.publication_id)
        .having(sa.func.count() == sa.func.count(failing.c.address))
    )


def _failing(as_of: date, among: AnySelect | None) -> AnySelect:
    """(publication_id, address) of what was not seen on two days or more since it was last seen."""
    sight: Any = aliased(Evidence)
    seen_since = sa.exists().where(
        sight.publication_id == col(Evidence.publication_id),
        sight.address == col(Evidence.address),
        sight.outcome.in_(SIGHTED - {Outcome.OFFLINE}),
        sight.seen_at < end_of(as_of),
        sa.tuple_(sight.seen_at, sight.id) > sa.tuple_(col(Evidence.seen_at), col(Evidence.id)),
    )
    statement: AnySelect = sa.select(
        col(Evidence.publication_id).label("publication_id"), col(Evidence.address).label("address")
    ).where(
        col(Evidence.outcome) == Outcome.NOT_SEEN,
        col(Evidence.seen_at) < end_of(as_of),
        sa.not_(seen_since),
    )
    if among is not None:
        statement = statement.where(col(Evidence.publication_id).in_(among))
    days = sa.func.count(sa.distinct(city_day(col(Evidence.seen_at))))
    return statement.group_by(col(Evidence.publication_id), col(Evidence.address)).having(days >= FAILING_DAYS)


def last_looks(as_of: date, *where: sa.ColumnElement[bool]) -> AnySelect:
    """(publication_id, address, outcome) of the last look at each address by the end of the day; `where` is about Evidence."""
    looks = sa.select(
        col(Evidence.publication_id).label("publication_id"),
        col(Evidence.address).label("address"),
        col(Evidence.outcome).label("outcome"),
        col(Evidence.seen_at).label("seen_at"),
        sa.func.row_number()
        .over(
            partition_by=(col(Evidence.publication_id), col(Evidence.address)),
            order_by=(col(Evidence.seen_at).desc(), col(Evidence.id).desc()),
        )
        .label("place"),
    )
    ranked = looks.where(col(Evidence.outcome) != Outcome.OFFLINE, col(Evidence.seen_at) < end_of(as_of), *where)
    found = ranked.subquery("looks")
    return sa.select(found.c.publication_id, found.c.address, found.c.outcome, found.c.seen_at).where(
        found.c.place == 1
    )
