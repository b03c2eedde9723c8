"""Working days of a calendar: weekends, holidays, days worked instead (调休), and local days off. Counting never walks day by day.

Counts of many days at once take and give arrays of ordinals (`date.toordinal`); for one day there is a method on dates beside each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ordinals = npt.NDArray[np.int64]


class CalendarTooShort(Exception):
    """The count leaves the years the calendar was asked to cover."""


@dataclass(frozen=True)
class Workdays:
    """Which days count as working days, with the reason for each exception.

    `days_off` maps a day to the name of its holiday; `made_up` are weekend days worked instead. Years without a published notice are in
    `provisional_years`: they are computed from weekends and fixed holidays only, and every date that touches them says so. `is_local` says
    that days off of a place stand on top of the national ones.
    """

    name: str
    version: str
    first: date
    last: date
    days_off: Mapping[date, str]
    made_up: frozenset[date]
    provisional_years: frozenset[int] = field(default_factory=frozenset)
    is_local: bool = False

    @cached_property
    def _ordinals(self) -> Ordinals:
        """Every working day, in order."""
        span = range(self.first.toordinal(), self.last.toordinal() + 1)
        return np.array([ordinal for ordinal in span if self.is_workday(date.fromordinal(ordinal))], dtype=np.int64)

    def is_workday(self, day: date) -> bool:
        """Whether `day` counts; 调休 wins over the weekend, a holiday over both."""
        if day in self.days_off:
            return False
        return day in self.made_up or day.weekday() < 5

    def reason(self, day: date) -> str:
        """Why `day` counts or not: the holiday's name, or a code of `day_kind` in the wording (weekend, made_up, workday)."""
        if day in self.days_off:
            return self.days_off[day]
        if day.weekday() >= 5:
            return "made_up" if day in self.made_up else "weekend"
        return "workday"

    def after_all(self, starts: Ordinals, count: int | Ordinals) -> Ordinals:
        """The `count`-th working day after each start; a start itself does not count. Raises CalendarTooShort."""
        return self._at(np.searchsorted(self._ordinals, starts, side="right") + count - 1, starts)

    def before_all(self, ends: Ordinals, count: int | Ordinals) -> Ordinals:
        """The `count`-th working day before each end; an end itself does not count. Raises CalendarTooShort."""
        return self._at(np.searchsorted(self._ordinals, ends, side="left") - count, ends)

    def from_all(self, days: Ordinals) -> Ordinals:
        """Each day itself when it is a working day, else the next one. Raises CalendarTooShort."""
        return self._at(np.searchsorted(self._ordinals, days, side="left"), days)

    def _at(self, places: Ordinals, days: Ordinals) -> Ordinals:
        inside = (places >= 0) & (places < len(self._ordinals))
        inside &= (days >= self.first.toordinal()) & (days <= self.last.toordinal())
        if not inside.all():
            outside = date.fromordinal(int(np.atleast_1d(days)[np.argmin(np.atleast_1d(inside))]))
            raise CalendarTooShort(f"a count at {outside} leaves {self.name} ({self.first}…{self.last})")
        return self._ordinals[places]

    def after(self, start: date, count: int) -> date:
        """`after_all` for one day."""
        return _date(self.after_all(_ordinal(start), count))

    def before(self, end: date, count: int) -> date:
        """`before_all` for one day."""
        return _date(self.before_all(_ordinal(end), count))

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        first, last = np.searchsorted(self._ordinals, (start.toordinal(), end.toordinal()), side="right")
        return int(last - first)

    def is_provisional(self, days: Iterable[date]) -> bool:
        return any(day.year in self.provisional_years for day in days)


def days_from(start: date, end: date) -> Iterable[date]:
    """Every day after `start` up to and including `end`."""
    return (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))


def _ordinal(day: date) -> Ordinals:
    return np.array(day.toordinal(), dtype=np.int64)


def _date(ordinal: Ordinals) -> date:
    return date.fromordinal(int(ordinal))
