"""The life of a publication on the real database: what each step does, and whom it refuses."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry
from registry.database import Actor, IndexRequest
from registry.errors import Conflict, Forbidden, Invalid, NotFound
from registry.publications import deciding, ending, service
from registry.publications.queries import get_for
from registry.publications.rules import RevisionState
from registry.publications.tables import Publication, Revision
from tests import factories
from tests.clock import Clock
from tests.factories import REVIEW_CHECKS

TODAY = date(2026, 3, 2)


@pytest.fixture
def editor(registry: Registry) -> Actor:
    return factories.create_user(registry, "editor", roles=("editor",))


@pytest.fixture
def reviewer(registry: Registry) -> Actor:
    return factories.create_user(registry, "reviewer", roles=("reviewer",))


@pytest.fixture
def both(registry: Registry) -> Actor:
    """Somebody who may write and review – but never the same text."""
    return factories.create_user(registry, "both", roles=("editor", "reviewer"))


def state_of(registry: Registry, publication_id: UUID) -> str:
    with registry.database.read() as session:
        query = select(Revision).where(Revision.publication_id == publication_id).order_by(col(Revision.number).desc())
        return session.exec(query).first().state.value


def actions_on(registry: Registry, publication_id: UUID) -> list[str]:
    with registry.database.read() as session:
        query = select(AuditEntry.action).where(AuditEntry.subject_id == str(publication_id))
        return list(session.exec(query.order_by(col(AuditEntry.number))))


def test_whole_way_from_draft_to_public(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    publication_id = factories.create_publication(registry, editor)
    assert state_of(registry, publication_id) == "draft"
    factories.submit(registry, editor, publication_id)
    assert state_of(registry, publication_id) == "submitted"
    factories.approve(registry, reviewer, publication_id)
    assert state_of(registry, publication_id) == "approved"

    with registry.database.read() as session:
        row = get_for(session, publication_id, Actor("public"), TODAY)
    assert (row.state, row.publication.published_on) == ("published", TODAY)
    assert actions_on(registry, publication_id) == ["publication.create", "publication.submit", "publication.approve"]


def test_nobody_approves_what_they_wrote(registry: Registry, both: Actor) -> None:
    publication_id = factories.create_publication(registry, both)
    factories.submit(registry, both, publication_id)

    with pytest.raises(Forbidden) as refusal:
        factories.approve(registry, both, publication_id)

    assert refusal.value.code == "two_persons"
    assert state_of(registry, publication_id) == "submitted"


def test_nobody_returns_what_they_wrote(registry: Registry, both: Actor) -> None:
    publication_id = factories.create_publication(registry, both)
    factories.submit(registry, both, publication_id)

    with pytest.raises(Forbidden), registry.database.work(both) as work:
        deciding.return_publication(work, publication_id, version=2, reasons=[{"field": "", "text": "重写"}])


def test_everybody_who_wrote_on_it_counts_as_an_author(registry: Registry, editor: Actor, both: Actor) -> None:
    publication_id = factories.create_publication(registry, editor)
    with registry.database.work(both) as work:
        service.edit_publication(
            work, publication_id, factories.publication_values(registry, title="改过的标题"), version=1
        )
    factories.submit(registry, editor, publication_id)

    with pytest.raises(Forbidden) as refusal:
        factories.approve(registry, both, publication_id)

    assert refusal.value.code == "two_persons"


def test_the_database_itself_refuses_one_person_as_author_and_reviewer(registry: Registry, both: Actor) -> None:
    publication_id = factories.create_publication(registry, both)
    write = sa.update(Revision).where(col(Revision.publication_id) == publication_id).values(reviewer_id=both.user_id)

    with pytest.raises(sa.exc.IntegrityError, match="two_persons"), registry.database.work(both) as work:
        work.session.execute(write)


@pytest.mark.parametrize("forgotten", REVIEW_CHECKS)
def test_every_point_of_the_review_must_be_ticked(
    registry: Registry, editor: Actor, reviewer: Actor, forgotten: str
) -> None:
    publication_id = factories.create_publication(registry, editor)
    factories.submit(registry, editor, publication_id)
    checks = [check for check in REVIEW_CHECKS if check != forgotten]
    asked = registry.rulebook.review_checks

    with pytest.raises(Invalid) as refusal, registry.database.work(reviewer) as work:
        deciding.approve_publication(work, publication_id, version=2, checks=checks, asked=asked)

    assert [issue.context["check"] for issue in refusal.value.issues] == [forgotten]


def test_returned_with_reasons_and_handed_in_again(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    publication_id = factories.create_publication(registry, editor)
    factories.submit(registry, editor, publication_id)
    reasons = [{"field": "title", "text": "标题应写明年度"}, {"field": "channels", "text": "网址打不开"}]
    with registry.database.work(reviewer) as work:
        assert deciding.return_publication(work, publication_id, version=2, reasons=reasons).return_reasons == reasons

    with registry.database.work(editor) as work:
        service.edit_publication(
            work, publication_id, factories.publication_values(registry, title="2026年"), version=3
        )
    factories.submit(registry, editor, publication_id)
    factories.approve(registry, reviewer, publication_id)

    with registry.database.read() as session:
        assert get_for(session, publication_id, Actor("public"), TODAY).revision.title == "2026年"


def test_returning_needs_a_reason(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    publication_id = factories.create_publication(registry, editor)
    factories.submit(registry, editor, publication_id)

    with pytest.raises(Invalid), registry.database.work(reviewer) as work:
        deciding.return_publication(work, publication_id, version=2, reasons=[])


def test_a_correction_is_reviewed_while_the_public_version_stays(
    registry: Registry, editor: Actor, reviewer: Actor
) -> None:
    publication_id = factories.publish(registry, editor, reviewer, title="第一版")
    with registry.database.work(editor) as work:
        values = factories.publication_values(registry, title="第二版") | {"why": "wrong"}
        service.edit_publication(
            work, publication_id, values, version=factories.version_of(work.session, publication_id)
        )
    factories.submit(registry, editor, publication_id)

    with registry.database.read() as session:
        assert get_for(session, publication_id, Actor("public"), TODAY).revision.title == "第一版"
        assert get_for(session, publication_id, reviewer, TODAY).revision.title == "第二版"
    factories.approve(registry, reviewer, publication_id)

    with registry.database.read() as session:
        assert get_for(session, publication_id, Actor("public"), TODAY).revision.title == "第二版"
        states = session.exec(
            select(Revision.state).where(Revision.publication_id == publication_id).order_by(col(Revision.number))
        )
        assert list(states) == [RevisionState.SUPERSEDED, RevisionState.APPROVED]


def test_withdrawn_stays_at_its_address_and_says_why(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    publication_id = factories.publish(registry, editor, reviewer)
    with registry.database.work(editor) as work:
        version = factories.version_of(work.session, publication_id)
        ending.withdraw_publication(work, publication_id, version=version, reason="数据有误，更正后重新公开")

    with registry.database.read() as session:
        row = get_for(session, publication_id, Actor("public"), TODAY)
    assert (row.state, row.publication.withdrawal_reason) == ("withdrawn", "数据有误，更正后重新公开")


def test_approved_for_a_later_day_is_not_public_before_it(
    registry: Registry, clock: Clock, editor: Actor, reviewer: Actor
) -> None:
    publication_id = factories.publish(registry, editor, reviewer, published_on=TODAY + timedelta(days=3))

    with registry.database.read() as session:
        with pytest.raises(NotFound):
            get_for(session, publication_id, Actor("public"), TODAY + timedelta(days=2))
        assert get_for(session, publication_id, Actor("public"), TODAY + timedelta(days=3)).state == "published"
        assert get_for(session, publication_id, editor, TODAY).state == "scheduled"


def test_drafts_are_not_there_for_the_public_or_another_unit(registry: Registry, editor: Actor) -> None:
    stranger = factories.create_user(registry, "stranger", roles=("editor", "reviewer"), unit="CX-102")
    publication_id = factories.create_publication(registry, editor)

    for actor in (Actor("public"), stranger):
        with registry.database.read() as session, pytest.raises(NotFound):
            get_for(session, publication_id, actor, TODAY)
    with pytest.raises(NotFound), registry.database.work(stranger) as work:
        service.submit_publication(work, publication_id, version=1)


def test_a_passed_version_is_refused(registry: Registry, editor: Actor) -> None:
    publication_id = factories.create_publication(registry, editor)
    with registry.database.work(editor) as work:
        service.edit_publication(work, publication_id, factories.publication_values(registry, title="甲"), version=1)

    with pytest.raises(Conflict) as refusal, registry.database.work(editor) as work:
        service.edit_publication(work, publication_id, factories.publication_values(registry, title="乙"), version=1)

    assert (refusal.value.code, refusal.value.context) == ("version_passed", {"expected": 1, "found": 2})


WRONG_STEPS: list[tuple[str, str, Callable[[Registry, Actor, Actor, UUID], None]]] = [
    ("draft", "approve", lambda registry, editor, reviewer, one: factories.approve(registry, reviewer, one)),
    ("submitted", "submit", lambda registry, editor, reviewer, one: factories.submit(registry, editor, one)),
    ("approved", "submit", lambda registry, editor, reviewer, one: factories.submit(registry, editor, one)),
    ("approved", "approve", lambda registry, editor, reviewer, one: factories.approve(registry, reviewer, one)),
]


@pytest.mark.parametrize(
    ("state", "verb", "step"), WRONG_STEPS, ids=[f"{verb} when {state}" for state, verb, _ in WRONG_STEPS]
)
def test_a_step_that_does_not_follow_is_a_conflict(
    registry: Registry, editor: Actor, reviewer: Actor, state: str, verb: str, step: Callable[..., None]
) -> None:
    publication_id = factories.create_publication(registry, editor)
    if state in ("submitted", "approved"):
        factories.submit(registry, editor, publication_id)
    if state == "approved":
        factories.approve(registry, reviewer, publication_id)

    with pytest.raises(Conflict) as refusal:
        step(registry, editor, reviewer, publication_id)

    assert refusal.value.context == {"state": {"approved": "published"}.get(state, state)}
    assert state_of(registry, publication_id) == state


def test_what_is_incomplete_is_not_handed_in(registry: Registry, editor: Actor) -> None:
    publication_id = factories.create_publication(registry, editor, elements=[], channels=[])

    with pytest.raises(Invalid) as refusal:
        factories.submit(registry, editor, publication_id)

    assert {issue.code for issue in refusal.value.issues} == {"no_elements", "no_channels"}


def test_elements_of_another_item_are_refused(registry: Registry, editor: Actor) -> None:
    with registry.database.read() as session:
        foreign = factories.element_ids(session, "BUD-02-01")[0]

    with pytest.raises(Invalid) as refusal:
        factories.create_publication(registry, editor, elements=[foreign])

    assert [(issue.field, issue.code) for issue in refusal.value.issues] == [("elements", "element_unknown")]


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1949, 9, 30), date(2100, 1, 1), date.max])
def test_days_no_calendar_holds_are_refused(registry: Registry, editor: Actor, day: date) -> None:
    with pytest.raises(Invalid) as refusal:
        factories.create_publication(registry, editor, formed_on=day, published_on=day)

    assert {issue.field for issue in refusal.value.issues} == {"formed_on", "published_on"}


@pytest.mark.parametrize("role", ["reviewer", "office", "leader", "auditor", "security", "admin"])
def test_only_editors_write(registry: Registry, role: str) -> None:
    unit = factories.UNIT if role == "reviewer" else None
    actor = factories.create_user(registry, "other", roles=(role,), unit=unit)
    with registry.database.read() as session:
        occasion_id = factories.find_occasion(session).id

    with pytest.raises(Forbidden), registry.database.work(actor) as work:
        service.create_publication(work, occasion_id, factories.publication_values(registry))


def test_a_refused_step_leaves_no_trace(registry: Registry, both: Actor) -> None:
    publication_id = factories.create_publication(registry, both)
    factories.submit(registry, both, publication_id)
    before = actions_on(registry, publication_id)

    with pytest.raises(Forbidden):
        factories.approve(registry, both, publication_id)

    assert actions_on(registry, publication_id) == before
    with registry.database.read() as session:
        assert session.get_one(Publication, publication_id).version == 2


def test_approving_asks_for_publication_and_item_to_be_indexed(
    registry: Registry, editor: Actor, reviewer: Actor
) -> None:
    publication_id = factories.create_publication(registry, editor)
    factories.submit(registry, editor, publication_id)
    with registry.database.read() as session:
        before = session.exec(select(sa.func.max(IndexRequest.sequence))).one() or 0
    factories.approve(registry, reviewer, publication_id)

    with registry.database.read() as session:
        query = (
            select(IndexRequest.kind).where(col(IndexRequest.sequence) > before).order_by(col(IndexRequest.sequence))
        )
        assert sorted(session.exec(query)) == ["item", "publication"]
