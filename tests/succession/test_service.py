"""Units change: who owes what on each day, what happens to answers, drafts and people, and that data files and pages agree."""

from datetime import date, datetime
from uuid import UUID

import pytest
from sqlmodel import col, select

from registry.accounts.tables import User
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.closing.service import close_period
from registry.coverage.queries import DutyFilter, OccasionRow, list_occasions
from registry.database import SYSTEM, Actor
from registry.datafiles import BadData
from registry.duties.rulings import ask_for_ruling, decide_ruling
from registry.duties.tables import Duty, Occasion
from registry.errors import Conflict, Forbidden, Invalid
from registry.exchange import folder
from registry.publications import ending
from registry.publications import service as publications
from registry.publications.queries import list_work
from registry.publications.rules import RevisionState
from registry.publications.tables import Publication
from registry.reports.tasks import Group, unit_tasks
from registry.settings import REPOSITORY
from registry.succession.changes import Change, End, Merge, Part, Rename, Split
from registry.succession.service import ChangeReport, change_unit
from registry.units.tables import Unit
from tests import factories
from tests.clock import CITY, Clock

TODAY, YESTERDAY = date(2026, 3, 2), date(2026, 3, 1)
FINANCE, PLANNING_COMMISSION, AUDIT, LAND = "CX-101", "CX-105", "CX-106", "CX-104"
OLD_NAME = "楚雄市发展和改革局"
BUDGET = "BUD-03-01"
DRAFTS = (RevisionState.DRAFT,)
MERGE = Merge((PLANNING_COMMISSION,), FINANCE, TODAY)
AUDIT_ROLE = ("县级审计部门", "county")
SPLIT = Split(AUDIT, (Part("CX-201", (AUDIT_ROLE,), "楚雄市审计中心"),), TODAY)


def change(registry: Registry, change: Change, *, actor: Actor = SYSTEM, keep: bool = True) -> ChangeReport:
    with registry.database.work(actor, keep=keep) as work:
        return change_unit(work, change, registry.counting, basis="楚市编〔2026〕3号")


def owed(registry: Registry, unit: str, day: date, item: str | None = None) -> list[OccasionRow]:
    with registry.database.read() as session:
        rows = list_occasions(session, registry.state_dates(day), DutyFilter(unit_code=unit, part=None))
    return [row for row in rows if item is None or row.item_code == item]


def people_of(registry: Registry, unit: str) -> tuple[Actor, Actor]:
    editor = factories.create_user(registry, f"editor-{unit.lower()}", unit=unit)
    return editor, factories.create_user(registry, f"reviewer-{unit.lower()}", roles=("reviewer",), unit=unit)


def occasion_id_of(registry: Registry, unit: str, item: str) -> UUID:
    with registry.database.read() as session:
        return factories.find_occasion(session, unit=unit, item=item).id


def test_who_owes_it_depends_on_the_day(registry: Registry) -> None:
    (before,) = owed(registry, PLANNING_COMMISSION, YESTERDAY, BUDGET)
    report = change(registry, MERGE)

    assert owed(registry, PLANNING_COMMISSION, YESTERDAY, BUDGET) == [before]
    assert [row.event for row in owed(registry, FINANCE, YESTERDAY, BUDGET)] == [""]
    assert owed(registry, PLANNING_COMMISSION, TODAY) == []
    after = owed(registry, FINANCE, TODAY, BUDGET)
    assert sorted((row.event, row.period, row.due_on) for row in after) == [
        ("", "2026", before.due_on),
        (OLD_NAME, "2026", before.due_on),
    ]
    assert not report.is_ahead
    assert {(one.from_unit, one.to_unit) for one in report.duties} == {(PLANNING_COMMISSION, FINANCE)}


def test_nothing_owed_is_lost_except_what_the_other_owes_anyway(registry: Registry) -> None:
    before = len(owed(registry, PLANNING_COMMISSION, TODAY)) + len(owed(registry, FINANCE, TODAY))
    report = change(registry, MERGE)

    joined = [one.item_code for one in report.handover.occasions if one.joined]
    assert joined == ["BUD-07-01", "BUD-07-02"], "first disclosures of what both publish all the year"
    assert len(owed(registry, FINANCE, TODAY)) == before - len(joined)


def test_what_was_published_stays_and_still_answers(registry: Registry) -> None:
    editor, reviewer = people_of(registry, PLANNING_COMMISSION)
    published = factories.publish(registry, editor, reviewer, item=BUDGET)
    change(registry, MERGE)

    (row,) = owed(registry, PLANNING_COMMISSION, TODAY, BUDGET)
    assert (row.state, row.publication_id) == ("met", published)
    assert [row.event for row in owed(registry, FINANCE, TODAY, BUDGET)] == [""]


def test_a_new_unit_does_not_owe_again_what_was_answered_before(registry: Registry, clock: Clock) -> None:
    clock.now = datetime(2026, 8, 10, 9, tzinfo=CITY)
    registry.do_due_jobs()
    editor, reviewer = people_of(registry, AUDIT)
    factories.publish(registry, editor, reviewer, item="BUD-07-03")
    change(registry, Split(AUDIT, SPLIT.parts, date(2026, 8, 10)))
    clock.forward(days=1)
    registry.do_due_jobs()

    assert owed(registry, "CX-201", date(2026, 8, 11), "BUD-07-03") == []
    assert [row.state for row in owed(registry, AUDIT, date(2026, 8, 11), "BUD-07-03")] == ["met"]
    clock.now = datetime(2027, 1, 4, 9, tzinfo=CITY)
    registry.do_due_jobs()
    assert [row.period for row in owed(registry, "CX-201", date(2027, 1, 4), "BUD-07-03")] == ["2026"]
    assert [row.period for row in owed(registry, AUDIT, date(2027, 1, 4), "BUD-07-03")] == ["2025"]


def test_a_split_hands_on_what_is_unanswered_with_its_last_day(registry: Registry) -> None:
    (before,) = owed(registry, AUDIT, YESTERDAY, "BUD-07-03")
    change(registry, SPLIT)

    (after,) = owed(registry, "CX-201", TODAY, "BUD-07-03")
    assert (after.period, after.due_on, after.counted_from) == (before.period, before.due_on, before.counted_from)
    assert owed(registry, AUDIT, TODAY, "BUD-07-03") == []
    assert owed(registry, AUDIT, TODAY, BUDGET) != [], "its own budget stays its own"
    assert owed(registry, "CX-201", TODAY, BUDGET)[0].counted_from >= date(2026, 1, 1), "a new organ has a budget too"


def test_a_draft_is_gone_on_with_by_the_unit_that_took_over(registry: Registry) -> None:
    editor, _ = people_of(registry, PLANNING_COMMISSION)
    draft = factories.create_publication(registry, editor, item=BUDGET)
    report = change(registry, MERGE)

    assert report.handover.drafts == 1
    assert [(one.username, one.to_unit) for one in report.handover.people] == [
        ("editor-cx-105", FINANCE),
        ("reviewer-cx-105", FINANCE),
    ]
    moved = Actor(editor.label, editor.roles, editor.user_id, FINANCE, door="web")
    factories.submit(registry, moved, draft)
    with registry.database.read() as session:
        publication = session.get_one(Publication, draft)
        assert session.get_one(Duty, publication.duty_id).unit_code == FINANCE
        assert session.get_one(Occasion, publication.occasion_id).event == OLD_NAME


def test_the_successor_corrects_what_the_ended_unit_published(registry: Registry) -> None:
    editor, reviewer = people_of(registry, PLANNING_COMMISSION)
    published = factories.publish(registry, editor, reviewer, item=BUDGET)
    change(registry, MERGE)
    moved, stranger = (Actor(editor.label, editor.roles, editor.user_id, unit) for unit in (FINANCE, LAND))
    values = factories.publication_values(registry, item=BUDGET, title="更正后的预算")
    with registry.database.work(moved) as work:
        version = factories.version_of(work.session, published)
        publications.edit_publication(work, published, values, version=version)
        assert [row.publication.id for row in list_work(work.session, TODAY, unit_code=FINANCE, states=DRAFTS)] == [
            published
        ]
    with registry.database.read() as session:
        tasks = unit_tasks(session, FINANCE, registry.state_dates())
    assert [task.publication.publication.id for task in tasks.groups[Group.STARTED] if task.publication] == [published]

    with pytest.raises(Forbidden), registry.database.work(stranger) as work:
        publications.edit_publication(work, published, values, version=version + 1)


def test_what_is_withdrawn_later_is_owed_by_the_successor_from_then_on(registry: Registry, clock: Clock) -> None:
    editor, reviewer = people_of(registry, PLANNING_COMMISSION)
    published = factories.publish(registry, editor, reviewer, item=BUDGET)
    change(registry, MERGE)
    clock.forward(days=10)
    office = factories.create_user(registry, "office", roles=("office",), unit=None)
    with registry.database.work(office) as work:
        version = factories.version_of(work.session, published)
        ending.withdraw_publication(work, published, version=version, reason="有误")
    clock.forward(days=1)
    registry.do_due_jobs()

    assert [row.state for row in owed(registry, PLANNING_COMMISSION, date(2026, 3, 11), BUDGET)] == ["met"]
    assert owed(registry, PLANNING_COMMISSION, date(2026, 3, 13), BUDGET) == []
    assert [row.event for row in owed(registry, FINANCE, date(2026, 3, 11), BUDGET)] == [""]
    assert sorted(row.event for row in owed(registry, FINANCE, date(2026, 3, 13), BUDGET)) == ["", OLD_NAME]


def test_a_change_ahead_moves_things_only_when_its_day_begins(registry: Registry, clock: Clock) -> None:
    editor, reviewer = people_of(registry, PLANNING_COMMISSION)
    on = date(2026, 4, 1)
    report = change(registry, Merge((PLANNING_COMMISSION,), FINANCE, on))

    assert report.is_ahead
    assert BUDGET in {one.item_code for one in report.handover.occasions}
    assert len(owed(registry, PLANNING_COMMISSION, TODAY, BUDGET)) == 1
    factories.publish(registry, editor, reviewer, item=BUDGET)
    clock.now = datetime(2026, 4, 1, 8, tzinfo=CITY)
    registry.do_due_jobs()

    assert [row.state for row in owed(registry, PLANNING_COMMISSION, on, BUDGET)] == ["met"], "answered in time"
    assert owed(registry, PLANNING_COMMISSION, on, "BUD-03-02") == []
    assert sorted(row.event for row in owed(registry, FINANCE, on, "BUD-03-02")) == ["", OLD_NAME]
    with registry.database.read() as session:
        assert session.exec(select(User.unit_code).where(User.username == editor.label)).one() == FINANCE


def test_the_old_unit_registers_nothing_for_what_it_handed_on(registry: Registry) -> None:
    occasion_id = occasion_id_of(registry, AUDIT, "BUD-07-03")
    change(registry, SPLIT)
    editor, _ = people_of(registry, AUDIT)

    for register in (
        lambda: factories.create_publication(registry, editor, item="BUD-07-03", occasion_id=occasion_id),
        lambda: _ask(registry, editor, occasion_id),
    ):
        with pytest.raises(Conflict, match="occasion_handed_on"):
            register()


def _ask(registry: Registry, actor: Actor, occasion_id: UUID) -> None:
    with registry.database.work(actor) as work:
        ask_for_ruling(work, occasion_id, {"kind": "nothing_to_publish", "reason": "没有"})


def test_the_daily_job_hands_on_once(registry: Registry, clock: Clock) -> None:
    change(registry, MERGE)
    before = owed(registry, FINANCE, TODAY)
    clock.forward(days=1)
    registry.do_due_jobs()

    assert [row.occasion_id for row in owed(registry, FINANCE, TODAY)] == [row.occasion_id for row in before]


def test_merging_again_keeps_every_occasion_apart(registry: Registry, clock: Clock) -> None:
    change(registry, MERGE)
    clock.forward(days=1)
    change(registry, Merge((FINANCE,), AUDIT, date(2026, 3, 3)))

    assert sorted(row.event for row in owed(registry, AUDIT, date(2026, 3, 3), BUDGET)) == [
        "",
        "楚雄市发展和改革局（原楚雄市财政局）",
        "楚雄市财政局",
    ]
    assert owed(registry, FINANCE, date(2026, 3, 3), BUDGET) == []
    assert len(owed(registry, FINANCE, TODAY, BUDGET)) == 2


def test_a_granted_extension_goes_on_and_a_waiting_request_is_decided_for_the_successor(registry: Registry) -> None:
    editor, reviewer = people_of(registry, AUDIT)
    office = factories.create_user(registry, "office", roles=("office",), unit=None)
    occasion_id = occasion_id_of(registry, AUDIT, "BUD-07-03")
    values = {"kind": "extended", "reason": "审计工作报告推迟", "extended_to": date(2026, 12, 1)}
    with registry.database.work(editor) as work:
        ruling_id = ask_for_ruling(work, occasion_id, values).id
    with registry.database.work(office) as work:
        decide_ruling(work, ruling_id, granted=True, answer=None)
    with registry.database.work(editor) as work:
        waiting = ask_for_ruling(work, occasion_id, {"kind": "nothing_to_publish", "reason": "本年没有"}).id
    change(registry, SPLIT)

    (row,) = owed(registry, "CX-201", TODAY, "BUD-07-03")
    assert row.limit == date(2026, 12, 1)
    with registry.database.work(office) as work:
        decide_ruling(work, waiting, granted=True, answer=None)
    assert [row.state for row in owed(registry, "CX-201", TODAY, "BUD-07-03")] == ["nothing_to_publish"]
    assert reviewer.unit_code == AUDIT


def test_no_change_reaches_into_a_closed_period(registry: Registry) -> None:
    with registry.database.work(SYSTEM) as work:
        close_period(work, "2026-02", registry.freezer)
    closed = owed(registry, PLANNING_COMMISSION, date(2026, 2, 28))

    with pytest.raises(Invalid) as refused:
        change(registry, Merge((PLANNING_COMMISSION,), FINANCE, date(2026, 2, 28)))
    assert [issue.code for issue in refused.value.issues] == ["change_in_closed_period"]
    change(registry, Merge((PLANNING_COMMISSION,), FINANCE, date(2026, 3, 1)))
    assert owed(registry, PLANNING_COMMISSION, date(2026, 2, 28)) == closed
    assert owed(registry, PLANNING_COMMISSION, date(2026, 3, 1)) == []


def test_without_a_successor_everything_stays_and_people_wait_for_a_decision(registry: Registry) -> None:
    editor, _ = people_of(registry, PLANNING_COMMISSION)
    report = change(registry, End(PLANNING_COMMISSION, TODAY))

    assert {one.to_unit for one in report.duties} == {None}
    assert report.handover.occasions == []
    assert {one.to_unit for one in report.handover.people} == {None}
    assert len(owed(registry, PLANNING_COMMISSION, TODAY, BUDGET)) == 1
    with registry.database.read() as session:
        assert session.exec(select(User.unit_code).where(User.username == editor.label)).one() == PLANNING_COMMISSION


def test_a_name_begins_on_its_day(registry: Registry, clock: Clock) -> None:
    change(registry, Rename(FINANCE, "楚雄市财政金融局", date(2026, 3, 4)))
    with registry.database.read() as session:
        assert session.get_one(Unit, FINANCE).name == "楚雄市财政局"
    clock.forward(days=2)
    registry.do_due_jobs()

    with registry.database.read() as session:
        assert session.get_one(Unit, FINANCE).name == "楚雄市财政金融局"


def test_a_preview_keeps_nothing(registry: Registry) -> None:
    with registry.database.read() as session:
        files = folder.export_folder(session)
    kept = change(registry, MERGE, keep=False)

    with registry.database.read() as session:
        assert folder.export_folder(session) == files
    assert [one.item_code for one in change(registry, MERGE).handover.occasions] == [
        one.item_code for one in kept.handover.occasions
    ]


@pytest.mark.parametrize("role", ["editor", "reviewer", "leader", "admin"])
def test_only_the_office_changes_units(registry: Registry, role: str) -> None:
    somebody = factories.create_user(registry, "somebody", roles=(role,))

    with pytest.raises(Forbidden):
        change(registry, MERGE, actor=somebody)


def test_the_log_tells_the_change_and_what_moved(registry: Registry) -> None:
    office = factories.create_user(registry, "office", roles=("office",), unit=None)
    people_of(registry, PLANNING_COMMISSION)
    change(registry, MERGE, actor=office)

    with registry.database.read() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.actor_label == "office")).all()
    told = {(entry.action, entry.subject_id) for entry in entries}
    assert ("unit.change", PLANNING_COMMISSION) in told
    assert {action for action, _ in told} == {"unit.change", "duty.change", "occasion.hand_on", "account.move"}
    assert any(entry.changes.get("basis") == [None, "楚市编〔2026〕3号"] for entry in entries)


@pytest.mark.parametrize("done", [MERGE, SPLIT, Rename(LAND, "楚雄市自然资源和规划局", TODAY)])
def test_an_export_loaded_again_changes_nothing_nor_do_the_old_files(registry: Registry, done: Change) -> None:
    change(registry, done)
    with registry.database.read() as session:
        exported = folder.export_folder(session)

    for texts in (folder.read_folder(REPOSITORY), exported):
        with registry.database.work(SYSTEM) as work:
            report = folder.load(work, texts)
        assert all((one.created, one.updated, one.absent) == (0, 0, 0) for one in report.counts.values())
        assert (report.duties.created, report.duties.changed, report.duties.ended) == (0, 0, 0)
        with registry.database.read() as session:
            assert folder.export_folder(session) == exported


def test_a_file_changed_elsewhere_leaves_the_change_of_the_page(registry: Registry) -> None:
    change(registry, SPLIT)
    texts = dict(folder.read_folder(REPOSITORY))
    texts["catalog/units.yaml"] = texts["catalog/units.yaml"].replace("telephone: 0878-3167327", "telephone: 0878-1")
    with registry.database.work(SYSTEM) as work:
        report = folder.load(work, texts)

    assert report.counts["catalog/units.yaml"].updated == 1
    with registry.database.read() as session:
        assert session.get_one(Unit, "CX-001").telephone == "0878-1"
        assert session.get_one(Unit, "CX-201").name == "楚雄市审计中心"
        assert len(session.exec(select(Duty).where(Duty.unit_code == "CX-201", col(Duty.ends_on).is_(None))).all()) > 0


def test_a_unit_changed_in_file_and_page_is_refused_by_name(registry: Registry) -> None:
    change(registry, Rename("CX-001", "楚雄市人民政府办公厅", TODAY))
    texts = dict(folder.read_folder(REPOSITORY))
    texts["catalog/units.yaml"] = texts["catalog/units.yaml"].replace("telephone: 0878-3167327", "telephone: 0878-1")

    with pytest.raises(BadData) as refused, registry.database.work(SYSTEM) as work:
        folder.load(work, texts)
    assert [(fault.code, fault.found) for fault in refused.value.faults] == [("changed_on_page", "CX-001")]
