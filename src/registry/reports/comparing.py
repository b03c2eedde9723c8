"""With which earlier day the figures of a day are compared, and what they were then: the last closed period, or a month earlier."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from registry.closing.queries import sums_of
from registry.closing.tables import FrozenPeriod
from registry.coverage.board import Board
from registry.coverage.queries import board
from registry.coverage.rules import Counts, StateDates
from registry.duties.tables import ClosedPeriod


@dataclass(frozen=True)
class Earlier:
    """The day compared with; `period` is the closed period whose last day it is, None when it is just a month earlier."""

    day: date
    period: str | None = None


def earlier_day(as_of: date, closed: Sequence[ClosedPeriod], tracked_from: date | None) -> Earlier | None:
    """None where nothing was recorded yet on that day: unknown is not nought."""
    over = [one for one in closed if one.last_on < as_of]
    if over:
        last = max(over, key=lambda one: (one.last_on, one.first_on))
        return Earlier(last.last_on, last.code)
    day = month_before(as_of)
    return Earlier(day) if tracked_from is not None and day >= tracked_from else None


def month_before(day: date) -> date:
    """The same day a month earlier, the last of that month where it has none."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def counts_then(session: Session, earlier: Earlier, dates: StateDates) -> Counts:
    """What was counted on the earlier day: as the period was closed, where its numbers were kept, else as it is known now."""
    frozen = session.get(FrozenPeriod, earlier.period) if earlier.period else None
    return (frozen_board(frozen) if frozen else board(session, dates)).total()


def frozen_board(frozen: FrozenPeriod) -> Board[Counts]:
    """The board of a closed period as it was signed."""
    return Board(Counts, sums_of(frozen.board).cells)
