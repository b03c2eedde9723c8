"""Faults planted in a registry are found by their rules, on the days on which they are there, and gone once mended."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from registry.assessment.finding import assess
from registry.assessment.queries import facts_on, list_findings
from registry.assessment.rules import Finding
from registry.bootstrap import Registry
from registry.database import SYSTEM, Actor
from registry.duties.rulings import ask_for_ruling, decide_ruling
from registry.evidence.rules import Outcome
from registry.evidence.tables import Evidence
from registry.publications import service as publications
from registry.publications.deciding import approve_publication, confirm_publication
from registry.publications.ending import withdraw_publication
from registry.publications.rules import Why
from registry.publications.steps import content_of, latest_revision
from registry.publications.tables import Revision
from tests.clock import Clock
from tests.factories import (
    REVIEW_CHECKS,
    approve,
    attach,
    create_publication,
    create_user,
    element_ids,
    find_occasion,
    publish,
    submit,
    version_of,
)

ADDRESS = "https://www.cxs.gov.cn/info/1016/208010.htm"


def found(registry: Registry, as_of: date | None = None, *, subject: str | None = None) -> list[Finding]:
    """The unit's findings on a day, of one kind of record."""
    dates = registry.state_dates(as_of)
    rules = registry.rulebook.assessment.on(dates.as_of)
    with registry.database.read() as session:
        own = list_findings(session, dates, rules, unit_code="CX-101")
        every = list_findings(session, dates, rules)
    assert own == [one for one in every if one.unit_code == "CX-101"]
    return [one for one in own if subject in (None, one.subject)]


def rules_of(registry: Registry, publication_id: UUID, as_of: date | None = None) -> set[str]:
    return {one.rule for one in found(registry, as_of) if one.subject_id == str(publication_id)}


def look(registry: Registry, publication_id: UUID, outcome: Outcome) -> None:
    """One look today, written as the fetcher's are."""
    with registry.database.work(SYSTEM, audited=False) as work:
        work.session.add(
            Evidence(
                publication_id=publication_id,
                channel="government_website",
                address=ADDRESS,
                outcome=outcome,
                reason="gone",
                seen_at=work.now,
            )
        )


def change(registry: Registry, publication_id: UUID, alter: Callable[[Revision], None]) -> None:
    """What no service does: as a damaged or foreign record would stand there."""
    with registry.database.work(SYSTEM, audited=False) as work:
        revision = work.session.exec(
            select(Revision).where(Revision.publication_id == publication_id).order_by(col(Revision.number).desc())
        ).first()
        assert revision is not None
        alter(revision)
        work.session.add(revision)


def correct(registry: Registry, author: Actor, reviewer: Actor, publication_id: UUID, **values: object) -> None:
    """The next version, through its review."""
    with registry.database.work(author) as work:
        whole = {**content_of(latest_revision(work, publication_id)), "why": Why.WRONG, **values}
        publications.edit_publication(work, publication_id, whole, version=version_of(work.session, publication_id))
    submit(registry, author, publication_id)
    approve(registry, reviewer, publication_id)


def test_every_planted_fault_is_found_on_its_days_and_goes_when_mended(registry: Registry, clock: Clock) -> None:
    editor, reviewer = create_user(registry, "editor"), create_user(registry, "reviewer", roles=["reviewer"])
    with registry.database.read() as session:
        elements = element_ids(session, "BUD-01-02")
    sound = publish(registry, editor, reviewer)
    poor = publish(
        registry,
        editor,
        reviewer,
        item="BUD-01-02",
        title="楚雄市预算支出",
        doc_no="楚市财[2026]1号",
        elements=elements[:1],
    )
    gone = publish(registry, editor, reviewer, item="BUD-01-03", title="楚雄市2026年转移支付")
    assert found(registry, subject="publication") == [one for one in found(registry) if one.subject_id == str(poor)]
    assert rules_of(registry, poor) == {"missing_table", "title_number"}

    clock.forward(days=1)
    look(registry, gone, Outcome.NOT_SEEN)
    look(registry, sound, Outcome.UNKNOWN)
    clock.forward(hours=2)
    look(registry, gone, Outcome.NOT_SEEN)
    assert rules_of(registry, gone) == set(), "one day's failed looks charge nobody"
    clock.forward(days=1)
    look(registry, gone, Outcome.NOT_SEEN)
    look(registry, sound, Outcome.UNKNOWN)
    assert (rules_of(registry, gone), rules_of(registry, sound)) == ({"dead_link"}, set())
    assert rules_of(registry, gone, date(2026, 3, 3)) == set()

    change(registry, sound, lambda one: setattr(one, "reviewer_id", None))
    assert rules_of(registry, sound) == {"unreviewed"}
    change(registry, gone, lambda one: setattr(one, "summary", "联系人手机13812345678"))
    assert rules_of(registry, gone) == {"dead_link", "personal_data"}
    (leak,) = (one for one in found(registry) if one.rule == "personal_data")
    assert "1381234" not in str(leak.context)
    change(registry, gone, lambda one: setattr(one, "personal_data_reason", "办公用手机"))
    assert rules_of(registry, gone) == {"dead_link", "personal_data_kept"}

    clock.forward(days=1)
    look(registry, gone, Outcome.SEEN)
    correct(registry, editor, reviewer, gone, summary=None)
    correct(registry, editor, reviewer, sound)
    correct(
        registry, editor, reviewer, poor, title="楚雄市2026年预算支出", doc_no="楚市财〔2026〕1号", elements=elements
    )
    assert found(registry, subject="publication") == []
    day_before = date(2026, 3, 4)
    assert rules_of(registry, poor, day_before) == {"missing_table", "title_number"}
    assert rules_of(registry, sound, day_before) == {"unreviewed"}
    assert rules_of(registry, gone, day_before) == {"dead_link", "personal_data_kept"}


def test_files_offices_claimed_days_and_withdrawals(registry: Registry, clock: Clock) -> None:
    editor, office = create_user(registry, "editor"), create_user(registry, "office", roles=["office"], unit=None)
    reviewer = create_user(registry, "reviewer", roles=["reviewer"])
    listed = create_publication(registry, editor, formed_on=date(2026, 3, 2))
    attach(registry, editor, listed, "名单.txt", "电话13812345678".encode())
    with registry.database.work(editor) as work:
        publications.submit_publication(
            work,
            listed,
            version=version_of(work.session, listed),
            objects=registry.objects,
            personal_data_reason="获奖者同意公开",
        )
    with registry.database.work(office) as work:
        approve_publication(
            work,
            listed,
            version=version_of(work.session, listed),
            objects=registry.objects,
            checks=REVIEW_CHECKS,
            asked=registry.rulebook.review_checks,
            override_reason="审查员出差",
        )
    assert rules_of(registry, listed) == {"personal_data_kept"}
    clock.forward(days=10)
    assert rules_of(registry, listed) == {"personal_data_kept"}
    clock.forward(days=1)
    assert rules_of(registry, listed) == {"personal_data_kept", "unconfirmed"}
    with registry.database.work(reviewer) as work:
        confirm_publication(work, listed, version=version_of(work.session, listed))
    assert rules_of(registry, listed) == {"personal_data_kept"}
    with registry.database.work(editor) as work:
        withdraw_publication(work, listed, version=version_of(work.session, listed), why=Why.NOT_PUBLIC)
    assert rules_of(registry, listed) == set()
    assert rules_of(registry, listed, date(2026, 3, 12)) == {"personal_data_kept"}

    clock.forward(days=90)
    claimed = publish(
        registry, editor, reviewer, item="BUD-01-02", title="楚雄市2026年预算支出", published_on=date(2026, 4, 20)
    )
    assert rules_of(registry, claimed) == {"date_registered"}, "due 2026-04-20, registered in June"
    assert [one.points for one in found(registry) if one.rule == "date_registered"] == [0]


def test_blank_columns_fill_and_declarations_are_counted_beside_the_score(registry: Registry, clock: Clock) -> None:
    editor, reviewer = create_user(registry, "editor"), create_user(registry, "reviewer", roles=["reviewer"])
    clock.forward(days=60)
    with registry.database.work(SYSTEM, audited=False) as work:
        registry.begin_day(work)
    before = {one.subject_id for one in found(registry) if one.rule == "blank_column"}
    assert {"BUD-01-01", "BUD-01-02"} <= before

    publish(registry, editor, reviewer)
    with registry.database.read() as session:
        other = find_occasion(session, item="BUD-01-02").id
    with registry.database.work(editor) as work:
        asked = ask_for_ruling(work, other, {"kind": "nothing_to_publish", "reason": "本期没有发生"}).id
    with registry.database.work(reviewer) as work:
        decide_ruling(work, asked, granted=True, answer=None)

    after = {one.subject_id for one in found(registry) if one.rule == "blank_column"}
    assert before - after == {"BUD-01-01", "BUD-01-02"}
    assert [one.subject_id for one in found(registry) if one.rule == "late"] == [
        one.subject_id for one in found(registry) if one.item_code == "BUD-01-01"
    ]
    with registry.database.read() as session:
        dates = registry.state_dates()
        unit = assess(facts_on(session, dates), registry.rulebook.assessment.on(dates.as_of)).units["CX-101"]
    assert unit.counts.nothing_to_publish == 1
