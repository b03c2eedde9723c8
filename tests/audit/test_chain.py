"""The log is a chain: whatever is altered, left out, swapped or added by hand is found."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from registry.audit.queries import count_entries, list_entries, verify
from registry.audit.service import Action, record, seal
from registry.audit.tables import AuditEntry, AuditHead
from registry.bootstrap import Registry
from registry.database import CITY_TIME, SYSTEM, Database
from tests import factories
from tests.clock import Clock

ENTRIES = 12


@pytest.fixture
def database(empty_address: str, clock: Clock) -> Iterator[Database]:
    """A log with twelve entries, a minute apart."""
    database = Database(empty_address, clock=clock)
    SQLModel.metadata.create_all(database.engine)
    for number in range(ENTRIES):
        clock.forward(minutes=1)
        with database.work(SYSTEM) as work:
            record(work, Action.ITEM_CHANGE, "item", f"BUD-{number}", {"title": (f"旧{number}", f"新{number}")})
    yield database
    database.dispose()


def faults(database: Database, kept_head: tuple[int, str] | None = None) -> list[str]:
    with database.read() as session:
        return verify(session, kept_head=kept_head).faults


def alter(database: Database, change: Callable[[Session], None]) -> None:
    """What somebody with the database password does, past the program."""
    with Session(database.writing_engine) as session:
        change(session)
        session.commit()


def head_of(database: Database) -> tuple[int, str]:
    with database.read() as session:
        head = session.get_one(AuditHead, 1)
        return head.number, head.hash


def test_an_untouched_log_is_whole(database: Database) -> None:
    with database.read() as session:
        found = verify(session, kept_head=head_of(database))

    assert (found.entries, found.faults, found.head) == (ENTRIES, [], head_of(database)[1])


def test_the_seal_does_not_depend_on_the_clock_s_time_zone(empty_address: str) -> None:
    database = Database(empty_address, clock=lambda: datetime(2026, 3, 2, 9, tzinfo=CITY_TIME))
    SQLModel.metadata.create_all(database.engine)
    with database.work(SYSTEM) as work:
        record(work, Action.ITEM_CHANGE, "item", "BUD-01-01", {"title": ("旧", "新")})

    assert faults(database) == []
    database.dispose()


FIELDS = {
    "at": lambda entry: entry.at + timedelta(seconds=1),
    "actor_label": lambda entry: "somebody else",
    "door": lambda entry: "api",
    "action": lambda entry: "item.other",
    "subject_kind": lambda entry: "unit",
    "subject_id": lambda entry: "BUD-99",
    "changes": lambda entry: {"title": ["旧5", "改过"]},
    "previous_hash": lambda entry: "0" * 64,
    "hash": lambda entry: "f" * 64,
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("number", [1, 6, ENTRIES])
def test_every_field_of_every_entry_is_sealed(database: Database, field: str, number: int) -> None:
    def change(session: Session) -> None:
        entry = session.get_one(AuditEntry, number)
        setattr(entry, field, FIELDS[field](entry))

    alter(database, change)

    if (number, field) != (1, "previous_hash"):
        assert faults(database)


@pytest.mark.parametrize("number", [1, 6, ENTRIES])
def test_an_entry_left_out_is_missed(database: Database, number: int) -> None:
    alter(database, lambda session: session.delete(session.get_one(AuditEntry, number)))

    assert faults(database)


def test_an_entry_sealed_anew_breaks_the_link_to_the_next(database: Database) -> None:
    def change(session: Session) -> None:
        entry = session.get_one(AuditEntry, 6)
        entry.changes = {"title": ["旧5", "改过"]}
        entry.hash = seal(entry)

    alter(database, change)

    assert faults(database) == ["broken link 7"]


def test_two_entries_that_change_places_are_noticed(database: Database) -> None:
    def change(session: Session) -> None:
        first, second = session.get_one(AuditEntry, 4), session.get_one(AuditEntry, 5)
        first.changes, second.changes = second.changes, first.changes

    alter(database, change)

    assert faults(database) == ["altered 4", "altered 5"]


def test_an_entry_added_by_hand_is_noticed(database: Database) -> None:
    def change(session: Session) -> None:
        last = session.get_one(AuditEntry, ENTRIES)
        forged = AuditEntry(**{**last.model_dump(), "number": ENTRIES + 1, "previous_hash": last.hash, "hash": ""})
        forged.hash = seal(forged)
        session.add(forged)

    alter(database, change)

    assert faults(database) == [f"head says {ENTRIES}, log ends at {ENTRIES + 1}"]


def test_a_cut_tail_is_found_by_a_head_kept_elsewhere(database: Database) -> None:
    kept = head_of(database)

    def change(session: Session) -> None:
        session.execute(sa.delete(AuditEntry).where(col(AuditEntry.number) > 9))
        head, last = session.get_one(AuditHead, 1), session.get_one(AuditEntry, 9)
        head.number, head.hash = last.number, last.hash

    alter(database, change)

    assert faults(database) == []
    assert faults(database, kept) == [f"kept head {ENTRIES} not found"]


def test_a_log_emptied_with_its_head_is_found_by_a_head_kept_elsewhere(database: Database) -> None:
    kept = head_of(database)

    def change(session: Session) -> None:
        session.execute(sa.delete(AuditEntry))
        session.execute(sa.delete(AuditHead))

    alter(database, change)

    assert faults(database, kept)


def test_random_alterations_are_all_found(database: Database) -> None:
    """One hundred alterations, each undone before the next."""
    random = Random(20260302)
    for _ in range(100):
        number, field = random.randint(2, ENTRIES), random.choice(list(FIELDS))
        with database.read() as session:
            before = getattr(session.get_one(AuditEntry, number), field)
            changed = FIELDS[field](session.get_one(AuditEntry, number))
        write(database, number, field, changed)
        assert faults(database), f"{field} of entry {number} was altered and nobody noticed"
        write(database, number, field, before)
    assert faults(database) == []


def write(database: Database, number: int, field: str, value: object) -> None:
    alter(database, lambda session: setattr(session.get_one(AuditEntry, number), field, value))


def test_a_refused_change_writes_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        change_and_fail(database)

    assert head_of(database)[0] == ENTRIES
    assert faults(database) == []


def change_and_fail(database: Database) -> None:
    with database.work(SYSTEM) as work:
        record(work, Action.ITEM_CHANGE, "item", "BUD-99")
        raise RuntimeError("something goes wrong later in the same work")


def test_a_dry_run_writes_nothing(database: Database) -> None:
    with database.work(SYSTEM, keep=False) as work:
        record(work, Action.ITEM_CHANGE, "item", "BUD-99")

    assert head_of(database)[0] == ENTRIES


def test_a_change_without_an_entry_is_refused(database: Database) -> None:
    with pytest.raises(RuntimeError, match="audit entry"), database.work(SYSTEM) as work:
        work.touch("item", "BUD-01-01")


def test_newest_entries_come_first(database: Database) -> None:
    with database.read() as session:
        assert [entry.number for entry in list_entries(session, page=2, size=5)] == [7, 6, 5, 4, 3]
        assert [entry.subject_id for entry in list_entries(session, subject_id="BUD-3")] == ["BUD-3"]
        assert count_entries(session) == ENTRIES


def test_the_log_of_the_real_data_and_a_published_thing_is_whole(registry: Registry) -> None:
    editor = factories.create_user(registry, "editor", roles=("editor",))
    reviewer = factories.create_user(registry, "reviewer", roles=("reviewer",))
    factories.publish(registry, editor, reviewer)

    with registry.database.read() as session:
        found = verify(session)
        who = {
            entry.actor_label
            for entry in session.exec(select(AuditEntry).where(AuditEntry.subject_kind == "publication"))
        }
    assert found.faults == []
    assert who == {"editor", "reviewer"}
