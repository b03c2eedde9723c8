"""Which periods are closed: the due dates in them stand. Closing itself, which freezes the numbers too, is `registry.closing`."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from registry.duties.tables import ClosedPeriod
from registry.errors import Conflict


def closed_periods(session: Session) -> Sequence[ClosedPeriod]:
    """All closed periods, in the order of their days."""
    return session.exec(select(ClosedPeriod).order_by(col(ClosedPeriod.first_on), col(ClosedPeriod.code))).all()


def closed_on(periods: Sequence[ClosedPeriod], *days: date | None) -> str | None:
    """The code of a closed period that one of the days lies in."""
    inside = (one.code for one in periods for day in days if day and one.first_on <= day <= one.last_on)
    return next(inside, None)


def require_open(session: Session, day: date | None) -> None:
    """Raise Conflict when the day lies in a closed period."""
    closed = closed_on(closed_periods(session), day)
    if closed:
        raise Conflict("period_closed", period=closed)
