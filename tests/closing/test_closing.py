"""Closing a period: the same bytes whatever is done afterwards, the same numbers when counted again, and nothing altered unseen."""

import gzip
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from registry.audit.queries import count_entries
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry, open_registry
from registry.closing.freezing import freeze, hash_of
from registry.closing.lines import FrozenOccasion
from registry.closing.proving import Part, count_again, prove, prove_all
from registry.closing.queries import Sums, get_closing, get_frozen, items_of, lines_of, occasions_of, sums_of
from registry.closing.recounting import compare_with_now
from registry.closing.rules import Cause, seal
from registry.closing.service import close_period
from registry.closing.tables import FrozenPeriod
from registry.coverage.queries import DutyFilter, board, list_occasions
from registry.coverage.rules import Counts
from registry.database import PUBLIC, SYSTEM, Actor
from registry.duties.recomputing import recompute_occasions
from registry.duties.rules import period_from
from registry.duties.rulings import ask_for_ruling, decide_ruling
from registry.duties.service import record_event
from registry.errors import Conflict, Forbidden
from registry.exchange import folder
from registry.exchange.backups import back_up, restore
from registry.exchange.checking import check_registry
from registry.objects import ObjectFolder
from registry.publications import ending
from registry.succession.changes import Merge, Rename
from registry.succession.service import change_unit
from tests import factories
from tests.clock import Clock
from tests.databases import settings_for
from tests.duties.test_recomputing import ANOTHER_DAY_OFF, DEADLINES, altered

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FEBRUARY = date(2026, 2, 28)


def close(registry: Registry, code: str, actor: Actor = SYSTEM) -> FrozenPeriod:
    with registry.database.work(actor) as work:
        row = close_period(work, code, registry.freezer)
        work.session.flush()
        work.session.expunge(row)
        return row


def content_of(registry: Registry, code: str) -> bytes:
    """The frozen bytes, unpacked."""
    with registry.database.read() as session:
        return gzip.decompress(registry.objects.get(get_frozen(session, code).object_digest))


def frozen_of(registry: Registry, code: str) -> FrozenPeriod:
    with registry.database.read() as session:
        row = get_frozen(session, code)
        session.expunge(row)
        return row


def people(registry: Registry) -> tuple[Actor, Actor, Actor]:
    editor = factories.create_user(registry, "editor")
    reviewer = factories.create_user(registry, "reviewer", roles=["reviewer"])
    office = factories.create_user(registry, "office", roles=["office"], unit=None)
    return editor, reviewer, office


def history(registry: Registry) -> tuple[Actor, Actor, Actor]:
    """Something of everything before the month is closed: late, in time, withdrawn, ruled. Today is 2 March 2026."""
    editor, reviewer, office = people(registry)
    factories.publish(registry, editor, reviewer, item="BUD-01-01", published_on=date(2026, 2, 20))
    factories.publish(registry, editor, reviewer, item="BUD-07-02", published_on=date(2026, 2, 25))
    gone = factories.publish(registry, editor, reviewer, item="BUD-01-03", published_on=date(2026, 2, 24))
    _withdraw(registry, editor, gone)
    _rule(registry, editor, office, item="BUD-01-08")
    return editor, reviewer, office


def _withdraw(registry: Registry, editor: Actor, publication_id: UUID) -> None:
    with registry.database.work(editor) as work:
        version = factories.version_of(work.session, publication_id)
        ending.withdraw_publication(work, publication_id, version=version, reason="数字有误")


def _rule(registry: Registry, editor: Actor, office: Actor, *, item: str) -> None:
    with registry.database.read() as session:
        occasion = factories.find_occasion(session, item=item)
    with registry.database.work(editor) as work:
        values = {"kind": "not_applicable", "reason": "没有此项职能", "from_on": date(2026, 1, 1)}
        ruling = ask_for_ruling(work, occasion.id, values).id
    with registry.database.work(office) as work:
        decide_ruling(work, ruling, granted=True, answer=None)


def publish_late(registry: Registry, editor: Actor, reviewer: Actor, number: int) -> int:
    """Say of up to `number` things nobody published that they were, in January; returns how many could still be said."""
    with registry.database.read() as session:
        rows = list_occasions(session, registry.state_dates(FEBRUARY), DutyFilter(unit_code=factories.UNIT))
    missing = [row for row in rows if row.publication_id is None][:number]
    for place, row in enumerate(missing):
        values = factories.publication_values(registry, item=row.item_code)
        channels = [one | {"address": f"https://www.cxs.gov.cn/late/{place}.htm"} for one in values["channels"]]
        days = {"formed_on": date(2026, 1, 5), "published_on": date(2026, 1, 20)}
        factories.publish(
            registry,
            editor,
            reviewer,
            item=row.item_code,
            occasion_id=row.occasion_id,
            title=f"补登的第{place}份",
            doc_no=None,
            channels=channels,
            **days,
        )
    return len(missing)


def edit_all_over(registry: Registry, people: tuple[Actor, Actor, Actor], clock: Clock) -> int:
    """Everything people, data files and time can do to what a month was judged from; returns how many log entries that took."""
    editor, reviewer, office = people
    with registry.database.read() as session:
        before = count_entries(session)
    assert publish_late(registry, editor, reviewer, 12) == 12
    clock.forward(days=1)
    with registry.database.read() as session:
        rows = list_occasions(session, registry.state_dates(FEBRUARY))
        published = [row.publication_id for row in rows if row.publication_id][:4]
    for publication_id in published:
        _withdraw(registry, editor, publication_id)
    _rule(registry, editor, office, item="BUD-01-04")
    with registry.database.read() as session:
        duty_id = factories.find_occasion(session, item="BUD-01-02").duty_id
    with registry.database.work(editor) as work:
        event = {"event": "批准", "event_on": date(2026, 2, 12)}
        record_event(work, duty_id, **event, counting=registry.counting, period="2026")
    with registry.database.work(office) as work:
        change_unit(work, Rename("CX-102", "楚雄市另一个名称的局", work.today), registry.counting)
    with registry.database.work(office) as work:
        change_unit(work, Merge(("CX-105",), factories.UNIT, work.today), registry.counting)
    with registry.database.work(SYSTEM) as work:
        soon = (DEADLINES, "due_soon_workdays: 5", "due_soon_workdays: 9")
        registry.rulebook = folder.load(work, altered(ANOTHER_DAY_OFF, soon)).rulebook
        recompute_occasions(work, registry.counting)
    clock.forward(days=30)
    registry.do_due_jobs()
    with registry.database.read() as session:
        return count_entries(session) - before


def test_a_closed_month_is_the_same_bytes_after_a_hundred_edits(registry: Registry, clock: Clock) -> None:
    everybody = history(registry)
    with registry.database.read() as session:
        counted = board(session, registry.state_dates(FEBRUARY)).total()
    row = close(registry, "2026-02")
    content = content_of(registry, "2026-02")
    assert sums_of(row.board).of() == counted

    assert edit_all_over(registry, everybody, clock) >= 100
    assert content_of(registry, "2026-02") == content
    assert frozen_of(registry, "2026-02").model_dump() == row.model_dump()
    with registry.database.read() as session:
        now = board(session, registry.state_dates(FEBRUARY)).total()
        proof = prove(session, registry.objects, row)
        found = compare_with_now(session, row, registry.freezer)
    assert now != counted, "the live board of that day has moved"
    assert proof.holds
    # Counted again from what was frozen: the same. Against what is known now: told, each with its reason.
    assert found.recount.agrees
    assert (found.recount.occasions, Sums(found.recount.board).of()) == (row.occasions, counted)
    assert {cause for change in found.since for cause in change.causes} >= {Cause.PUBLISHED, Cause.MOVED}
    assert found.rulebook_now == registry.rulebook.version != row.basis["versions"]["rulebook"]
    assert found.calendars_now == {} or set(found.calendars_now) <= set(row.basis["versions"]["calendars"])
    assert dict(row.basis["units"])["CX-102"] != "楚雄市另一个名称的局"
    # A quarter that ends later takes today's facts; one that ends on the same day would have taken the month's.
    march = close(registry, "2026-03")
    quarter = close(registry, "2026-Q1")
    assert (quarter.board, quarter.basis["facts_from"]) == (march.board, "2026-03")
    assert [march.previous_hash, quarter.previous_hash] == [row.hash, march.hash]
    assert (
        check_registry(registry.database, registry.objects, registry.backend, registry.sync, registry.state_dates())
        == []
    )


@SQLITE
def test_a_quarter_agrees_with_its_months(registry: Registry, clock: Clock) -> None:
    """Each occasion's last day lies in one month of the quarter; what changed after March was closed is in neither."""
    editor, reviewer, _ = history(registry)
    clock.now = clock.now.replace(month=4, day=3)
    registry.do_due_jobs()
    months = {code: close(registry, code) for code in ("2026-01", "2026-02", "2026-03")}
    publish_late(registry, editor, reviewer, 3)
    quarter = close(registry, "2026-Q1")

    assert (quarter.board, quarter.occasions) == (months["2026-03"].board, months["2026-03"].occasions)
    assert sums_of(quarter.flow).of().total == sum(sums_of(month.flow).of().total for month in months.values())
    assert sums_of(months["2026-01"].flow).of().total > 0
    assert quarter.basis["known_at"] == months["2026-03"].basis["known_at"]
    own = [_occasions(registry, code) for code in ("2026-Q1", "2026-03")]
    assert own[0] == own[1]


def _occasions(registry: Registry, code: str) -> list[FrozenOccasion]:
    with registry.database.read() as session:
        return list(occasions_of(registry.objects.get(get_frozen(session, code).object_digest)))


def test_every_count_is_that_of_its_lines(registry: Registry) -> None:
    history(registry)
    row = close(registry, "2026-02")
    packed = registry.objects.get(row.object_digest)

    listed: dict[tuple[str, str], Counts] = {}
    for one in occasions_of(packed):
        listed.setdefault((one.key.unit, one.area), Counts()).add(one.state)
    assert listed == sums_of(row.board).cells
    items = [counts for counts, _ in items_of(packed)]
    assert sum((one.board.total for one in items), 0) == row.occasions == sum(one.total for one in listed.values())
    assert sum(one.flow.total for one in items) == sums_of(row.flow).of().total
    assert count_again(packed).agrees
    states = {one.key.item: one.state.value for one in occasions_of(packed) if one.key.unit == factories.UNIT}
    assert states["BUD-01-01"] == "met"
    assert states["BUD-07-02"] == "met_late"
    assert states["BUD-01-03"] == "met", "withdrawn on 2 March: on 28 February it was public"
    # Granted on 2 March: not yet so on 28 February.
    assert states["BUD-01-08"] != "not_applicable"


@SQLITE
def test_the_same_history_is_the_same_bytes_elsewhere(registry: Registry, clock: Clock, tmp_path: Path) -> None:
    """Two registries have other ids for everything; no id is in what is hashed."""
    history(registry)
    other = open_registry(settings_for(tmp_path / "other"), clock=clock)
    history(other)

    assert close(registry, "2026-02").content_hash == close(other, "2026-02").content_hash
    other.stop()
    with registry.database.read() as session:
        ids = {str(row.occasion_id) for row in list_occasions(session, registry.state_dates(FEBRUARY))}
    content = content_of(registry, "2026-02").decode()
    assert not any(one in content for one in ids)


def _alter_board(row: FrozenPeriod, _: Registry) -> None:
    first, *rest = row.board
    row.board = [{**first, "counts": {"met": 99}}, *rest]


def _alter_basis(row: FrozenPeriod, _: Registry) -> None:
    row.basis = {**row.basis, "grades": {"good_percent": 90, "watch_percent": 80}}


def _alter_object(row: FrozenPeriod, registry: Registry) -> None:
    registry.objects.path(row.object_digest).write_bytes(b"something else")


def _lose_object(row: FrozenPeriod, registry: Registry) -> None:
    registry.objects.path(row.object_digest).unlink()


def _other_object(row: FrozenPeriod, registry: Registry) -> None:
    """Another file with a better state, put in place properly."""
    content = gzip.decompress(registry.objects.get(row.object_digest))
    row.object_digest = registry.objects.put(gzip.compress(content.replace(b'"overdue"', b'"met"')))


def _alter_hashes(row: FrozenPeriod, registry: Registry) -> None:
    """All of it made anew, but the log says otherwise."""
    _other_object(row, registry)
    row.content_hash, row.size_bytes = hash_of(registry.objects.get(row.object_digest))
    row.hash = seal(
        number=row.number,
        code=row.code,
        content_hash=row.content_hash,
        closed_at=row.closed_at,
        previous_hash=row.previous_hash,
    )


def _alter_chain(row: FrozenPeriod, _: Registry) -> None:
    row.previous_hash = "f" * 64


def _alter_moment(row: FrozenPeriod, _: Registry) -> None:
    row.closed_at = row.closed_at - timedelta(days=3)


@SQLITE
@pytest.mark.parametrize(
    ("alter", "found"),
    [
        (_alter_board, {Part.ROW}),
        (_alter_basis, {Part.ROW}),
        (_alter_object, {Part.FILE, Part.CONTENT, Part.RULE, Part.ROW}),
        (_lose_object, {Part.FILE, Part.CONTENT, Part.RULE, Part.ROW}),
        (_other_object, {Part.CONTENT, Part.RULE}),
        (_alter_hashes, {Part.RULE, Part.LOG}),
        (_alter_chain, {Part.CHAIN}),
        (_alter_moment, {Part.CHAIN, Part.ROW}),
    ],
)
def test_whatever_is_altered_is_found(
    registry: Registry, alter: Callable[[FrozenPeriod, Registry], None], found: set[Part]
) -> None:
    close(registry, "2026-01")
    close(registry, "2026-02")
    with registry.database.work(SYSTEM, audited=False) as work:
        alter(get_frozen(work.session, "2026-01"), registry)
    with registry.database.read() as session:
        proofs = {proof.code: proof.failed for proof in prove_all(session, registry.objects)}
    assert proofs["2026-01"] == found
    assert proofs["2026-02"] == ({Part.CHAIN} if alter is _alter_hashes else set())
    assert any(
        "2026-01" in fault
        for fault in check_registry(
            registry.database, registry.objects, registry.backend, registry.sync, registry.state_dates()
        )
    )


@SQLITE
def test_rows_and_log_entries_that_are_gone_are_missed(registry: Registry) -> None:
    close(registry, "2026-01")
    close(registry, "2026-02")
    with registry.database.work(SYSTEM, audited=False) as work:
        work.session.delete(get_frozen(work.session, "2026-02"))
    with registry.database.read() as session:
        assert [(one.code, one.holds) for one in prove_all(session, registry.objects)] == [
            ("2026-01", True),
            ("2026-02", False),
        ]
    with registry.database.work(SYSTEM, audited=False) as work:
        entry = work.session.exec(select(AuditEntry).where(AuditEntry.subject_id == "2026-01")).one()
        entry.changes = {**entry.changes, "last_on": [None, "2026-01-30"]}
        work.session.add(entry)
    with registry.database.read() as session:
        assert prove(session, registry.objects, get_frozen(session, "2026-01")).failed == {Part.LOG}


@SQLITE
def test_only_the_office_closes_and_only_what_was_looked_at(registry: Registry) -> None:
    editor, reviewer, office = people(registry)
    leader = factories.create_user(registry, "leader", roles=["leader"], unit=None)
    for actor in (editor, reviewer, leader, PUBLIC):
        with pytest.raises(Forbidden):
            close(registry, "2026-02", actor)
    with registry.database.read() as session:
        period = period_from("2026-02")
        assert period is not None
        looked_at = freeze(session, period, registry.freezer, known_at=registry.database.clock()).numbers
    publish_late(registry, editor, reviewer, 1)
    with registry.database.work(office) as work, pytest.raises(Conflict) as refused:
        close_period(work, "2026-02", registry.freezer, expected=looked_at)
    assert refused.value.code == "period_changed_meanwhile"
    row = close(registry, "2026-02", office)
    with registry.database.read() as session:
        assert get_closing(session, "2026-02").by == "某人"
    assert [next(lines_of(registry.objects.get(row.object_digest)))["line"]] == ["basis"]


@SQLITE
def test_a_backup_carries_what_was_frozen(registry: Registry, clock: Clock, tmp_path: Path) -> None:
    row = close(registry, "2026-02")
    back_up(registry.database, registry.objects, tmp_path / "backup")
    elsewhere = settings_for(tmp_path / "elsewhere")
    elsewhere.data.mkdir()
    restore(elsewhere.database_address, ObjectFolder(elsewhere.object_folder), tmp_path / "backup")
    other = open_registry(elsewhere, clock=clock)
    with other.database.read() as session:
        (proof,) = prove_all(session, other.objects)
    other.stop()
    assert (proof.code, proof.hash, proof.holds) == ("2026-02", row.hash, True)
