"""What becomes of each disclosure that is owed: published in time or late, or not at all, and what is wrong with it. Pure.

Everything is decided by the codes of unit, item and period (`chance.py`), so that a longer demo begins like a shorter one. Each unit has a
character of its own; besides chance, `NAMED` sees to it that every kind of fault is there, in places that are easy to find.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from registry.deadlines.workdays import Workdays
from registry.demo.chance import choice, number, share, workday_in
from registry.demo.owed import Kind, Owed, OwingDuty, list_owed
from registry.duties.rules import Counting
from registry.duties.tables import RulingKind

T = TypeVar("T")


class FaultKind(StrEnum):
    """What is wrong on purpose. Of one owed disclosure that nobody made, one of the first three holds."""

    BLANK = "blank"
    STALE = "stale"
    OVERDUE = "overdue"
    LATE = "late"
    DEAD_LINK = "dead_link"
    MISSING_ELEMENT = "missing_element"
    LEAKED_NUMBER = "leaked_number"
    UNREVIEWED = "unreviewed"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"


class Link(StrEnum):
    """What is found at the address after it was seen once."""

    ALIVE = "alive"
    DEAD = "dead"
    RECOVERED = "recovered"
    WALLED = "walled"


class Left(StrEnum):
    """How far somebody got who never published."""

    NOTHING = "nothing"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"


@dataclass(frozen=True)
class Asked:
    """Another answer that was asked for; `decided_on` is None while nobody decided, `extended_to` only with 延期."""

    kind: RulingKind
    asked_on: date
    decided_on: date | None
    granted: bool = True
    extended_to: date | None = None


@dataclass(frozen=True)
class Course:
    """The fate of one owed disclosure. Every day in it is a day on which somebody did something; None is never.

    `lacks` is the place of the element that is left out. With `leaks` a made-up identity number is published, in a file if `has_file`.
    With `by_office` the office approved it in the reviewer's place, and a reviewer looked at it on `confirmed_on`.
    """

    owed: Owed
    published_on: date | None = None
    approved_on: date | None = None
    left: Left = Left.NOTHING
    asked: Asked | None = None
    is_returned: bool = False
    lacks: int | None = None
    leaks: bool = False
    has_file: bool = False
    by_office: bool = False
    confirmed_on: date | None = None
    corrected_on: date | None = None
    withdrawn_on: date | None = None
    link: Link = Link.ALIVE

    @property
    def limit(self) -> date | None:
        """The last day in time, once everything is decided."""
        if self.asked is not None and self.asked.extended_to and self.asked.granted and self.asked.decided_on:
            return self.asked.extended_to
        return self.owed.due_on


@dataclass(frozen=True)
class Character:
    """How a unit works: shares of what it never publishes, publishes late, leaves incomplete, and of its duties nobody ever sees to."""

    missed: float
    late: float
    incomplete: float
    neglected: float


CHARACTERS = (
    (0.25, Character(missed=0.0, late=0.02, incomplete=0.01, neglected=0.0)),
    (0.60, Character(missed=0.02, late=0.05, incomplete=0.03, neglected=0.0)),
    (0.85, Character(missed=0.06, late=0.12, incomplete=0.05, neglected=0.03)),
    (1.00, Character(missed=0.15, late=0.20, incomplete=0.08, neglected=0.08)),
)

# (unit, item, what it is about) → what is wrong there; {last} is the first year of the demo, * all disclosures of the duty.
NAMED: Mapping[tuple[str, str, str], FaultKind] = {
    ("CX-101", "BUD-01-01", "{last}"): FaultKind.MISSING_ELEMENT,
    ("CX-101", "BUD-01-02", "{last}"): FaultKind.LATE,
    ("CX-101", "BUD-01-03", "{last}"): FaultKind.CORRECTED,
    ("CX-101", "BUD-01-05", "{last}"): FaultKind.DEAD_LINK,
    ("CX-101", "BUD-06-01", "{last}-03"): FaultKind.OVERDUE,
    ("CX-103", "PLS-03-03", "*"): FaultKind.STALE,
    ("CX-103", "PLS-01-01", ""): FaultKind.LEAKED_NUMBER,
    ("CX-103", "PLS-02-01", ""): FaultKind.UNREVIEWED,
    ("CX-104", "URP-02-01", ""): FaultKind.WITHDRAWN,
    ("CX-104", "URP-01-02", "*"): FaultKind.BLANK,
    ("CX-532301101", "BUD-03-01", "{last}"): FaultKind.LEAKED_NUMBER,
    ("CX-532301101", "BUD-03-02", "*"): FaultKind.BLANK,
    ("CX-532301101", "BUD-03-03", "{last}"): FaultKind.MISSING_ELEMENT,
}

# What never became public although somebody began it, so that something waits in every list.
NAMED_LEFT: Mapping[tuple[str, str, str], Left] = {
    ("CX-101", "BUD-06-01", "{last}-05"): Left.RETURNED,
    ("CX-101", "BUD-06-01", "{last}-08"): Left.SUBMITTED,
    ("CX-101", "BUD-06-01", "{last}-10"): Left.DRAFT,
}


def list_courses(duties: Iterable[OwingDuty], until: date, counting: Counting) -> list[Course]:
    """The fate of everything that is owed by `until`."""
    courses = []
    for owed in list_owed(duties, until, counting):
        calendar = counting.calendar_of(owed.duty.calendar)
        planned = _planned(owed, until.year - 1, calendar)
        if planned is None and _is_inapplicable(owed):
            courses += [_inapplicable(owed, calendar)] if owed.kind is Kind.FIRST else []
        else:
            courses.append(planned or _by_chance(owed, calendar))
    return courses


def _planned(owed: Owed, last: int, calendar: Workdays) -> Course | None:
    """What the lists of names say of it, if anything."""
    left, kind = _named(NAMED_LEFT, owed, last), _named(NAMED, owed, last)
    if left is not None:
        return Course(owed, left=left)
    return _planted(owed, kind, last, calendar) if kind is not None else None


def character_of(unit: str) -> Character:
    drawn = share("character", unit)
    return next(character for below, character in CHARACTERS if drawn < below)


def _named(names: Mapping[tuple[str, str, str], T], owed: Owed, last: int) -> T | None:
    named = {(unit, item, about.format(last=last)): one for (unit, item, about), one in names.items()}
    unit, item, about = owed.key
    return named.get((unit, item, "*")) or named.get((unit, item, about))


def _planted(owed: Owed, kind: FaultKind, last: int, calendar: Workdays) -> Course:
    """What `NAMED` asks for; of a column that is to be stale only the first half-year is published."""
    if kind in (FaultKind.BLANK, FaultKind.OVERDUE):
        return Course(owed)
    if kind is FaultKind.STALE:
        return _in_time(owed, calendar) if owed.arises_on < date(last, 7, 1) else Course(owed)
    if kind is FaultKind.LATE:
        return _late(owed, calendar)
    return _flawed(_in_time(owed, calendar), kind, calendar)


INAPPLICABLE = 0.03
STOPPED = 0.5


def _is_inapplicable(owed: Owed) -> bool:
    duty = owed.duty
    return not duty.schedule.recurs and share("not applicable", duty.unit, duty.item) < INAPPLICABLE


def _inapplicable(owed: Owed, calendar: Workdays) -> Course:
    asked_on = calendar.after(owed.arises_on, number(2, 4, "asked", *owed.key))
    asked = Asked(RulingKind.NOT_APPLICABLE, asked_on, calendar.after(asked_on, 1))
    return Course(owed, asked=asked)


def _by_chance(owed: Owed, calendar: Workdays) -> Course:
    character = character_of(owed.duty.unit)
    if _is_neglected(owed, character):
        return Course(owed)
    drawn = share("fate", *owed.key)
    if drawn < character.missed:
        return _missed(owed, calendar)
    drawn -= character.missed
    if drawn < character.late and owed.due_on is not None:
        return _decorated(_late(owed, calendar), calendar)
    drawn -= character.late
    if drawn < ANSWERED_OTHERWISE and owed.due_on is not None:
        return _answered_otherwise(owed, owed.due_on, calendar)
    return _decorated(_in_time(owed, calendar), calendar)


def _is_neglected(owed: Owed, character: Character) -> bool:
    """Half of the duties nobody sees to were seen to in the beginning."""
    duty = owed.duty
    if share("neglected", duty.unit, duty.item) >= character.neglected:
        return False
    was_seen_to = share("seen to", duty.unit, duty.item) < STOPPED
    return not was_seen_to or owed.kind is Kind.EVENT or owed.arises_on.month > 1


ANSWERED_OTHERWISE = 0.06


def _answered_otherwise(owed: Owed, due_on: date, calendar: Workdays) -> Course:
    """本期无信息 where nothing happened, 延期 granted or refused, and now and then a request nobody decides."""
    asked_on = max(calendar.before(due_on, 4), _begins(owed))
    decided_on = calendar.after(asked_on, 1)
    kind = choice(("nothing", "nothing", "extended", "extended", "refused", "waiting"), "answer", *owed.key)
    if kind == "nothing":
        return Course(owed, asked=Asked(RulingKind.NOTHING_TO_PUBLISH, asked_on, decided_on))
    later = max(due_on, decided_on) + timedelta(days=30)
    if kind == "extended":
        published_on = workday_in(decided_on + timedelta(days=1), later, calendar, "day", *owed.key)
        asked = Asked(RulingKind.EXTENDED, asked_on, decided_on, extended_to=later)
        return Course(owed, published_on, published_on, asked=asked)
    is_refused = kind == "refused"
    asked = Asked(RulingKind.EXTENDED, asked_on, decided_on if is_refused else None, False, later)
    return replace(_late(owed, calendar), asked=asked) if is_refused else Course(owed, asked=asked)


def _missed(owed: Owed, calendar: Workdays) -> Course:
    left = choice((Left.NOTHING, Left.NOTHING, Left.DRAFT, Left.SUBMITTED, Left.RETURNED), "left", *owed.key)
    return Course(owed, left=left)


def _in_time(owed: Owed, calendar: Workdays) -> Course:
    """Published on some day of the last three weeks before the due date."""
    begins = _begins(owed) + timedelta(days=1)
    due_on = owed.due_on or begins + timedelta(days=20)
    first = max(begins, due_on - timedelta(days=21))
    published_on = min(workday_in(first, due_on, calendar, "day", *owed.key), max(due_on, begins))
    return Course(owed, published_on, published_on)


def _late(owed: Owed, calendar: Workdays) -> Course:
    due_on = owed.due_on or _begins(owed)
    published_on = workday_in(due_on + timedelta(days=2), due_on + timedelta(days=50), calendar, "day", *owed.key)
    return Course(owed, published_on, published_on)


def _begins(owed: Owed) -> date:
    """The first day on which there is anything to publish."""
    return (
        max(owed.counted_from, owed.arises_on)
        if owed.due_on is None or owed.counted_from < owed.due_on
        else owed.arises_on
    )


FLAWS = (
    (0.015, FaultKind.DEAD_LINK),
    (0.020, FaultKind.LEAKED_NUMBER),
    (0.035, FaultKind.UNREVIEWED),
    (0.040, FaultKind.WITHDRAWN),
    (0.060, FaultKind.CORRECTED),
)


def _decorated(course: Course, calendar: Workdays) -> Course:
    """What else happens to a publication: at most one fault, and the ordinary turns of work."""
    key = course.owed.key
    drawn = share("flaw", *key)
    kind = next((kind for below, kind in FLAWS if drawn < below), None)
    if kind is None and share("incomplete", *key) < character_of(course.owed.duty.unit).incomplete:
        kind = FaultKind.MISSING_ELEMENT
    turned = replace(course, is_returned=share("returned", *key) < 0.08, has_file=share("file", *key) < 0.08)
    if kind is not None:
        return _flawed(turned, kind, calendar)
    return _with_other_turns(turned, calendar)


def _with_other_turns(course: Course, calendar: Workdays) -> Course:
    """Approved ahead of its day, looked for in vain for a while, or behind a wall against programs."""
    drawn = share("turn", *course.owed.key)
    if drawn < 0.03 and course.published_on is not None and not course.is_returned:
        ahead = max(calendar.before(course.published_on, 5), _begins(course.owed) + timedelta(days=1))
        return replace(course, approved_on=min(ahead, course.published_on))
    if drawn < 0.06:
        return replace(course, link=Link.RECOVERED if drawn < 0.04 else Link.WALLED)
    return course


def _flawed(course: Course, kind: FaultKind, calendar: Workdays) -> Course:
    key, published_on = course.owed.key, course.published_on
    if published_on is None:
        return course
    later = calendar.after(published_on, number(8, 30, "later", *key))
    if kind is FaultKind.DEAD_LINK:
        return replace(course, link=Link.DEAD)
    if kind is FaultKind.LEAKED_NUMBER:
        return replace(course, leaks=True, has_file=share("in a file", *key) < 0.5)
    if kind is FaultKind.UNREVIEWED:
        is_confirmed = share("confirmed", *key) < 0.5 and not is_named(course.owed)
        return replace(course, by_office=True, is_returned=False, confirmed_on=later if is_confirmed else None)
    if kind is FaultKind.WITHDRAWN:
        return replace(course, leaks=True, withdrawn_on=later)
    if kind is FaultKind.CORRECTED:
        return replace(course, corrected_on=later)
    return replace(course, lacks=_left_out(course.owed)) if len(course.owed.duty.elements) > 1 else course


def is_named(owed: Owed) -> bool:
    return any((unit, item) == (owed.duty.unit, owed.duty.item) for unit, item, _ in NAMED)


def _left_out(owed: Owed) -> int:
    """A table where the item asks for tables."""
    elements = owed.duty.elements
    return choice(
        [place for place, is_table in enumerate(elements) if is_table] or range(len(elements)), "lacks", *owed.key
    )
