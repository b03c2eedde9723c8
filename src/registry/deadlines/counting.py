"""Where a count ends, for one day or for a million at once: arrays of ordinals (`date.toordinal`) in, arrays out. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from registry.deadlines.clauses import Unit
from registry.deadlines.workdays import Ordinals, Workdays

EPOCH = date(1970, 1, 1).toordinal()
DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}
PERIOD_MONTHS = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}


@dataclass(frozen=True)
class Term:
    """How long a count is and how it is counted.

    `backwards` counts from an event to the days before it; `moves` says that a last day that is a day off moves on to the next working
    day. The day the count starts from never counts (民法典 第二百零一条).
    """

    count: int
    unit: Unit
    backwards: bool = False
    moves: bool = False


def ends_of(term: Term, starts: Ordinals, calendar: Workdays) -> Ordinals:
    """The last day of the count from each start, moved on where the term says so. Raises CalendarTooShort."""
    sign = -1 if term.backwards else 1
    if term.unit is Unit.WORKDAY:
        return (calendar.before_all if term.backwards else calendar.after_all)(starts, term.count)
    if term.unit is Unit.HOUR:
        ends = starts + sign * -(-term.count // 24)
    elif term.unit in DAYS:
        ends = starts + sign * term.count * DAYS[term.unit]
    else:
        ends = months_after(starts, sign * term.count * MONTHS[term.unit])
    return calendar.from_all(ends) if term.moves else ends


def end_of(term: Term, start: date, calendar: Workdays) -> date:
    """`ends_of` for one day."""
    return _one(ends_of(term, _array(start), calendar))


def months_after(starts: Ordinals, months: int) -> Ordinals:
    """The same day that many months on, or that month's last day when it is shorter (民法典 第二百零二条)."""
    days = (starts - EPOCH).astype("datetime64[D]")
    begun = days.astype("datetime64[M]")
    target = begun + months
    last = (target + 1).astype("datetime64[D]") - 1
    found = np.minimum(target.astype("datetime64[D]") + (days - begun.astype("datetime64[D]")), last)
    return found.astype(np.int64) + EPOCH


def add_months(start: date, months: int) -> date:
    """`months_after` for one day."""
    return _one(months_after(_array(start), months))


def period_of(period: str, day: date) -> tuple[date, date]:
    """First and last day of the month, quarter, half-year or year that `day` lies in."""
    months = PERIOD_MONTHS[period]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months) - timedelta(days=1)


def next_day_of_period(period: str, number: int, after: date) -> date:
    """The first day later than `after` that is the `number`-th of a period: of months 10 is the next 10th."""
    first, last = period_of(period, after)
    found = first + timedelta(days=number - 1)
    return found if found > after else last + timedelta(days=number)


def next_fixed_date(month_day: str, after: date) -> date:
    """The first MM-DD later than `after`; 02-29 is the last day of February in every year."""
    found = _in_year(after.year, month_day)
    return found if found > after else _in_year(after.year + 1, month_day)


def _in_year(year: int, month_day: str) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    return min(date(year, month, 1) + timedelta(days=day - 1), add_months(date(year, month, 1), 1) - timedelta(days=1))


def _array(day: date) -> Ordinals:
    return np.array([day.toordinal()], dtype=np.int64)


def _one(ordinals: Ordinals) -> date:
    return date.fromordinal(int(ordinals[0]))
