"""Closing a period: from then on the due dates in it stand, and what the leadership has signed stays what it was."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, require
from registry.audit.service import Action, record
from registry.database import Work
from registry.duties.rules import period_from
from registry.duties.tables import ClosedPeriod
from registry.errors import Conflict, Invalid, Issue


def close_period(work: Work, code: str) -> ClosedPeriod:
    """Close a period that is over; closing it again is a Conflict. Raises Invalid for what is no period, or one that still runs."""
    require(work.actor, Permission.CLOSE_PERIOD)
    period = period_from(code)
    if period is None:
        raise Invalid([Issue("period", "period_unfit", {"found": code})])
    if period.last >= work.today:
        raise Invalid([Issue("period", "period_not_over", {"found": code, "last": period.last.isoformat()})])
    if work.session.get(ClosedPeriod, code) is not None:
        raise Conflict("period_closed", period=code)
    row = ClosedPeriod(
        code=code, first_on=period.first, last_on=period.last, closed_at=work.now, closed_by=work.actor.user_id
    )
    work.session.add(row)
    record(work, Action.PERIOD_CLOSE, "period", code, {"last_on": (None, period.last)})
    return row


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
