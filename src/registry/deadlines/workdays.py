"""Working days of a calendar: weekends, holidays, days worked instead (调休), and local days off. Counting never walks day by day."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property


class CalendarTooShort(Exception):
    """The count leaves the years the calendar was asked to cover."""


@dataclass(frozen=True)
class Workdays:
    """Which days count as working days, with the reason for each exception.

    `days_off` maps a day to the name of its holiday; `made_up` are weekend days worked instead. Years without a published notice are in
    `provisional_years`: they are computed from weekends and fixed holidays only, and every date that touches them says so.
    """

    name: str
    version: str
    first: date
    last: date
    days_off: Mapping[date, str]
    made_up: frozenset[date]
    provisional_years: frozenset[int] = field(default_factory=frozenset)

    @cached_property
    def _ordinals(self) -> list[int]:
        span = range(self.first.toordinal(), self.last.toordinal() + 1)
        return [ordinal for ordinal in span if self.is_workday(date.fromordinal(ordinal))]

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

    def after(self, start: date, count: int) -> date:
        """The `count`-th working day after `start`; `start` itself does not count. Raises CalendarTooShort."""
        index = bisect_right(self._ordinals, start.toordinal()) + count - 1
        if not 0 <= index < len(self._ordinals) or start < self.first:
            raise CalendarTooShort(f"{count} working days from {start} leave {self.name} ({self.first}…{self.last})")
        return date.fromordinal(self._ordinals[index])

    def before(self, end: date, count: int) -> date:
        """The `count`-th working day before `end`; `end` itself does not count. Raises CalendarTooShort."""
        index = bisect_left(self._ordinals, end.toordinal()) - count
        if index < 0 or end > self.last:
            raise CalendarTooShort(f"{count} working days before {end} leave {self.name} ({self.first}…{self.last})")
        return date.fromordinal(self._ordinals[index])

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        return bisect_right(self._ordinals, end.toordinal()) - bisect_right(self._ordinals, start.toordinal())

    def is_provisional(self, days: Iterable[date]) -> bool:
        return any(day.year in self.provisional_years for day in days)


def days_from(start: date, end: date) -> Iterable[date]:
    """Every day after `start` up to and including `end`."""
    return (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
