"""The plan of the demo: everything anybody does, day by day, and what has to be found wrong on a day. Pure.

    duties ──owed.py──> what is owed ──fates.py──> its course ──here──> steps, ──faults.py──> what has to be found

`seeding.py` carries the steps out through the services.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.deadlines.workdays import Workdays
from registry.demo.chance import number
from registry.demo.courses import Course, Left, Link
from registry.demo.fates import list_courses
from registry.demo.faults import FIRST_FAILURE, LAST_LOOK, PlantedFault, planted_faults
from registry.demo.owed import OwingDuty
from registry.duties.rules import Counting


class Verb(StrEnum):
    """What is done in a step."""

    RECORD_EVENT = "record_event"
    DRAFT = "draft"
    ATTACH = "attach"
    SUBMIT = "submit"
    RETURN = "return"
    REVISE = "revise"
    APPROVE = "approve"
    CONFIRM = "confirm"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    ASK = "ask"
    DECIDE = "decide"
    SEE = "see"
    FIND_NOTHING = "find_nothing"
    BE_REFUSED = "be_refused"


@dataclass(frozen=True)
class Step:
    """One deed; `place` is its place among those of its course."""

    day: date
    place: int
    verb: Verb
    course: Course

    @property
    def order(self) -> tuple[date, int, tuple[str, str, str]]:
        return self.day, self.place, self.course.owed.key


def list_steps(courses: Iterable[Course], until: date, counting: Counting) -> list[Step]:
    """Everything that is done by `until`, in the order of doing it."""
    steps: list[Step] = []
    for course in courses:
        deeds = _deeds(course, counting.calendar_of(course.owed.duty.calendar))
        steps += [Step(day, place, verb, course) for place, (day, verb) in enumerate(sorted(deeds, key=_day))]
    return sorted((step for step in steps if step.day <= until), key=lambda step: step.order)


Deed = tuple[date, Verb]


def _day(deed: Deed) -> date:
    return deed[0]


def _deeds(course: Course, calendar: Workdays) -> Iterator[Deed]:
    """What is done, in the order of doing it where it is done on one day."""
    owed = course.owed
    if owed.event_on is not None:
        yield owed.event_on, Verb.RECORD_EVENT
    if course.asked is not None:
        yield course.asked.asked_on, Verb.ASK
        if course.asked.decided_on is not None:
            yield course.asked.decided_on, Verb.DECIDE
    yield from _published(course, calendar) if course.published_on else _left_lying(course, calendar)


def _left_lying(course: Course, calendar: Workdays) -> Iterator[Deed]:
    """What was begun and never published."""
    if course.left is Left.NOTHING:
        return
    begun_on = max(course.owed.arises_on, course.owed.counted_from)
    yield begun_on, Verb.DRAFT
    if course.left is not Left.DRAFT:
        yield begun_on, Verb.SUBMIT
    if course.left is Left.RETURNED:
        yield calendar.after(begun_on, 2), Verb.RETURN


def _published(course: Course, calendar: Workdays) -> Iterator[Deed]:
    if course.published_on is None or course.approved_on is None:
        return
    begins = max(course.owed.arises_on, course.owed.event_on or date.min)
    drafted_on = max(calendar.before(course.approved_on, number(1, 4, "drafted", *course.owed.key)), begins)
    yield drafted_on, Verb.DRAFT
    if course.has_file:
        yield drafted_on, Verb.ATTACH
    yield drafted_on, Verb.SUBMIT
    if course.is_returned:
        yield drafted_on, Verb.RETURN
        yield course.approved_on, Verb.REVISE
        yield course.approved_on, Verb.SUBMIT
    yield course.approved_on, Verb.APPROVE
    yield from _after_publishing(course, course.published_on)


def _after_publishing(course: Course, published_on: date) -> Iterator[Deed]:
    if course.confirmed_on is not None:
        yield course.confirmed_on, Verb.CONFIRM
    if course.corrected_on is not None:
        yield course.corrected_on, Verb.CORRECT
        yield course.corrected_on, Verb.SUBMIT
        yield course.corrected_on, Verb.APPROVE
    if course.withdrawn_on is not None:
        yield course.withdrawn_on, Verb.WITHDRAW
    if course.owed.duty.is_online:
        looks = looks_of(course.link, published_on)
        yield from ((day, verb) for day, verb in looks if course.withdrawn_on is None or day < course.withdrawn_on)


def looks_of(link: Link, published_on: date) -> tuple[Deed, ...]:
    """The day after, when everything is there; a week and a day later again, and after some months once more."""
    again, next_day = published_on + FIRST_FAILURE, published_on + FIRST_FAILURE + timedelta(days=1)
    found = Verb.BE_REFUSED if link is Link.WALLED else Verb.FIND_NOTHING
    in_vain = () if link is Link.ALIVE else ((again, found), (next_day, found))
    last = Verb.SEE if link in (Link.ALIVE, Link.RECOVERED) else found
    return ((published_on + timedelta(days=1), Verb.SEE), *in_vain, (published_on + LAST_LOOK, last))


@dataclass(frozen=True)
class Plan:
    """The whole demo. `courses` are all fates, `steps` what was done by `until`."""

    until: date
    courses: Sequence[Course]
    steps: Sequence[Step]

    def faults(self, as_of: date | None = None) -> list[PlantedFault]:
        """What has to be found wrong at the end of a day: that of the last one when none is given."""
        return planted_faults(self.courses, min(as_of or self.until, self.until))


def make_plan(duties: Iterable[OwingDuty], until: date, counting: Counting) -> Plan:
    courses = list_courses(duties, until, counting)
    return Plan(until, courses, list_steps(courses, until, counting))
