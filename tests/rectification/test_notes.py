"""Notes on cells: who writes, who reads, who answers; nothing is ever lost, and the public sees none."""

from datetime import date
from uuid import UUID

import pytest
from sqlmodel import Session, select

from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.database import PUBLIC, Actor
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.rectification.notes import NotedCell, answer_note, end_note, replace_note, write_note
from registry.rectification.queries import get_note, note_history, notes_on
from registry.rectification.tables import Note
from tests.clock import Clock
from tests.factories import create_user

CELL = NotedCell("CX-101", "budgets")


@pytest.fixture
def leader(registry: Registry) -> Actor:
    return create_user(registry, "leader", roles=["leader"], unit=None)


def write(registry: Registry, actor: Actor, cell: NotedCell = CELL, **changes: object) -> UUID:
    values = {"text": "为什么迟了", "promised_on": date(2026, 3, 20)} | changes
    with registry.database.work(actor) as work:
        return write_note(work, cell, values).id


def read_by(session: Session, actor: Actor, day: date, **place: str) -> list[str]:
    return [row.note.text for row in notes_on(session, day, actor, **place)]  # type: ignore[arg-type]


def test_a_note_is_read_by_those_it_concerns_and_answered_by_the_unit(
    registry: Registry, leader: Actor, clock: Clock
) -> None:
    editor = create_user(registry, "editor")
    other = create_user(registry, "other", unit="CX-102")
    office = create_user(registry, "office", roles=["office"], unit=None)
    auditor = create_user(registry, "auditor", roles=["auditor"], unit=None)
    note_id = write(registry, leader)
    today = registry.database.today()

    with registry.database.read() as session:
        readers = {
            one.label for one in (leader, office, editor, other, auditor, PUBLIC) if read_by(session, one, today)
        }
        assert readers == {"leader", "office", "editor"}
        assert read_by(session, leader, date(2026, 3, 1)) == []
        with pytest.raises(NotFound):
            get_note(session, note_id, other, today)

    with registry.database.work(editor) as work:
        answer_note(work, note_id, "人大会议推迟")
    for stranger, error in ((other, NotFound), (leader, Forbidden), (office, Forbidden)):
        with pytest.raises(error), registry.database.work(stranger) as work:
            answer_note(work, note_id, "不是我的")

    clock.forward(days=18)
    with registry.database.read() as session:
        (row,) = notes_on(session, date(2026, 3, 20), leader)
        assert [answer.text for answer, _ in row.answers] == ["人大会议推迟"]
        assert not row.is_late
        (row,) = notes_on(session, date(2026, 3, 21), leader)
        assert row.is_late


def test_a_note_is_replaced_or_ended_and_stays(registry: Registry, leader: Actor, clock: Clock) -> None:
    first = write(registry, leader)
    clock.forward(days=2)
    with registry.database.work(leader) as work:
        second = replace_note(work, first, {"text": "改为月底", "promised_on": date(2026, 3, 31)}).id
    clock.forward(days=2)
    with registry.database.work(leader) as work:
        end_note(work, second, "已公开")

    with registry.database.read() as session:
        told = {day: read_by(session, leader, date(2026, 3, day)) for day in (2, 3, 4, 5, 6)}
        assert told == {2: ["为什么迟了"], 3: ["为什么迟了"], 4: ["改为月底"], 5: ["改为月底"], 6: []}
        row = get_note(session, second, leader, date(2026, 3, 6))
        assert row.note.end_reason == "已公开"
        assert not row.is_late
        assert [one.note.id for one in note_history(session, row.note, date(2026, 3, 6))] == [first]
        assert len(session.exec(select(Note)).all()) == 2
        actions = [entry.action for entry in session.exec(select(AuditEntry)) if entry.subject_kind == "note"]
        assert sorted(actions) == ["note.end", "note.end", "note.write", "note.write"]
    for change in (lambda work: end_note(work, second, "再次"), lambda work: replace_note(work, first, {})):
        with pytest.raises(Conflict), registry.database.work(leader) as work:
            change(work)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_narrower_place_has_the_notes_of_what_it_lies_in(registry: Registry, leader: Actor) -> None:
    write(registry, leader, NotedCell("CX-101"), text="单位")
    write(registry, leader, NotedCell("CX-101", "budgets"), text="领域")
    write(registry, leader, NotedCell("CX-101", None, "BUD-01-01"), text="事项")
    write(registry, leader, NotedCell("CX-102"), text="别的单位")
    today = registry.database.today()

    with registry.database.read() as session:
        assert read_by(session, leader, today, unit_code="CX-101") == ["单位", "领域", "事项"]
        assert read_by(session, leader, today, unit_code="CX-101", area_code="public-legal-services") == ["单位"]
        assert read_by(session, leader, today, unit_code="CX-101", item_code="BUD-01-02") == ["单位", "领域"]
        item = next(row for row in notes_on(session, today, leader) if row.note.item_code)
        assert item.cell == ("CX-101", "budgets")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_only_leadership_and_office_write_and_only_on_cells_there_are(registry: Registry, leader: Actor) -> None:
    editor = create_user(registry, "editor")
    with pytest.raises(Forbidden):
        write(registry, editor)
    for cell in (NotedCell("CX-999"), NotedCell("CX-101", "no-area"), NotedCell("CX-101", None, "NO-01")):
        with pytest.raises(NotFound):
            write(registry, leader, cell)
    with pytest.raises(Invalid):
        write(registry, leader, promised_on=date(2026, 3, 1))
