"""Due dates after the rules have changed: what moves, why, what stays, and that it is what a fresh registry would say."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry, open_registry
from registry.closing.service import close_period
from registry.database import SYSTEM, Actor
from registry.duties.recomputing import Cause, Recomputation, count_moves, recompute_occasions
from registry.duties.service import record_event
from registry.duties.tables import Duty, Occasion
from registry.errors import Conflict, Forbidden, Invalid
from registry.exchange import folder
from registry.items.tables import Item
from registry.settings import REPOSITORY, Settings
from tests import factories
from tests.clock import Clock

CALENDAR = "standards/calendar/national.yaml"
DEADLINES = "standards/deadlines.yaml"
BUDGETS = "catalog/budgets.yaml"
UNITS = "catalog/units.yaml"

# Thursday 8 January 2026 becomes a day off: 20 working days after 1 January 2026 end on Friday 30 January, not on Thursday 29 January.
ANOTHER_DAY_OFF = (
    CALENDAR,
    "      - date: 2026-01-01\n",
    "      - date: 2026-01-08\n        name: 假日\n      - date: 2026-01-01\n",
)

Dates = Mapping[tuple[str, str, str, str, date], tuple[date | None, bool]]


def altered(*changes: tuple[str, str, str]) -> dict[str, str]:
    texts = folder.read_folder(REPOSITORY)
    for file, old, new in changes:
        assert old in texts[file], old
        texts[file] = texts[file].replace(old, new)
    return texts


def load(registry: Registry, *changes: tuple[str, str, str]) -> None:
    with registry.database.work(SYSTEM) as work:
        registry.rulebook = folder.load(work, altered(*changes)).rulebook


def recompute(registry: Registry, *, keep: bool = True) -> Recomputation:
    with registry.database.work(SYSTEM, keep=keep) as work:
        return recompute_occasions(work, registry.counting)


def dates(registry: Registry) -> Dates:
    """(unit, item, kind, period, start) → (due date, assumed) of every occasion."""
    rows = select(Occasion, Duty.unit_code, Item.code).where(Occasion.duty_id == Duty.id, Duty.item_id == Item.id)
    with registry.database.read() as session:
        return {
            (unit, item, one.kind.value, one.period, one.counted_from): (one.due_on, one.assumed)
            for one, unit, item in session.exec(rows)
        }


def test_nothing_moves_while_nothing_changes(registry: Registry) -> None:
    found = recompute(registry)

    assert found.looked_at == len(dates(registry)) > 1000
    assert (found.moved, found.held, found.restated) == ([], [], 0)


def test_a_day_off_moves_what_is_counted_over_it_and_says_why(registry: Registry) -> None:
    load(registry, ANOTHER_DAY_OFF)
    found = recompute(registry)

    assert {(move.before, move.after) for move in found.moved} >= {(date(2026, 1, 29), date(2026, 1, 30))}
    assert {move.causes for move in found.moved} == {(Cause.CALENDAR,)}
    assert all(move.after > move.before for move in found.moved)
    # 预算法 第十四条 counts calendar days: a holiday is nothing to it.
    assert not any(move.item_code.startswith("BUD-01") for move in found.moved)


def test_each_move_is_in_the_log_and_repeating_finds_nothing(registry: Registry) -> None:
    load(registry, ANOTHER_DAY_OFF)
    found = recompute(registry)
    with registry.database.read() as session:
        logged = session.exec(
            select(AuditEntry).where(AuditEntry.action == "occasion.recompute", AuditEntry.subject_kind == "occasion")
        ).all()

    assert {entry.subject_id for entry in logged} == {str(move.occasion_id) for move in found.moved}
    assert {tuple(entry.changes["cause"]) for entry in logged} == {(None, "calendar")}
    again = recompute(registry)
    assert (again.moved, again.restated) == ([], 0)


def test_loading_says_how_many_dates_wait_to_be_recomputed(registry: Registry) -> None:
    load(registry, ANOTHER_DAY_OFF)
    with registry.database.read() as session:
        waiting = count_moves(session, registry.counting)

    assert waiting == len(recompute(registry).moved) > 0
    with registry.database.read() as session:
        assert count_moves(session, registry.counting) == 0


def test_a_dry_run_says_the_same_and_changes_nothing(registry: Registry) -> None:
    before = dates(registry)
    load(registry, ANOTHER_DAY_OFF)
    tried = recompute(registry, keep=False)

    assert dates(registry) == before
    assert tried.moved == recompute(registry).moved


@pytest.mark.parametrize(
    "changes",
    [
        (ANOTHER_DAY_OFF,),
        # The fall-back of 及时 becomes 10 working days.
        (
            (
                DEADLINES,
                "    count: 20\n    unit: workday\n    from: 2019-05-15",
                "    count: 10\n    unit: workday\n    from: 2019-05-15",
            ),
        ),
        # The text of 18 items changes its number, and the customary day of the congress.
        ((BUDGETS, "批准后20日内", "批准后15日内"), (BUDGETS, "event_expected_by: 03-31", "event_expected_by: 02-15")),
        # One unit counts by the national calendar.
        ((UNITS, "    index_prefix: cxs001\n", "    index_prefix: cxs001\n    calendar: national\n"),),
    ],
    ids=["calendar", "fall-back", "text", "unit"],
)
def test_recomputing_is_what_a_fresh_registry_computes(
    registry: Registry, tmp_path: Path, clock: Clock, changes: tuple[tuple[str, str, str], ...]
) -> None:
    load(registry, *changes)
    recompute(registry)

    folder.write_folder(altered(*changes), tmp_path / "source")
    fresh = open_registry(Settings(data=tmp_path / "fresh", source=tmp_path / "source"), clock=clock)
    assert dates(registry) == dates(fresh)
    fresh.stop()


def test_a_closed_period_holds_its_dates(registry: Registry) -> None:
    with registry.database.work(SYSTEM) as work:
        close_period(work, "2026-01", registry.freezer)
    load(registry, ANOTHER_DAY_OFF)
    before = dates(registry)
    found = recompute(registry)
    after = dates(registry)

    assert found.held
    assert {move.held_by for move in found.held} == {"2026-01"}
    held = {key for key, (due_on, _) in before.items() if due_on and (due_on.year, due_on.month) == (2026, 1)}
    assert {key: after[key] for key in held} == {key: before[key] for key in held}


def test_a_recorded_event_does_not_change_a_closed_period(registry: Registry, clock: Clock) -> None:
    editor = factories.create_user(registry, "editor", roles=("editor",))
    clock.forward(days=80)
    with registry.database.work(SYSTEM) as work:
        close_period(work, "2026-04", registry.freezer)
        occasion = factories.find_occasion(work.session)
        assert occasion.due_on == date(2026, 4, 20)
        duty_id = occasion.duty_id
    with registry.database.work(editor) as work, pytest.raises(Conflict) as refused:
        record_event(
            work,
            duty_id,
            event="市人大批准",
            event_on=date(2026, 2, 12),
            counting=registry.counting,
            period="2026",
        )
    assert refused.value.code == "period_closed"


@pytest.mark.parametrize(
    ("code", "fault"), [("2026-13", "period_form"), ("2026-03", "period_not_over"), ("2026", "period_not_over")]
)
def test_only_periods_that_are_over_can_be_closed(registry: Registry, code: str, fault: str) -> None:
    """Today is 2 March 2026."""
    with registry.database.work(SYSTEM) as work, pytest.raises(Invalid) as refused:
        close_period(work, code, registry.freezer)
    assert [issue.code for issue in refused.value.issues] == [fault]


def test_closing_twice_is_a_conflict_and_not_for_everybody(registry: Registry) -> None:
    with registry.database.work(SYSTEM) as work:
        close_period(work, "2025-Q4", registry.freezer)
    with registry.database.work(SYSTEM) as work, pytest.raises(Conflict):
        close_period(work, "2025-Q4", registry.freezer)
    stranger = Actor("somebody", roles=frozenset({"editor"}), unit_code=factories.UNIT)
    with registry.database.work(stranger) as work, pytest.raises(Forbidden):
        close_period(work, "2026-01", registry.freezer)
    with registry.database.work(stranger) as work, pytest.raises(Forbidden):
        recompute_occasions(work, registry.counting)


def test_a_notice_before_a_hearing_may_be_recorded_ahead(registry: Registry) -> None:
    """听证七日前: the hearing lies in the future when the notice is due."""
    load(
        registry,
        (BUDGETS, "deadline_text: 及时向社会公开", "deadline_text: 举行听证的七日前"),
        (BUDGETS, _PROMPT_CLAUSE, ""),
    )
    editor = factories.create_user(registry, "editor", roles=("editor",))
    with registry.database.read() as session:
        item = session.exec(select(Item).where(Item.code == "BUD-07-01")).one()
        duty = session.exec(select(Duty).where(Duty.item_id == item.id, Duty.unit_code == factories.UNIT)).one()
    with registry.database.work(editor) as work:
        occasion = record_event(work, duty.id, event="举行听证", event_on=date(2026, 3, 20), counting=registry.counting)
        assert (occasion.due_on, occasion.arises_on) == (date(2026, 3, 11), date(2026, 3, 2))


_PROMPT_CLAUSE = "    deadline:\n      - kind: prompt\n        trigger: 采购信息形成\n        implied: true\n"
