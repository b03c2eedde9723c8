"""What has to be found wrong on a day, by the fates alone. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.demo.courses import Asked, Course, FaultKind, Link
from registry.demo.owed import Kind, Owed, OwingDuty
from registry.duties.tables import RulingKind

# When an address is looked at again after it was seen.
FIRST_FAILURE, LAST_LOOK = timedelta(days=7), timedelta(days=120)


@dataclass(frozen=True)
class PlantedFault:
    """Something wrong on purpose, by stable codes: `period` is a period, the day of an event, or nothing for a first disclosure."""

    kind: FaultKind
    unit: str
    item: str
    period: str
    since: date

    @property
    def key(self) -> tuple[str, str, str]:
        return self.unit, self.item, self.period


def planted_faults(courses: Iterable[Course], day: date) -> list[PlantedFault]:
    """By kind, unit, item and period."""
    by_duty: dict[OwingDuty, list[Course]] = defaultdict(list)
    for course in courses:
        by_duty[course.owed.duty].append(course)
    found = [fault for together in by_duty.values() for fault in _of_duty(together, day)]
    return sorted(found, key=lambda fault: (list(FaultKind).index(fault.kind), fault.key))


def _of_duty(courses: Sequence[Course], day: date) -> Iterator[PlantedFault]:
    known = [course for course in courses if _has_arisen(course.owed, day)]
    answered = [course.owed for course in known if _is_public(course, day)]
    for course in known:
        for kind, since in _own_faults(course, day):
            yield _fault(kind, course.owed, since)
        if _is_unanswered(course, day):
            limit = _limit(course, day)
            if limit is not None and limit < day:
                yield _fault(_unanswered_kind(course.owed, answered), course.owed, limit + timedelta(days=1))


def _fault(kind: FaultKind, owed: Owed, since: date) -> PlantedFault:
    return PlantedFault(kind, *owed.key, since)


def _has_arisen(owed: Owed, day: date) -> bool:
    return owed.arises_on <= day and (owed.kind is not Kind.EVENT or (owed.event_on or date.max) <= day)


def _limit(course: Course, day: date) -> date | None:
    asked = course.asked
    is_decided = asked is not None and asked.decided_on is not None and asked.decided_on <= day
    return course.limit if is_decided else course.owed.due_on


def _is_public(course: Course, day: date) -> bool:
    if course.published_on is None or course.published_on > day:
        return False
    return course.withdrawn_on is None or course.withdrawn_on > day


def _is_unanswered(course: Course, day: date) -> bool:
    """Never published by the day, and not ruled to be none or not theirs."""
    if course.published_on is not None and course.published_on <= day:
        return False
    return not _is_ruled_out(course.asked, day)


def _is_ruled_out(asked: Asked | None, day: date) -> bool:
    if asked is None or asked.decided_on is None or not asked.granted or asked.kind is RulingKind.EXTENDED:
        return False
    return asked.decided_on <= day


def _unanswered_kind(owed: Owed, answered: Sequence[Owed]) -> FaultKind:
    """A column nobody ever filled, one to which nothing newer came, or a gap in one that goes on."""
    if not answered:
        return FaultKind.BLANK
    newest = max(one.due_on or date.min for one in answered)
    return FaultKind.STALE if owed.due_on is not None and newest < owed.due_on else FaultKind.OVERDUE


def _own_faults(course: Course, day: date) -> Iterator[tuple[FaultKind, date]]:
    """What is wrong with something published, and since when."""
    if course.withdrawn_on is not None and course.withdrawn_on <= day:
        yield FaultKind.WITHDRAWN, course.withdrawn_on
    published_on = course.published_on
    if published_on is None or not _is_public(course, day):
        return
    dead_since = _dead_since(course, published_on, day)
    if dead_since is not None:
        yield FaultKind.DEAD_LINK, dead_since
    limit = _limit(course, day)
    if limit is not None and published_on > limit and dead_since is None:
        yield FaultKind.LATE, published_on
    if course.lacks is not None:
        yield FaultKind.MISSING_ELEMENT, published_on
    if course.leaks:
        yield FaultKind.LEAKED_NUMBER, published_on
    if course.by_office and (course.confirmed_on is None or course.confirmed_on > day):
        yield FaultKind.UNREVIEWED, published_on
    if course.corrected_on is not None and course.corrected_on <= day:
        yield FaultKind.CORRECTED, course.corrected_on


def _dead_since(course: Course, published_on: date, day: date) -> date | None:
    """The second day on which nothing was found, if nothing was found since."""
    since, until = published_on + FIRST_FAILURE + timedelta(days=1), published_on + LAST_LOOK
    is_dead = course.link is Link.DEAD or (course.link is Link.RECOVERED and day < until)
    return since if is_dead and course.owed.duty.is_online and since <= day else None
