"""Files at a publication on the real database: versions keep theirs, strangers get none, and personal data stops the way to the public."""

from datetime import date
from uuid import UUID

import pytest
from sqlmodel import col, select

from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.database import PUBLIC, Actor
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.publications import deciding, ending, service
from registry.publications.attachments import attach_files, bring, detach_file, get_attachment
from registry.publications.queries import list_carrying
from registry.publications.screening import carried_files, screen_revision
from registry.publications.tables import FileScreening, Publication, Revision
from tests import factories
from tests.factories import REVIEW_CHECKS

TODAY = date(2026, 3, 2)
CLEAN = "公开说明\n".encode()
LEAKING = "公开说明\n联系13812345678\n".encode()


@pytest.fixture
def editor(registry: Registry) -> Actor:
    return factories.create_user(registry, "editor")


@pytest.fixture
def reviewer(registry: Registry) -> Actor:
    return factories.create_user(registry, "reviewer", roles=("reviewer",))


@pytest.fixture
def draft(registry: Registry, editor: Actor) -> UUID:
    return factories.create_publication(registry, editor)


def names_of(registry: Registry, publication_id: UUID, *, number: int) -> list[str]:
    """Names of the files that version `number` carries."""
    with registry.database.read() as session:
        query = select(Revision).where(Revision.publication_id == publication_id, Revision.number == number)
        return [one.file_name for one in carried_files(session, session.exec(query).one())]


def last_entry(registry: Registry) -> AuditEntry:
    with registry.database.read() as session:
        return session.exec(select(AuditEntry).order_by(col(AuditEntry.number).desc())).first()


def submit_with(registry: Registry, actor: Actor, publication_id: UUID, reason: str | None) -> None:
    with registry.database.work(actor) as work:
        version = factories.version_of(work.session, publication_id)
        service.submit_publication(
            work, publication_id, version=version, objects=registry.objects, personal_data_reason=reason
        )


def issues_of_submitting(registry: Registry, actor: Actor, publication_id: UUID) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        submit_with(registry, actor, publication_id, None)
    return [(issue.field, issue.code) for issue in refusal.value.issues]


def test_a_file_is_kept_under_its_digest_and_told_to_the_log(registry: Registry, editor: Actor, draft: UUID) -> None:
    attachment = factories.attach(registry, editor, draft, "说明.txt", CLEAN)

    assert registry.objects.get(attachment.sha256) == CLEAN
    assert (attachment.file_name, attachment.size_bytes, attachment.uploaded_by) == ("说明.txt", 13, editor.user_id)
    entry = last_entry(registry)
    assert (entry.action, entry.changes) == ("publication.attach", {"files": [None, ["说明.txt"]]})


def test_a_correction_changes_its_own_files_and_the_public_version_keeps_its(
    registry: Registry, editor: Actor, reviewer: Actor, draft: UUID
) -> None:
    first = factories.attach(registry, editor, draft, "甲.txt", CLEAN)
    factories.submit(registry, editor, draft)
    factories.approve(registry, reviewer, draft)
    factories.attach(registry, editor, draft, "乙.txt", CLEAN + b"2")
    with registry.database.work(editor) as work:
        detach_file(work, draft, first.id, version=factories.version_of(work.session, draft))

    assert names_of(registry, draft, number=1) == ["甲.txt"]
    assert names_of(registry, draft, number=2) == ["乙.txt"]
    with registry.database.read() as session:
        assert get_attachment(session, draft, first.id, PUBLIC, TODAY).file_name == "甲.txt"


def test_the_public_gets_the_files_of_the_public_version_only(
    registry: Registry, editor: Actor, reviewer: Actor, draft: UUID
) -> None:
    kept = factories.attach(registry, editor, draft, "甲.txt", CLEAN)
    stranger = factories.create_user(registry, "stranger", unit="CX-102")
    with registry.database.read() as session:
        for actor in (PUBLIC, stranger):
            with pytest.raises(NotFound):
                get_attachment(session, draft, kept.id, actor, TODAY)
        assert get_attachment(session, draft, kept.id, editor, TODAY).id == kept.id
    factories.submit(registry, editor, draft)
    factories.approve(registry, reviewer, draft)
    later = factories.attach(registry, editor, draft, "乙.txt", CLEAN + b"2")
    with registry.database.read() as session:
        assert get_attachment(session, draft, kept.id, PUBLIC, TODAY).id == kept.id
        with pytest.raises(NotFound):
            get_attachment(session, draft, later.id, PUBLIC, TODAY)
    with registry.database.work(editor) as work:
        version = factories.version_of(work.session, draft)
        ending.withdraw_publication(work, draft, version=version, reason="有误")
    with registry.database.read() as session, pytest.raises(NotFound):
        get_attachment(session, draft, kept.id, PUBLIC, TODAY)


def test_only_who_writes_for_the_unit_changes_files_and_only_in_a_draft(
    registry: Registry, editor: Actor, reviewer: Actor, draft: UUID
) -> None:
    brought = bring(registry.objects, "说明.txt", CLEAN, most_bytes=1000)
    stranger = factories.create_user(registry, "stranger", unit="CX-102")
    for actor, error in ((reviewer, Forbidden), (stranger, NotFound)):
        with pytest.raises(error), registry.database.work(actor) as work:
            attach_files(work, draft, [brought], version=1)
    with pytest.raises(Conflict), registry.database.work(editor) as work:
        attach_files(work, draft, [brought], version=7)
    factories.submit(registry, editor, draft)
    with pytest.raises(Conflict), registry.database.work(editor) as work:
        attach_files(work, draft, [brought], version=2)


def test_the_same_content_or_name_twice_is_refused(registry: Registry, editor: Actor, draft: UUID) -> None:
    factories.attach(registry, editor, draft, "甲.txt", CLEAN)
    for name, content, code in (("乙.txt", CLEAN, "file_repeated"), ("甲.txt", CLEAN + b"2", "file_name_taken")):
        with pytest.raises(Invalid) as refusal:
            factories.attach(registry, editor, draft, name, content)
        assert [issue.code for issue in refusal.value.issues] == [code]


def test_whoever_brought_the_last_file_is_the_author(registry: Registry, editor: Actor, draft: UUID) -> None:
    both = factories.create_user(registry, "both", roles=("editor", "reviewer"))
    factories.attach(registry, both, draft, "甲.txt", CLEAN)

    with registry.database.read() as session:
        revision = session.exec(select(Revision).where(Revision.publication_id == draft)).one()
    assert (revision.author_id, editor.user_id == both.user_id) == (both.user_id, False)


def test_publications_with_the_same_file_are_found_by_its_digest(
    registry: Registry, editor: Actor, draft: UUID
) -> None:
    digest = factories.attach(registry, editor, draft, "甲.txt", CLEAN).sha256
    other = factories.create_publication(registry, editor, item="BUD-01-02")
    factories.attach(registry, editor, other, "同.txt", CLEAN)
    with registry.database.read() as session:
        occasion_id = session.get_one(Publication, other).occasion_id
        everywhere = list_carrying(session, digest, TODAY, unit_code=factories.UNIT)
        there = list_carrying(session, digest, TODAY, occasion_id=occasion_id)
        elsewhere = list_carrying(session, digest, TODAY, unit_code="CX-102")

    assert [row.publication.id for row in everywhere] == [draft, other]
    assert [row.publication.id for row in there] == [other]
    assert elsewhere == []


def test_personal_data_stops_submitting_wherever_it_stands(registry: Registry, editor: Actor) -> None:
    channel = {"channel": "government_website", "address": "https://www.cxs.gov.cn/", "place": None}
    draft = factories.create_publication(
        registry,
        editor,
        title="关于13812345678的公示",
        summary="身份证532301199003071234",
        channels=[channel, {"channel": "bulletin_board", "address": None, "place": "龙江小区3栋2单元501室"}],
    )
    factories.attach(registry, editor, draft, "名单.txt", LEAKING)
    factories.attach(registry, editor, draft, "云EA1234.txt", CLEAN)

    assert issues_of_submitting(registry, editor, draft) == [
        ("title", "personal_data_found"),
        ("summary", "personal_data_found"),
        ("channels.1.place", "personal_data_found"),
        ("files", "personal_data_found"),
        ("files", "personal_data_found"),
        ("personal_data_reason", "personal_data_reason_missing"),
    ]


def test_a_page_that_cannot_be_read_needs_a_reason_too(registry: Registry, editor: Actor, draft: UUID) -> None:
    from fpdf import FPDF

    scan = FPDF()
    scan.add_page()
    scan.rect(10, 10, 50, 50)
    factories.attach(registry, editor, draft, "扫描.pdf", bytes(scan.output()))

    assert issues_of_submitting(registry, editor, draft) == [
        ("files", "file_not_checked"),
        ("personal_data_reason", "personal_data_reason_missing"),
    ]


def test_with_a_reason_it_goes_on_and_the_log_has_kinds_and_numbers_only(
    registry: Registry, editor: Actor, reviewer: Actor, draft: UUID
) -> None:
    factories.attach(registry, editor, draft, "名单.txt", LEAKING)
    submit_with(registry, editor, draft, " 本单位值班电话 ")
    entry = last_entry(registry)
    factories.approve(registry, reviewer, draft)

    assert entry.changes == {"revision": [None, 1], "personal_data": [None, {"mobile_number": 1}]}
    assert last_entry(registry).changes["personal_data"] == [None, {"mobile_number": 1}]
    with registry.database.read() as session:
        revision = session.exec(select(Revision).where(Revision.publication_id == draft)).one()
    assert revision.personal_data_reason == "本单位值班电话"


def test_a_reason_nobody_needed_is_not_kept(registry: Registry, editor: Actor, draft: UUID) -> None:
    submit_with(registry, editor, draft, "以防万一")

    with registry.database.read() as session:
        revision = session.exec(select(Revision).where(Revision.publication_id == draft)).one()
    assert revision.personal_data_reason is None


def test_approving_looks_again_by_the_rules_of_now(
    registry: Registry, editor: Actor, reviewer: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that passed by older rules is read again by the new ones."""
    from registry.publications import screening

    monkeypatch.setattr(screening, "rules_version", lambda: "older")
    monkeypatch.setattr(screening, "find_in_text", lambda text, label="": [])
    factories.attach(registry, editor, draft, "名单.txt", LEAKING)
    factories.submit(registry, editor, draft)
    monkeypatch.undo()
    asked = registry.rulebook.review_checks

    with pytest.raises(Invalid) as refusal, registry.database.work(reviewer) as work:
        deciding.approve_publication(
            work, draft, version=3, objects=registry.objects, checks=REVIEW_CHECKS, asked=asked
        )

    assert [issue.code for issue in refusal.value.issues] == ["personal_data_found", "personal_data_reason_missing"]


def test_nothing_that_was_found_is_kept_anywhere(registry: Registry, editor: Actor) -> None:
    number = "13812345678"
    draft = factories.create_publication(registry, editor, title=f"关于{number}的公示", summary=f"联系{number}")
    factories.attach(registry, editor, draft, f"{number}.txt", LEAKING)
    with registry.database.work(editor) as work:
        version = factories.version_of(work.session, draft)
        values = factories.publication_values(registry, title=f"再关于{number}", summary=number)
        service.edit_publication(work, draft, values, version=version)
    with pytest.raises(Invalid) as refusal:
        submit_with(registry, editor, draft, None)

    with registry.database.read() as session:
        told = [str(entry.changes) for entry in session.exec(select(AuditEntry))]
        kept = [str((one.found, one.counts)) for one in session.exec(select(FileScreening))]
    assert [text for text in (*told, *kept, str(refusal.value)) if number in text] == []
    assert any("138****5678" in text for text in told)


def test_the_reason_of_a_withdrawal_is_read_by_everybody(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    public = factories.publish(registry, editor, reviewer)

    with pytest.raises(Invalid) as refusal, registry.database.work(editor) as work:
        ending.withdraw_publication(work, public, version=3, reason="误列13812345678")

    assert [(issue.field, issue.code) for issue in refusal.value.issues] == [("reason", "personal_data_found")]


def test_a_file_with_very_many_is_told_in_part_and_counted_whole(
    registry: Registry, editor: Actor, draft: UUID
) -> None:
    many = "".join(f"138{number:08}\n" for number in range(500))
    factories.attach(registry, editor, draft, "名单.txt", many.encode())

    with registry.database.read() as session:
        revision = session.exec(select(Revision).where(Revision.publication_id == draft)).one()
        screening = screen_revision(session, registry.objects, revision)
    issues = screening.issues()
    assert (screening.counts, len(screening.found)) == ({"mobile_number": 500}, 200)
    assert [issue.code for issue in issues] == ["personal_data_found"] * 10 + ["personal_data_more"]
    assert issues[-1].context == {"count": 490}
