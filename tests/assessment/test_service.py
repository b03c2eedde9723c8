"""自评: who may say what of which requirement, every version kept, and the office's answer by another person."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from registry.assessment.requirement_checks import find_requirement
from registry.assessment.requirements import Standing
from registry.assessment.self_assessments import list_asked, list_versions, standing_assessments, tally_asked
from registry.assessment.service import answer_self_assessment, record_self_assessment
from registry.assessment.tables import CITY
from registry.bootstrap import Registry
from registry.database import PUBLIC, SYSTEM, Actor
from registry.errors import Conflict, Forbidden, Invalid, RegistryError
from registry.rulebook.management import Requirement
from tests.clock import Clock
from tests.factories import UNIT, create_self_assessment, create_user


@pytest.fixture
def editor(registry: Registry) -> Actor:
    return create_user(registry)


@pytest.fixture
def office(registry: Registry) -> Actor:
    return create_user(registry, "office", roles=("office",), unit=None)


def requirement(registry: Registry, code: str) -> Requirement:
    found = find_requirement(registry.rulebook, code)
    assert found is not None
    return found


def refused(registry: Registry, actor: Actor, code: str, unit: str, version: int = 0, **changes: Any) -> str:
    """The code with which it is refused."""
    values = {
        "period": "2026",
        "verdict": "not_fulfilled",
        "reason": "还没有",
        "evidence_address": None,
        "evidence_doc_no": None,
        "evidence_on": None,
    } | changes
    with pytest.raises(RegistryError) as caught, registry.database.work(actor) as work:
        record_self_assessment(work, requirement(registry, code), unit, values, version=version)
    error = caught.value
    return error.issues[0].code if isinstance(error, Invalid) else error.code


def answer(registry: Registry, actor: Actor, assessment_id: UUID, word: str, reason: str | None = None) -> None:
    with registry.database.work(actor) as work:
        answer_self_assessment(work, assessment_id, answer=word, answer_reason=reason)


def code_on(registry: Registry, day: date, unit: str = UNIT, code: str = "M2-1") -> str:
    with registry.database.read() as session:
        (asked,) = list_asked(session, [requirement(registry, code)], [unit], day)
        return asked.code


def test_who_may_assess_what(registry: Registry, editor: Actor, office: Actor) -> None:
    reviewer = create_user(registry, "reviewer", roles=("reviewer",))
    leader = create_user(registry, "leader", roles=("leader",), unit=None)

    assert {refused(registry, actor, "M2-1", UNIT) for actor in (reviewer, leader, PUBLIC)} == {"forbidden"}
    assert refused(registry, SYSTEM, "M2-1", UNIT) == "needs_person"
    assert refused(registry, editor, "M2-1", "CX-102") == "forbidden"
    assert refused(registry, editor, "M7-1", CITY) == "forbidden"
    assert refused(registry, editor, "M7-1", UNIT) == "requirement_of_city"
    assert refused(registry, office, "M2-1", CITY) == "requirement_of_units"
    assert refused(registry, editor, "M1-2", UNIT) == "requirement_computed"
    assert refused(registry, office, "M2-1", "CX-999") == "not_found"
    create_self_assessment(registry, office, unit="CX-102")
    create_self_assessment(registry, office, requirement="M7-1", unit=CITY)


def test_what_has_to_be_said(registry: Registry, editor: Actor) -> None:
    assert refused(registry, editor, "M2-1", UNIT, verdict="fulfilled") == "evidence_missing"
    assert refused(registry, editor, "M2-1", UNIT, verdict="partly") == "evidence_missing"
    assert refused(registry, editor, "M2-1", UNIT, period="2026-Q2") == "period_not_begun"
    assert refused(registry, editor, "M2-1", UNIT, evidence_on=date(2026, 3, 3)) == "evidence_in_future"
    assert refused(registry, editor, "M2-1", UNIT, reason="联系13812345678") == "personal_data_found"


def test_versions_are_kept_and_nobody_writes_over_another(registry: Registry, editor: Actor) -> None:
    create_self_assessment(registry, editor, verdict="partly", reason="还差补正的登记")
    assert refused(registry, editor, "M2-1", UNIT) == "version_passed"
    create_self_assessment(registry, editor, reason="补正也登记了")

    with registry.database.read() as session:
        versions = list_versions(session, "M2-1", UNIT)
    assert [(one.number, one.verdict, one.reason) for one in versions] == [
        (2, "fulfilled", "补正也登记了"),
        (1, "partly", "还差补正的登记"),
    ]


def test_what_was_said_by_a_day_holds_on_it(registry: Registry, clock: Clock, editor: Actor) -> None:
    create_self_assessment(registry, editor, period="2025", verdict="partly")
    clock.now = clock.now.replace(month=4)
    create_self_assessment(registry, editor, period="2026-Q1")
    clock.now = clock.now.replace(month=5)
    create_self_assessment(registry, editor, period="2025", verdict="not_applicable")

    days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 4, 2), date(2026, 5, 2), date(2027, 6, 1), date(2028, 1, 1)]
    assert [code_on(registry, day) for day in days] == ["none", "partly", "fulfilled", "fulfilled", "fulfilled", "none"]
    with registry.database.read() as session:
        assert standing_assessments(session, date(2025, 12, 31)) == {}


def test_another_person_of_the_office_answers_once(
    registry: Registry, clock: Clock, editor: Actor, office: Actor
) -> None:
    first = create_self_assessment(registry, editor)
    with pytest.raises(Forbidden):
        answer(registry, editor, first, "confirmed")
    with pytest.raises(Invalid):
        answer(registry, office, first, "disputed")
    clock.forward(days=1)
    answer(registry, office, first, "disputed", "网页上没有登记办法")
    with pytest.raises(Conflict):
        answer(registry, office, first, "confirmed")

    assert (code_on(registry, date(2026, 3, 2)), code_on(registry, date(2026, 3, 3))) == ("fulfilled", "disputed")
    second = create_self_assessment(registry, editor)
    third = create_self_assessment(registry, editor)
    with pytest.raises(Conflict):
        answer(registry, office, second, "confirmed")
    answer(registry, office, third, "confirmed")
    assert code_on(registry, date(2026, 3, 3)) == "fulfilled"

    own = create_self_assessment(registry, office, requirement="M7-1", unit=CITY)
    with pytest.raises(Forbidden):
        answer(registry, office, own, "confirmed")
    answer(registry, create_user(registry, "second", roles=("office",), unit=None), own, "confirmed")


def test_what_nobody_said_counts_as_not_assessed(registry: Registry, editor: Actor) -> None:
    create_self_assessment(registry, editor)
    codes = ("M2-1", "M2-2", "M7-1", "M1-2")
    wanted = [requirement(registry, code) for code in codes]
    with registry.database.read() as session:
        tallies = tally_asked(list_asked(session, wanted, [CITY, UNIT, "CX-102"], date(2026, 3, 2)))

    assert {code: (one.asked, one.missing, one.said, one.standing) for code, one in tallies.items()} == {
        "M2-1": (2, 1, {"fulfilled": 1}, Standing.PARTLY_ASSESSED),
        "M2-2": (2, 2, {}, Standing.NOT_ASSESSED),
        "M7-1": (1, 1, {}, Standing.NOT_ASSESSED),
    }
