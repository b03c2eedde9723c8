"""Who finds what in today's digest."""

from datetime import date, datetime
from uuid import UUID

import pytest
from sqlmodel import col, select

from registry.accounts.service import disable_user
from registry.accounts.tables import User
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.database import SYSTEM, Actor
from registry.duties.responsible import assign_responsible
from registry.errors import Invalid, NotFound
from registry.publications import deciding
from registry.reminders.records import Entry, entry_from
from registry.reminders.service import choose_mail, count_unread, mark_read
from registry.reminders.tables import Digest, DigestKind
from tests import factories
from tests.clock import CITY, Clock

BUDGET = "BUD-01-01"
DUE = date(2026, 4, 20)


def stand(clock: Clock, year: int, month: int, day: int, hour: int = 9) -> None:
    clock.now = datetime(year, month, day, hour, tzinfo=CITY)


def entries(
    registry: Registry, person: Actor, item: str = BUDGET, kind: DigestKind = DigestKind.DIGEST
) -> list[tuple[date, Entry]]:
    """(day, entry) of everything the person was told about an item."""
    with registry.database.read() as session:
        query = select(Digest).where(Digest.user_id == person.user_id, Digest.kind == kind)
        digests = session.exec(query.order_by(col(Digest.day)))
        found = [(one.day, entry_from(record)) for one in digests for record in one.entries]
    return [(day, entry) for day, entry in found if entry.item_code == item]


def kinds(registry: Registry, person: Actor, item: str = BUDGET) -> list[tuple[date, str]]:
    return [(day, entry.kind.value) for day, entry in entries(registry, person, item)]


@pytest.fixture
def editor(registry: Registry) -> Actor:
    return factories.create_user(registry, "editor")


@pytest.fixture
def reviewer(registry: Registry) -> Actor:
    return factories.create_user(registry, "reviewer", roles=("reviewer",))


def responsible_for(registry: Registry, person: Actor, item: str = BUDGET) -> None:
    with registry.database.work(SYSTEM) as work:
        duty_id = factories.find_occasion(work.session, item=item).duty_id
        assign_responsible(work, [duty_id], person.user_id)


def test_before_on_the_day_and_after(registry: Registry, editor: Actor) -> None:
    """Monday 20 April 2026; 清明 is over, 劳动节 not begun: five working days before is the 13th, the 17th is one before."""
    for day in range(7, 29):
        registry.remind(date(2026, 4, day))

    assert kinds(registry, editor) == [
        (date(2026, 4, 13), "ahead"),
        (date(2026, 4, 17), "ahead"),
        (date(2026, 4, 20), "today"),
        (date(2026, 4, 21), "overdue"),
        (date(2026, 4, 28), "overdue"),
    ]
    assert [entry.workdays for _, entry in entries(registry, editor)] == [5, 1, 0, -1, -6]


def test_the_responsible_person_is_told_and_nobody_else(registry: Registry, editor: Actor) -> None:
    other = factories.create_user(registry, "other")
    responsible_for(registry, editor)
    registry.remind(DUE)

    assert [entry.to_all for _, entry in entries(registry, editor)] == [False]
    assert entries(registry, other) == []


def test_without_a_responsible_everybody_of_the_unit_is_told_and_why(registry: Registry, editor: Actor) -> None:
    other, stranger = factories.create_user(registry, "other"), factories.create_user(registry, "far", unit="CX-102")
    registry.remind(DUE)

    assert [entry.to_all for person in (editor, other) for _, entry in entries(registry, person)] == [True, True]
    assert entries(registry, stranger) == []


def test_a_responsible_who_left_is_nobody(registry: Registry, editor: Actor) -> None:
    other = factories.create_user(registry, "other")
    responsible_for(registry, other)
    assert other.user_id is not None
    with registry.database.work(SYSTEM) as work:
        disable_user(work, other.user_id)
    registry.remind(DUE)

    assert [entry.to_all for _, entry in entries(registry, editor)] == [True]
    assert entries(registry, other) == []


def test_a_unit_without_editors_has_its_reviewer_told(registry: Registry, reviewer: Actor) -> None:
    registry.remind(DUE)

    assert kinds(registry, reviewer) == [(DUE, "today")]


def test_what_came_back_is_told_to_whom_wrote_it(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    other = factories.create_user(registry, "other")
    responsible_for(registry, other)
    publication_id = factories.create_publication(registry, editor)
    factories.submit(registry, editor, publication_id)
    with registry.database.work(reviewer) as work:
        version = factories.version_of(work.session, publication_id)
        reasons = [{"field": "", "text": "请补充文号"}]
        deciding.return_publication(work, publication_id, version=version, reasons=reasons)
    registry.remind(date(2026, 3, 3))

    ((_, entry),) = entries(registry, editor)
    assert (entry.kind, entry.happened_on, entry.by) == ("returned", date(2026, 3, 2), "某人")
    assert entries(registry, other) == []


def test_what_waits_is_told_to_the_reviewers_but_not_to_its_author(
    registry: Registry, editor: Actor, reviewer: Actor
) -> None:
    both = factories.create_user(registry, "both", roles=("editor", "reviewer"))
    factories.submit(registry, both, factories.create_publication(registry, both))
    registry.remind(date(2026, 3, 3))
    registry.remind(date(2026, 3, 4))

    assert kinds(registry, reviewer) == [(date(2026, 3, 3), "review")]
    assert kinds(registry, both) == []
    assert kinds(registry, editor) == []


def test_who_waits_for_review_is_not_pressed(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    factories.submit(registry, editor, factories.create_publication(registry, editor))
    registry.remind(DUE)

    assert kinds(registry, editor) == []


def test_what_stays_undone_goes_to_the_reviewer_then_to_the_office(
    registry: Registry, editor: Actor, reviewer: Actor
) -> None:
    """After 20 April: the 23rd is the third working day, 1 to 5 May are off, Saturday 9 May is worked; 7 May is the tenth."""
    office = factories.create_user(registry, "office", roles=("office",), unit=None)
    responsible_for(registry, editor)
    for month, days in ((4, range(20, 31)), (5, range(1, 9))):
        for day in days:
            registry.remind(date(2026, month, day))

    told = entries(registry, reviewer, kind=DigestKind.ESCALATION)
    assert [day for day, _ in told] == [date(2026, 4, 23), date(2026, 4, 30)]
    assert [entry.by for _, entry in told] == ["某人", "某人"]
    all_units = entries(registry, office, kind=DigestKind.ESCALATION)
    assert [day for day, entry in all_units if entry.unit_code == factories.UNIT] == [date(2026, 5, 7)]
    assert entries(registry, office) == []


def test_once_a_day_and_never_on_a_day_off(registry: Registry, editor: Actor) -> None:
    assert registry.remind(date(2026, 4, 19)) == [], "a Sunday"
    assert registry.remind(date(2026, 5, 1)) == [], "劳动节"
    assert len(registry.remind(DUE)) == 1
    assert registry.remind(DUE) == []


def test_nothing_to_say_is_no_digest(registry: Registry) -> None:
    leader = factories.create_user(registry, "leader", roles=("leader",), unit=None)
    registry.remind(DUE)

    with registry.database.read() as session:
        assert session.exec(select(Digest).where(Digest.user_id == leader.user_id)).first() is None


def test_a_dry_run_says_the_same_and_keeps_nothing(registry: Registry, editor: Actor) -> None:
    foreseen = [(digest.kind, digest.entries) for digest, _ in registry.remind(DUE, keep=False)]

    assert [(digest.kind, digest.entries) for digest, _ in registry.remind(DUE)] == foreseen


def test_the_job_runs_in_the_morning(registry: Registry, clock: Clock, editor: Actor) -> None:
    stand(clock, 2026, 4, 20, hour=7)
    registry.do_due_jobs()
    assert kinds(registry, editor) == []
    stand(clock, 2026, 4, 20, hour=8)
    registry.do_due_jobs()

    assert kinds(registry, editor) == [(DUE, "today")]


def test_reading_is_ones_own(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    registry.remind(DUE)
    with registry.database.read() as session:
        digest_id = session.exec(select(Digest.id).where(Digest.user_id == editor.user_id)).one()
    with pytest.raises(NotFound), registry.database.work(reviewer, audited=False) as work:
        mark_read(work, digest_id)
    with registry.database.work(editor, audited=False) as work:
        assert count_unread(work.session, _id(editor)) == 1
        mark_read(work, digest_id)
        assert count_unread(work.session, _id(editor)) == 0


def _id(person: Actor) -> UUID:
    assert person.user_id is not None
    return person.user_id


@pytest.mark.parametrize(
    "address",
    [
        "no address",
        "a@b",
        "a@b.cn, c@d.cn",
        "某人@cxs.gov.cn",
        "a@cxs.gov.cn\nBcc: x@example.com",
        "a@cxs.gov.cn\r",
        "<a@cxs.gov.cn>",
        "a..b@cxs.gov.cn",
        "a@-cxs.gov.cn",
        "a" * 250 + "@cxs.gov.cn",
    ],
)
def test_an_address_that_is_none_is_refused(registry: Registry, editor: Actor, address: str) -> None:
    if address.endswith("\r"):
        address += "\nX: y"
    with pytest.raises(Invalid) as refused, registry.database.work(editor) as work:
        choose_mail(work, email=address, wanted=True)
    assert [(issue.field, issue.code) for issue in refused.value.issues] == [("email", "email_form")]


def test_the_log_does_not_keep_the_address(registry: Registry, editor: Actor) -> None:
    with registry.database.work(editor) as work:
        choose_mail(work, email=" zwgk@cxs.gov.cn ", wanted=False)

    with registry.database.read() as session:
        user = session.get_one(User, _id(editor))
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "account.change")).one()
    assert (user.email, user.mail_wanted) == ("zwgk@cxs.gov.cn", False)
    assert entry.changes == {"email": ["none", "given"], "mail_wanted": [True, False]}
