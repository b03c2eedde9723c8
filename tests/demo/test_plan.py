"""The plan of the demo: the same on every run, a longer one begins like a shorter one, and what is wrong by hand-made cases."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from registry.bootstrap import Registry
from registry.deadlines.clauses import Clause, ClauseKind, Unit
from registry.demo.courses import Asked, Course, FaultKind, Link
from registry.demo.faults import planted_faults
from registry.demo.owed import Kind, Owed, OwingDuty, first_day
from registry.demo.plan import Plan, Step
from registry.demo.planted import NAMED
from registry.demo.seeding import plan_of
from registry.demo.texts import nobodys_number
from registry.duties.rules import Schedule
from registry.duties.tables import RulingKind
from registry.privacy.personal_numbers import is_identity_number

UNTIL = date(2026, 11, 26)
EARLIER = date(2026, 3, 31)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_plan_is_the_same_every_time_and_a_longer_one_begins_like_a_shorter_one(registry: Registry) -> None:
    plan = plan_of(registry.database, registry.counting, UNTIL)
    again = plan_of(registry.database, registry.counting, UNTIL)
    shorter = plan_of(registry.database, registry.counting, EARLIER)

    assert plan == again
    assert [_told(step) for step in plan.steps if step.day <= EARLIER] == [_told(step) for step in shorter.steps]
    assert shorter.faults() == plan.faults(EARLIER)
    assert first_day(UNTIL) == first_day(EARLIER) == date(2025, 1, 1)
    _has_every_kind_in_every_area(plan)
    _has_what_is_named(plan)


def _told(step: Step) -> tuple[object, ...]:
    return step.order, step.verb, step.course.published_on, step.course.lacks, step.course.leaks


def _has_every_kind_in_every_area(plan: Plan) -> None:
    found = Counter((fault.kind, fault.item[:3]) for fault in plan.faults())
    missing = {(kind, area) for kind in FaultKind for area in ("URP", "BUD", "PLS") if not found[kind, area]}
    assert missing == set()
    assert len({course.owed.duty.unit for course in plan.courses}) == 53
    assert len({course.owed.duty.item for course in plan.courses}) == 93


def _has_what_is_named(plan: Plan) -> None:
    """Where a shorter list says so, whatever chance does elsewhere."""
    for day in (EARLIER, UNTIL):
        found = {(fault.kind, *fault.key) for fault in plan.faults(day)}
        found |= {(fault.kind, fault.unit, fault.item, "*") for fault in plan.faults(day)}
        named = {(kind, unit, item, about.format(last=2025)) for (unit, item, about), kind in NAMED.items()}
        assert named - found == set(), day


YEARLY = Schedule((Clause(ClauseKind.WITHIN, count=20, unit=Unit.DAY),), "year")
DUTY = OwingDuty("CX-101", "BUD-01-01", YEARLY, date(2018, 2, 2), (True, True), "government_website", is_online=True)
FIRST = Owed(DUTY, Kind.PERIOD, "2025", date(2025, 1, 1), date(2025, 3, 31), date(2025, 4, 20))
SECOND = Owed(DUTY, Kind.PERIOD, "2026", date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 20))
IN_TIME = Course(FIRST, date(2025, 4, 10), date(2025, 4, 10))
TODAY = date(2026, 6, 30)
APRIL = date(2025, 4, 21)

CASES = [
    ("nothing wrong", [IN_TIME], TODAY, []),
    ("not due yet", [Course(FIRST)], date(2025, 4, 20), []),
    ("never anything", [Course(FIRST), Course(SECOND)], TODAY, ["blank 2025", "blank 2026"]),
    ("nothing newer", [IN_TIME, Course(SECOND)], TODAY, ["stale 2026"]),
    ("a gap", [Course(FIRST), Course(SECOND, date(2026, 4, 1), date(2026, 4, 1))], TODAY, ["overdue 2025"]),
    ("late", [Course(FIRST, APRIL, APRIL)], TODAY, ["late 2025"]),
    ("late, the day before it came", [Course(FIRST, date(2025, 5, 1))], date(2025, 4, 30), ["blank 2025"]),
    ("dead on one day", [replace(IN_TIME, link=Link.DEAD)], date(2025, 4, 17), []),
    ("dead on the second day", [replace(IN_TIME, link=Link.DEAD)], date(2025, 4, 18), ["dead_link 2025"]),
    ("dead for a while", [replace(IN_TIME, link=Link.RECOVERED)], date(2025, 6, 1), ["dead_link 2025"]),
    ("there again", [replace(IN_TIME, link=Link.RECOVERED)], TODAY, []),
    ("behind a wall", [replace(IN_TIME, link=Link.WALLED)], TODAY, []),
    ("a table left out", [replace(IN_TIME, lacks=0)], TODAY, ["missing_element 2025"]),
    ("a number", [replace(IN_TIME, leaks=True)], TODAY, ["leaked_number 2025"]),
    ("a number, taken back", [replace(IN_TIME, leaks=True, withdrawn_on=date(2025, 5, 6))], TODAY, ["withdrawn 2025"]),
    ("by the office", [replace(IN_TIME, by_office=True)], TODAY, ["unreviewed 2025"]),
    ("confirmed", [replace(IN_TIME, by_office=True, confirmed_on=date(2025, 5, 6))], TODAY, []),
    ("corrected", [replace(IN_TIME, corrected_on=date(2025, 5, 6))], TODAY, ["corrected 2025"]),
    ("ruled", [Course(FIRST, asked=Asked(RulingKind.NOT_APPLICABLE, APRIL, APRIL))], TODAY, []),
    ("nobody decided", [Course(FIRST, asked=Asked(RulingKind.NOT_APPLICABLE, APRIL, None))], TODAY, ["blank 2025"]),
]


@pytest.mark.parametrize(("courses", "day", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_has_to_be_found_on_a_day(courses: list[Course], day: date, expected: list[str]) -> None:
    assert [f"{fault.kind} {fault.period}" for fault in planted_faults(courses, day)] == expected


def test_a_leaked_number_is_true_in_form_and_nobodys() -> None:
    duties = [replace(DUTY, item=f"BUD-{number}") for number in range(200)]
    numbers = [nobodys_number(replace(FIRST, duty=duty)) for duty in duties]

    assert all(is_identity_number(number) for number in numbers)
    assert all("1890" <= number[6:10] < "1900" for number in numbers)
    assert len(set(numbers)) == 200


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_nobody_does_anything_before_it_arises_or_out_of_order(registry: Registry) -> None:
    plan = plan_of(registry.database, registry.counting, UNTIL, ["CX-101", "CX-532301102"])

    assert all(step.day >= step.course.owed.arises_on for step in plan.steps)
    assert all(one.day <= other.day for one, other in pairwise(plan.steps))
    assert max(step.day for step in plan.steps) <= UNTIL
