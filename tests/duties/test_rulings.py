"""本期无信息, 不适用, 延期: who asks, who decides, and what that makes of the occasion, on each day."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from registry.bootstrap import Registry
from registry.coverage.queries import DutyFilter, list_occasions
from registry.database import Actor
from registry.duties.rulings import ask_for_ruling, decide_ruling
from registry.errors import Conflict, Forbidden, Invalid
from tests import factories
from tests.clock import Clock

REASON = "本期没有发生需要公开的事项"
EXTENDED = {"kind": "extended", "reason": "人大会议推迟", "extended_to": date(2026, 5, 20)}


@pytest.fixture
def editor(registry: Registry) -> Actor:
    return factories.create_user(registry, "editor", roles=("editor",))


@pytest.fixture
def reviewer(registry: Registry) -> Actor:
    return factories.create_user(registry, "reviewer", roles=("reviewer",))


@pytest.fixture
def office(registry: Registry) -> Actor:
    return factories.create_user(registry, "office", roles=("office",), unit=None)


def occasion_of(registry: Registry, item: str = factories.ITEM) -> UUID:
    with registry.database.read() as session:
        return factories.find_occasion(session, item=item).id


def ask(registry: Registry, actor: Actor, **values: Any) -> UUID:
    with registry.database.work(actor) as work:
        return ask_for_ruling(work, occasion_of(registry), {"reason": REASON, **values}).id


def decide(
    registry: Registry, actor: Actor, ruling_id: UUID, *, granted: bool = True, answer: str | None = None
) -> None:
    with registry.database.work(actor) as work:
        decide_ruling(work, ruling_id, granted=granted, answer=answer)


def state_on(registry: Registry, day: date) -> tuple[str, date | None]:
    with registry.database.read() as session:
        rows = list_occasions(session, registry.state_dates(day), DutyFilter(unit_code=factories.UNIT))
    row = next(row for row in rows if row.occasion_id == occasion_of(registry))
    return row.state.value, row.limit


def test_a_request_changes_nothing_until_it_is_granted(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    """BUD-01-01 is due on 20 April 2026; today is 2 March."""
    ruling = ask(registry, editor, kind="nothing_to_publish")
    assert state_on(registry, date(2026, 3, 2)) == ("upcoming", date(2026, 4, 20))
    decide(registry, reviewer, ruling)

    assert state_on(registry, date(2026, 3, 2))[0] == "nothing_to_publish"
    assert state_on(registry, date(2026, 3, 1))[0] == "upcoming"


def test_an_extension_sets_another_last_day_from_the_day_it_is_granted(
    registry: Registry, editor: Actor, office: Actor, clock: Clock
) -> None:
    clock.forward(days=60)  # 1 May 2026: overdue since 20 April
    decide(registry, office, ask(registry, editor, **EXTENDED))

    assert state_on(registry, date(2026, 4, 30)) == ("overdue", date(2026, 4, 20))
    assert state_on(registry, date(2026, 5, 1)) == ("extended", date(2026, 5, 20))
    assert state_on(registry, date(2026, 5, 21)) == ("overdue", date(2026, 5, 20))


def test_not_applicable_holds_for_its_days(registry: Registry, editor: Actor, office: Actor) -> None:
    asked = ask(registry, editor, kind="not_applicable", from_on=date(2026, 3, 10), to_on=date(2026, 3, 31))
    decide(registry, office, asked)

    states = [state_on(registry, date(2026, month, day))[0] for month, day in ((3, 9), (3, 10), (3, 31), (4, 1))]
    assert states == ["upcoming", "not_applicable", "not_applicable", "upcoming"]


def test_what_is_refused_changes_nothing_and_may_be_asked_again(
    registry: Registry, editor: Actor, reviewer: Actor
) -> None:
    first = ask(registry, editor, kind="nothing_to_publish")
    with pytest.raises(Invalid):
        decide(registry, reviewer, first, granted=False)
    decide(registry, reviewer, first, granted=False, answer="四月已有预算")

    assert state_on(registry, date(2026, 3, 2))[0] == "upcoming"
    ask(registry, editor, kind="nothing_to_publish")


@pytest.mark.parametrize("values", [EXTENDED, {"kind": "not_applicable"}])
def test_only_the_office_changes_what_a_unit_owes(
    registry: Registry, editor: Actor, reviewer: Actor, values: dict[str, Any]
) -> None:
    ruling = ask(registry, editor, **values)
    with pytest.raises(Forbidden):
        decide(registry, reviewer, ruling)


def test_nobody_decides_what_they_asked_for(registry: Registry) -> None:
    both = factories.create_user(registry, "both", roles=("editor", "reviewer"))
    ruling = ask(registry, both, kind="nothing_to_publish")
    with pytest.raises(Forbidden) as refused:
        decide(registry, both, ruling)
    assert refused.value.code == "own_request"


def test_another_unit_decides_nothing(registry: Registry, editor: Actor) -> None:
    stranger = factories.create_user(registry, "stranger", roles=("reviewer",), unit="CX-104")
    ruling = ask(registry, editor, kind="nothing_to_publish")
    with pytest.raises(Forbidden):
        decide(registry, stranger, ruling)


def test_one_request_at_a_time_and_one_decision(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    ruling = ask(registry, editor, kind="nothing_to_publish")
    with pytest.raises(Conflict) as refused:
        ask(registry, editor, **EXTENDED)
    assert refused.value.code == "ruling_pending"
    decide(registry, reviewer, ruling)
    with pytest.raises(Conflict) as refused:
        decide(registry, reviewer, ruling)
    assert refused.value.code == "ruling_decided"


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"kind": "extended"}, "extended_to", "required"),
        ({"kind": "extended", "extended_to": date(2026, 4, 20)}, "extended_to", "extension_too_early"),
        ({"kind": "extended", "extended_to": date(2026, 3, 1)}, "extended_to", "extension_too_early"),
        (
            {"kind": "not_applicable", "from_on": date(2026, 4, 2), "to_on": date(2026, 4, 1)},
            "to_on",
            "to_before_from",
        ),
    ],
)
def test_days_that_cannot_be_are_named(
    registry: Registry, editor: Actor, values: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ask(registry, editor, **values)
    assert [(issue.field, issue.code) for issue in refused.value.issues] == [(field, code)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("申请人电话13812345678", ["personal_data_found"]),
        ("申请人电话138****5678", []),
        ("咨询电话0878-3123456", []),
    ],
)
def test_reason_and_answer_are_read_by_everybody_and_so_looked_through(
    registry: Registry, editor: Actor, reviewer: Actor, text: str, found: list[str]
) -> None:
    def codes(act: Callable[[], object]) -> list[str]:
        try:
            act()
        except Invalid as error:
            return [issue.code for issue in error.issues]
        return []

    assert codes(lambda: ask(registry, editor, kind="nothing_to_publish", reason=text)) == found
    ruling = ask(registry, editor, kind="nothing_to_publish") if found else None
    if ruling is not None:
        assert codes(lambda: decide(registry, reviewer, ruling, granted=False, answer=text)) == found
