"""What becomes of everything that is owed: published in time or late, answered otherwise, or not at all. Pure.

Everything is decided by the codes of unit, item and period (`chance.py`), so that a longer demo begins like a shorter one.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from registry.deadlines.workdays import Workdays
from registry.demo.chance import choice, number, share, workday_in
from registry.demo.characters import Character, character_of
from registry.demo.courses import Asked, Course, Left
from registry.demo.owed import Kind, Owed, OwingDuty, list_owed
from registry.demo.planted import planned
from registry.demo.publishing import begins, in_time, late, with_turns
from registry.duties.rules import Counting
from registry.duties.tables import RulingKind


def list_courses(duties: Iterable[OwingDuty], until: date, counting: Counting) -> list[Course]:
    """The fate of everything that is owed by `until`."""
    courses = []
    for owed in list_owed(duties, until, counting):
        calendar = counting.calendar_of(owed.duty.calendar)
        named = planned(owed, until.year - 1, calendar)
        if named is None and _is_inapplicable(owed):
            courses += [_inapplicable(owed, calendar)] if owed.kind is Kind.FIRST else []
        else:
            courses.append(named or _by_chance(owed, calendar))
    return courses


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
        return with_turns(late(owed, calendar), calendar)
    drawn -= character.late
    if drawn < ANSWERED_OTHERWISE and owed.due_on is not None:
        return _answered_otherwise(owed, owed.due_on, calendar)
    return with_turns(in_time(owed, calendar), calendar)


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
    asked_on = max(calendar.before(due_on, 4), begins(owed))
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
    return replace(late(owed, calendar), asked=asked) if is_refused else Course(owed, asked=asked)


def _missed(owed: Owed, calendar: Workdays) -> Course:
    left = choice((Left.NOTHING, Left.NOTHING, Left.DRAFT, Left.SUBMITTED, Left.RETURNED), "left", *owed.key)
    return Course(owed, left=left)
