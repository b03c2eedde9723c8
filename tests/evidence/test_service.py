"""What is kept of a look, who may look, add and clear, and what stays closed."""

import io
import threading
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select
from warcio.archiveiterator import ArchiveIterator

from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.database import PUBLIC, SYSTEM, Actor
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.evidence.photographs import Photograph
from registry.evidence.queries import get_evidence, list_public_evidence
from registry.evidence.rules import Fault, Outcome
from registry.evidence.service import add_offline, check_publication, clear_evidence
from registry.evidence.tables import Evidence
from registry.publications import ending
from registry.publications import service as publications
from registry.publications.rules import Why
from tests import factories
from tests.evidence.published import Published
from tests.evidence.sites import ADDRESS, page

NOTICE = {
    "channel": "notice_board",
    "place": "市政务服务中心公示栏",
    "seen_on": date(2026, 3, 2),
    "posted_from": date(2026, 3, 1),
    "posted_to": None,
    "note": "第二块展板",
}
PICTURE = Photograph(b"\xff\xd8\xff\xe0 a clean picture", "image/jpeg")


def public_rows(published: Published) -> list[Evidence]:
    with published.registry.database.read() as session:
        return list(list_public_evidence(session, published.id, published.registry.database.today()))


def photograph(published: Published, actor: Actor | None = None, **changes: Any) -> UUID:
    with published.registry.database.work(actor or published.editor) as work:
        values = NOTICE | changes
        return add_offline(work, published.registry.objects, published.id, values, PICTURE).id


def clear(published: Published, actor: Actor, evidence_id: UUID) -> None:
    with published.registry.database.work(actor) as work:
        clear_evidence(work, evidence_id)


def test_a_look_keeps_everything_that_was_seen(published: Published) -> None:
    seen = published.look()

    content = page().encode()
    assert (seen.outcome, seen.reason, seen.status_code, seen.title_found) == (Outcome.SEEN, "title_found", 200, True)
    assert (seen.address, seen.final_address, seen.channel) == (ADDRESS, ADDRESS, "government_website")
    assert (seen.size_bytes, seen.page_title) == (len(content), "楚雄市2026年一般公共预算收支表")
    assert seen.seen_at == published.clock()
    assert (seen.recorded_by, seen.media_type) == (published.editor.user_id, "application/warc")
    kept = published.registry.objects.get(seen.capture or "")
    assert content in [record.content_stream().read() for record in ArchiveIterator(io.BytesIO(kept))]


def test_every_look_has_its_entry_in_the_log(published: Published) -> None:
    published.look(published.reviewer)

    with published.registry.database.read() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "evidence.check")).one()
    assert (entry.actor_label, entry.subject_id) == ("reviewer", str(published.id))
    assert entry.changes == {
        "address": [None, ADDRESS],
        "outcome": [None, "seen"],
        "reason": [None, "title_found"],
    }


def test_looking_holds_up_nobody_who_writes(published: Published) -> None:
    """While a site keeps us waiting another person writes: the look has no transaction open."""
    written = threading.Event()

    def write() -> None:
        with published.registry.database.work(SYSTEM, audited=False):
            written.set()

    def while_waiting() -> None:
        threading.Thread(target=write, daemon=True).start()
        assert written.wait(5)

    published.sites.before_answering = while_waiting

    assert published.look().outcome is Outcome.SEEN


def test_no_answer_is_kept_as_doubt_with_its_reason_and_nothing_else(published: Published) -> None:
    published.sites.pages[ADDRESS] = Fault.CUT_OFF

    seen = published.look()

    assert (seen.outcome, seen.reason, seen.status_code, seen.sha256, seen.capture) == (
        Outcome.UNKNOWN,
        "cut_off",
        None,
        None,
        None,
    )


def test_another_text_is_a_change_until_the_unit_publishes_a_new_version(published: Published) -> None:
    assert published.look().outcome is Outcome.SEEN
    published.sites.pages[ADDRESS] = page(text="收入合计19.9亿元。")
    assert published.look().outcome is Outcome.CHANGED
    assert published.look().outcome is Outcome.SEEN

    correct(published, summary="更正收入合计")
    published.sites.pages[ADDRESS] = page(text="收入合计20.1亿元。")
    assert published.look().outcome is Outcome.SEEN


def test_a_title_with_signs_no_database_takes_is_kept_without_them(published: Published) -> None:
    published.sites.pages[ADDRESS] = f"<!-- {'x' * 3000} -->" + page("楚雄市2026年一般公共预算收支表\x1b[0m\x00")

    assert published.look().page_title == "楚雄市2026年一般公共预算收支表[0m"


def test_a_failure_does_not_share_the_capture_of_a_file_too_large_to_keep_whole(published: Published) -> None:
    published.sites.pages[ADDRESS] = b"%PDF-1.7 the beginning"
    published.sites.is_whole = False
    seen = published.look()
    published.sites.pages[ADDRESS], published.sites.is_whole = 404, True
    gone = published.look()

    assert (seen.outcome, seen.sha256, seen.reason) == ("seen", None, "file_there")
    assert (gone.outcome, gone.capture != seen.capture) == ("not_seen", True)


def test_the_same_content_is_kept_and_cleared_once(published: Published) -> None:
    first = published.look()
    clear(published, published.reviewer, first.id)
    published.clock.forward(days=1)

    again = published.look()
    published.sites.pages[ADDRESS] = page(more="<!-- only a comment -->")
    other = published.look()

    assert (again.outcome, again.capture, again.cleared_by) == ("seen", first.capture, published.reviewer.user_id)
    assert (other.outcome, other.capture == first.capture, other.cleared_by) == ("seen", False, None)


def test_what_was_corrected_because_it_told_of_persons_is_closed_again(published: Published) -> None:
    seen = published.look()
    clear(published, published.reviewer, seen.id)
    photo = photograph(published)
    clear(published, published.reviewer, photo)
    assert len(public_rows(published)) == 2

    correct(published, why=Why.PERSONAL_DATA)

    assert public_rows(published) == []
    for evidence_id in (seen.id, photo):
        with published.registry.database.read() as session, pytest.raises(NotFound):
            get_evidence(session, evidence_id, PUBLIC, date(2026, 3, 2))
    published.look()
    assert [row.outcome for row in public_rows(published)] == ["seen"]


def correct(published: Published, **changes: Any) -> None:
    registry, editor = published.registry, published.editor
    values = factories.publication_values(registry, title="楚雄市2026年一般公共预算收支表", **changes)
    values = {"why": Why.OTHER, "reason": "更正", **values}
    with registry.database.work(editor) as work:
        version = factories.version_of(work.session, published.id)
        publications.edit_publication(work, published.id, values, version=version)
    factories.submit(registry, editor, published.id)
    factories.approve(registry, published.reviewer, published.id)


def test_everybody_sees_a_sight_at_once_a_failure_on_its_second_day_and_doubt_never(published: Published) -> None:
    published.look_on(
        (date(2026, 3, 2), page()),
        (date(2026, 3, 3), Fault.TOO_SLOW),
        (date(2026, 3, 4), 404),
        (date(2026, 3, 4), 404),
    )
    assert [row.outcome for row in public_rows(published)] == ["seen"]

    published.look_on((date(2026, 3, 5), 412), (date(2026, 3, 6), 404))
    assert [row.outcome for row in public_rows(published)] == ["seen", "not_seen"]


def test_nothing_of_a_withdrawn_publication_is_shown(published: Published) -> None:
    published.look()
    evidence_id = photograph(published)
    clear(published, published.reviewer, evidence_id)
    with published.registry.database.work(published.editor) as work:
        version = factories.version_of(work.session, published.id)
        ending.withdraw_publication(work, published.id, version=version, reason="含有个人信息")

    assert public_rows(published) == []
    with published.registry.database.read() as session, pytest.raises(NotFound):
        get_evidence(session, evidence_id, PUBLIC, date(2026, 3, 2))
    with pytest.raises(Conflict, match="nothing_to_look_at"):
        published.look()


MAY_CHECK = (
    ("editor", True),
    ("reviewer", True),
    ("office", True),
    ("leader", False),
    ("auditor", False),
    ("admin", False),
)


@pytest.mark.parametrize(("role", "may"), MAY_CHECK)
def test_who_may_look(published: Published, role: str, may: bool) -> None:
    unit = factories.UNIT if role in ("editor", "reviewer") else None
    actor = factories.create_user(published.registry, "somebody", roles=[role], unit=unit)

    if may:
        assert published.look(actor).recorded_by == actor.user_id
    else:
        with pytest.raises(Forbidden):
            published.look(actor)
        assert published.sites.asked == []


def test_another_unit_may_neither_look_nor_add_nor_clear(published: Published) -> None:
    evidence_id = photograph(published)
    stranger = factories.create_user(published.registry, "stranger", roles=["editor", "reviewer"], unit="CX-102")

    with pytest.raises(Forbidden):
        published.look(stranger)
    with pytest.raises(Forbidden):
        photograph(published, stranger)
    with pytest.raises(NotFound):
        clear(published, stranger, evidence_id)


def test_a_photograph_is_closed_until_a_second_person_clears_it(published: Published) -> None:
    evidence_id = photograph(published)
    assert public_rows(published) == []
    with published.registry.database.read() as session, pytest.raises(NotFound):
        get_evidence(session, evidence_id, PUBLIC, date(2026, 3, 2))

    clear(published, published.reviewer, evidence_id)

    (row,) = public_rows(published)
    assert (row.place, row.posted_from, row.sha256) == ("市政务服务中心公示栏", date(2026, 3, 1), row.capture)
    assert row.cleared_by == published.reviewer.user_id
    with published.registry.database.read() as session:
        assert get_evidence(session, evidence_id, PUBLIC, date(2026, 3, 2))[0].id == evidence_id


def test_the_capture_of_a_page_is_closed_until_it_is_cleared_though_the_look_is_public(published: Published) -> None:
    seen = published.look()
    assert [row.id for row in public_rows(published)] == [seen.id]
    with published.registry.database.read() as session, pytest.raises(NotFound):
        get_evidence(session, seen.id, PUBLIC, date(2026, 3, 2))

    clear(published, published.office, seen.id)

    with published.registry.database.read() as session:
        assert get_evidence(session, seen.id, PUBLIC, date(2026, 3, 2))[0].capture == seen.capture


def test_nobody_clears_what_they_recorded(published: Published) -> None:
    both = factories.create_user(published.registry, "both", roles=["editor", "reviewer"])
    evidence_id = photograph(published, both)

    with pytest.raises(Forbidden, match="own_evidence"):
        clear(published, both, evidence_id)
    with pytest.raises(Forbidden):
        clear(published, SYSTEM, evidence_id)


def test_what_cannot_be_cleared(published: Published) -> None:
    published.sites.pages[ADDRESS] = 404
    failed = published.look()
    done = photograph(published)
    clear(published, published.reviewer, done)

    for evidence_id in (failed.id, done):
        with pytest.raises(Conflict, match="nothing_to_clear"):
            clear(published, published.reviewer, evidence_id)


WRONG = (
    ("seen tomorrow", {"seen_on": date(2026, 3, 3)}, {"seen_on": "seen_in_future"}),
    ("seen before it was up", {"seen_on": date(2026, 2, 28)}, {"seen_on": "seen_outside_posting"}),
    ("seen after it was taken down", {"posted_to": date(2026, 3, 1)}, {"seen_on": "seen_outside_posting"}),
    ("taken down before it was up", {"posted_to": date(2026, 2, 1)}, {"posted_to": "to_before_from"}),
    ("a channel nobody named", {"channel": "gazette"}, {"channel": "not_a_choice"}),
    (
        "two things at once",
        {"channel": "gazette", "seen_on": date(2026, 2, 1)},
        {"channel": "not_a_choice", "seen_on": "seen_outside_posting"},
    ),
)


@pytest.mark.parametrize(("changes", "issues"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_days_and_channel_of_a_photograph_must_fit(
    published: Published, changes: dict[str, Any], issues: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        photograph(published, **changes)

    assert {issue.field: issue.code for issue in refused.value.issues} == issues


def test_nothing_is_looked_at_or_added_before_it_is_public(registry: Registry, published: Published) -> None:
    draft = factories.create_publication(registry, published.editor, item="BUD-07-02")

    with pytest.raises(Conflict, match="nothing_to_look_at"):
        check_publication(registry.database, registry.looker, published.editor, draft)
    with registry.database.work(published.editor) as work, pytest.raises(Conflict, match="not_public_yet"):
        add_offline(work, registry.objects, draft, NOTICE, PICTURE)
