"""How something comes to be published: in time or late, by the ordinary turns of work, and with at most one thing wrong. Pure."""

from dataclasses import replace
from datetime import date, timedelta

from registry.deadlines.workdays import Workdays
from registry.demo.chance import choice, number, share, workday_in
from registry.demo.characters import character_of
from registry.demo.courses import Course, FaultKind, Link
from registry.demo.owed import Owed


def in_time(owed: Owed, calendar: Workdays) -> Course:
    """Published on some day of the last three weeks before the due date."""
    earliest = begins(owed) + timedelta(days=1)
    due_on = owed.due_on or earliest + timedelta(days=20)
    first = max(earliest, due_on - timedelta(days=21))
    published_on = min(workday_in(first, due_on, calendar, "day", *owed.key), max(due_on, earliest))
    return Course(owed, published_on, published_on)


def late(owed: Owed, calendar: Workdays) -> Course:
    due_on = owed.due_on or begins(owed)
    published_on = workday_in(due_on + timedelta(days=2), due_on + timedelta(days=50), calendar, "day", *owed.key)
    return Course(owed, published_on, published_on)


def begins(owed: Owed) -> date:
    """The first day on which there is anything to publish."""
    is_ahead = owed.due_on is not None and owed.counted_from >= owed.due_on
    return owed.arises_on if is_ahead else max(owed.counted_from, owed.arises_on)


# Up to which share of the publications each goes; the rest has none of these.
FLAWS = (
    (0.015, FaultKind.DEAD_LINK),
    (0.020, FaultKind.LEAKED_NUMBER),
    (0.035, FaultKind.UNREVIEWED),
    (0.040, FaultKind.WITHDRAWN),
    (0.060, FaultKind.CORRECTED),
)


def with_turns(course: Course, calendar: Workdays) -> Course:
    """What else happens to a publication: at most one fault, and the ordinary turns of work."""
    key = course.owed.key
    drawn = share("flaw", *key)
    kind = next((kind for below, kind in FLAWS if drawn < below), None)
    if kind is None and share("incomplete", *key) < character_of(course.owed.duty.unit).incomplete:
        kind = FaultKind.MISSING_ELEMENT
    turned = replace(course, is_returned=share("returned", *key) < 0.08, has_file=share("file", *key) < 0.08)
    if kind is not None:
        return flawed(turned, kind, calendar)
    return _with_other_turns(turned, calendar)


def _with_other_turns(course: Course, calendar: Workdays) -> Course:
    """Approved ahead of its day, looked for in vain for a while, or behind a wall against programs."""
    drawn = share("turn", *course.owed.key)
    if drawn < 0.03 and course.published_on is not None and not course.is_returned:
        ahead = max(calendar.before(course.published_on, 5), begins(course.owed) + timedelta(days=1))
        return replace(course, approved_on=min(ahead, course.published_on))
    if drawn < 0.06:
        return replace(course, link=Link.RECOVERED if drawn < 0.04 else Link.WALLED)
    return course


def flawed(course: Course, kind: FaultKind, calendar: Workdays) -> Course:
    key, published_on = course.owed.key, course.published_on
    if published_on is None:
        return course
    later = calendar.after(published_on, number(8, 30, "later", *key))
    if kind is FaultKind.DEAD_LINK:
        return replace(course, link=Link.DEAD)
    if kind is FaultKind.LEAKED_NUMBER:
        return replace(course, leaks=True, has_file=share("in a file", *key) < 0.5)
    if kind is FaultKind.UNREVIEWED:
        is_confirmed = share("confirmed", *key) < 0.5
        return replace(course, by_office=True, is_returned=False, confirmed_on=later if is_confirmed else None)
    if kind is FaultKind.WITHDRAWN:
        return replace(course, leaks=True, withdrawn_on=later)
    if kind is FaultKind.CORRECTED:
        return replace(course, corrected_on=later)
    return replace(course, lacks=_left_out(course.owed)) if len(course.owed.duty.elements) > 1 else course


def _left_out(owed: Owed) -> int:
    """A table where the item asks for tables."""
    elements = owed.duty.elements
    return choice(
        [place for place, is_table in enumerate(elements) if is_table] or range(len(elements)), "lacks", *owed.key
    )
