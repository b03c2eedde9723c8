"""Who is reminded of what on which day. Pure: dates in, kinds out; the numbers stand in `standards/deadlines.yaml`.

A reminder is due when one of its marks lies after the day on which people were reminded last, and not after today. So a day on which the
registry stood still is made up for on the next, and no mark counts twice.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from registry.deadlines.workdays import Workdays


class ReminderKind(StrEnum):
    """What a reminder says, the most urgent first."""

    RETURNED = "returned"
    OVERDUE = "overdue"
    TODAY = "today"
    AHEAD = "ahead"
    REVIEW = "review"
    LATE_IN_UNIT = "late_in_unit"
    LATE_IN_CITY = "late_in_city"


class Times(Protocol):
    """All in working days."""

    @property
    def before_workdays(self) -> tuple[int, ...]: ...
    @property
    def repeat_workdays(self) -> int: ...
    @property
    def reviewer_after_workdays(self) -> int: ...
    @property
    def office_after_workdays(self) -> int: ...


@dataclass(frozen=True)
class Span:
    """The days asked about: after `since`, on which people were reminded last, up to `day`."""

    since: date
    day: date
    calendar: Workdays

    def passed(self, start: date) -> tuple[int, int]:
        """Working days after `start` up to `since`, and up to `day`; never below none."""
        return max(0, self.calendar.between(start, self.since)), max(0, self.calendar.between(start, self.day))


def reminder_of_limit(limit: date, span: Span, times: Times) -> ReminderKind | None:
    """What the one who has to publish is told: ahead, on the last working day up to the limit, and again while it is late."""
    if span.day > limit:
        return ReminderKind.OVERDUE if _beats(limit, span, 1, times.repeat_workdays) else None
    left, left_then = span.calendar.between(span.day, limit), span.calendar.between(span.since, limit)
    if left == 0:
        return ReminderKind.TODAY if left_then > 0 else None
    return ReminderKind.AHEAD if any(left <= mark < left_then for mark in times.before_workdays) else None


def is_reminded_since(start: date, span: Span, times: Times) -> bool:
    """Whether something that has waited since `start` (returned, submitted) is told: on the next working day, then in the rhythm."""
    return _beats(start, span, 1, times.repeat_workdays)


def escalations(limit: date, span: Span, times: Times) -> list[ReminderKind]:
    """Who else is told that something is late: the unit's reviewer, later the office, each again in the rhythm."""
    told = []
    if _beats(limit, span, times.reviewer_after_workdays, times.repeat_workdays):
        told.append(ReminderKind.LATE_IN_UNIT)
    if _beats(limit, span, times.office_after_workdays, times.repeat_workdays):
        told.append(ReminderKind.LATE_IN_CITY)
    return told


def _beats(start: date, span: Span, first: int, repeat: int) -> bool:
    """Whether the `first`-th working day after `start`, or one every `repeat` after it, lies within the span."""
    then, now = span.passed(start)
    return now >= first and (now - first) // repeat > (then - first) // repeat
