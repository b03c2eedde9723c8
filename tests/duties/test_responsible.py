"""Responsible persons: given and handed over with a day, and gone with the account."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from registry.accounts.service import disable_user
from registry.bootstrap import Registry
from registry.database import SYSTEM, Actor
from registry.duties.responsible import (
    assign_responsible,
    count_without,
    hand_over,
    list_responsible,
)
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.succession.changes import Merge
from registry.succession.service import change_unit
from tests import factories

TODAY = date(2026, 3, 2)
UNIT = factories.UNIT


@pytest.fixture
def first(registry: Registry) -> Actor:
    return factories.create_user(registry, "first")


@pytest.fixture
def second(registry: Registry) -> Actor:
    return factories.create_user(registry, "second", roles=("reviewer",))


def duties_of(registry: Registry, unit: str = UNIT) -> list[UUID]:
    with registry.database.read() as session:
        return [row.duty.id for row in list_responsible(session, TODAY, unit_code=unit)]


def assign(
    registry: Registry, duty_ids: Sequence[UUID], person: Actor | None, *, on: date | None = None, actor: Actor = SYSTEM
) -> int:
    with registry.database.work(actor) as work:
        return len(assign_responsible(work, duty_ids, person.user_id if person else None, on=on))


def held(registry: Registry, person: Actor, day: date = TODAY) -> int:
    with registry.database.read() as session:
        return len(list_responsible(session, day, user_id=person.user_id))


def without(registry: Registry, day: date = TODAY, unit: str = UNIT) -> int:
    with registry.database.read() as session:
        return count_without(session, day, unit_code=unit).get(unit, 0)


def test_duties_begin_without_anybody(registry: Registry, first: Actor) -> None:
    duties = duties_of(registry)

    assert without(registry) == len(duties)
    assert assign(registry, duties[:3], first) == 3
    assert (without(registry), held(registry, first)) == (len(duties) - 3, 3)


def test_giving_again_changes_nothing(registry: Registry, first: Actor) -> None:
    duties = duties_of(registry)[:2]
    assign(registry, duties, first)

    assert assign(registry, duties, first) == 0


def test_a_day_ahead_changes_hands_on_that_day(registry: Registry, first: Actor, second: Actor) -> None:
    duties = duties_of(registry)[:1]
    assign(registry, duties, first)
    assign(registry, duties, second, on=date(2026, 4, 1))

    assert (held(registry, first, date(2026, 3, 31)), held(registry, second, date(2026, 3, 31))) == (1, 0)
    assert (held(registry, first, date(2026, 4, 1)), held(registry, second, date(2026, 4, 1))) == (0, 1)


def test_what_was_planned_gives_way_to_what_is_decided_now(registry: Registry, first: Actor, second: Actor) -> None:
    duties = duties_of(registry)[:1]
    assign(registry, duties, second, on=date(2026, 4, 1))
    assign(registry, duties, first)

    assert (held(registry, first, date(2026, 4, 1)), held(registry, second, date(2026, 4, 1))) == (1, 0)


def test_handing_over_takes_everything(registry: Registry, first: Actor, second: Actor) -> None:
    duties = duties_of(registry)
    assign(registry, duties[:4], first)
    assign(registry, duties[4:5], second)
    assert first.user_id is not None
    assert second.user_id is not None
    with registry.database.work(SYSTEM) as work:
        handed = hand_over(work, first.user_id, second.user_id)

    assert [one.before for one in handed] == ["某人"] * 4
    assert (held(registry, first), held(registry, second)) == (0, 5)
    with pytest.raises(Conflict, match="no_duties_to_hand_over"), registry.database.work(SYSTEM) as work:
        hand_over(work, first.user_id, second.user_id)


def test_a_disabled_account_leaves_its_duties_open_and_they_can_still_be_handed_over(
    registry: Registry, first: Actor, second: Actor
) -> None:
    duties = duties_of(registry)
    assign(registry, duties, first)
    assert first.user_id is not None
    assert second.user_id is not None
    with registry.database.work(SYSTEM) as work:
        disable_user(work, first.user_id)
    assert without(registry) == len(duties)

    with registry.database.work(SYSTEM) as work:
        assert len(hand_over(work, first.user_id, second.user_id)) == len(duties)
    assert without(registry) == 0


def test_who_goes_along_with_a_unit_keeps_the_duties_nobody_has_there(registry: Registry, first: Actor) -> None:
    moving = factories.create_user(registry, "moving", unit="CX-106")
    theirs = duties_of(registry, "CX-106")
    assign(registry, theirs, moving)
    with registry.database.read() as session:
        (own,) = [
            row.duty.id for row in list_responsible(session, TODAY, unit_code=UNIT) if row.item.code == "BUD-03-01"
        ]
    assign(registry, [own], first)
    with registry.database.work(SYSTEM) as work:
        change_unit(work, Merge(("CX-106",), UNIT, TODAY), registry.counting)

    assert held(registry, first) == 1
    assert held(registry, moving) == len(theirs) - 1
    assert without(registry, unit="CX-106") == 0


def test_nobody_looks_after_another_units_duty(registry: Registry) -> None:
    stranger = factories.create_user(registry, "stranger", unit="CX-102")
    leader = factories.create_user(registry, "leader", roles=("leader",))
    duties = duties_of(registry)[:1]

    for person, code in ((stranger, "person_of_other_unit"), (leader, "person_without_role")):
        with pytest.raises(Invalid) as refused:
            assign(registry, duties, person)
        assert [issue.code for issue in refused.value.issues] == [code]


def test_the_past_is_not_given_away(registry: Registry, first: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        assign(registry, duties_of(registry)[:1], first, on=date(2026, 3, 1))
    assert [issue.code for issue in refused.value.issues] == ["date_out_of_range"]


def test_who_may(registry: Registry, first: Actor, second: Actor) -> None:
    duties = duties_of(registry)[:1]
    stranger = factories.create_user(registry, "stranger", roles=("reviewer",), unit="CX-102")

    assert assign(registry, duties, first, actor=second) == 1
    for actor in (first, stranger):
        with pytest.raises(Forbidden):
            assign(registry, duties, first, actor=actor)
    with pytest.raises(NotFound):
        assign(registry, [UUID(int=1)], first)
