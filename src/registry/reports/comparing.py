"""With which earlier day the figures of a day are compared: the last closed period, or the same day a month earlier."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

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
