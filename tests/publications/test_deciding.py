"""Versions, replies, and what the office may do in a reviewer's place: 先审查、后公开 (条例 2019 第十七条) holds in every case."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Conflict, Forbidden, Invalid
from registry.publications import deciding, service
from registry.publications.queries import list_follow_ups
from registry.publications.tables import Revision
from tests import factories
from tests.factories import REVIEW_CHECKS, version_of


@pytest.fixture
def editor(registry: Registry) -> Actor:
    return factories.create_user(registry, "editor")


@pytest.fixture
def reviewer(registry: Registry) -> Actor:
    return factories.create_user(registry, "reviewer", roles=("reviewer",))


@pytest.fixture
def office(registry: Registry) -> Actor:
    return factories.create_user(registry, "office", roles=("office",), unit=None)


def versions(registry: Registry, publication_id: UUID) -> list[Revision]:
    with registry.database.read() as session:
        query = select(Revision).where(Revision.publication_id == publication_id)
        return list(session.exec(query.order_by(col(Revision.number))))


def send_back(registry: Registry, reviewer: Actor, publication_id: UUID, *texts: str) -> None:
    with registry.database.work(reviewer) as work:
        reasons = [{"field": "title", "text": text} for text in texts]
        deciding.return_publication(
            work, publication_id, version=version_of(work.session, publication_id), reasons=reasons
        )


def edit(registry: Registry, editor: Actor, publication_id: UUID, **changes: object) -> None:
    with registry.database.work(editor) as work:
        values = factories.publication_values(registry) | changes
        service.edit_publication(work, publication_id, values, version=version_of(work.session, publication_id))


def override(registry: Registry, office: Actor, publication_id: UUID, reason: str | None = "审查员出差") -> None:
    with registry.database.work(office) as work:
        deciding.approve_publication(
            work,
            publication_id,
            version=version_of(work.session, publication_id),
            checks=REVIEW_CHECKS,
            asked=registry.rulebook.review_checks,
            override_reason=reason,
        )


def test_what_was_returned_stays_as_it_was_beside_what_came_after(
    registry: Registry, editor: Actor, reviewer: Actor
) -> None:
    publication_id = factories.create_publication(registry, editor, title="预算")
    factories.submit(registry, editor, publication_id)
    send_back(registry, reviewer, publication_id, "写明年度", "写全称")
    edit(registry, editor, publication_id, title="楚雄市2026年预算", replies=["已写明", None])
    factories.submit(registry, editor, publication_id)

    first, second = versions(registry, publication_id)

    assert (first.number, first.title, first.state, first.reviewer_id) == (1, "预算", "returned", reviewer.user_id)
    assert (second.number, second.title, second.state) == (2, "楚雄市2026年预算", "submitted")
    assert [(one["text"], one["reply"]) for one in second.replies] == [("写明年度", "已写明"), ("写全称", None)]
    assert second.return_reasons == []


def test_handed_in_again_unchanged_is_a_version_of_its_own(registry: Registry, editor: Actor, reviewer: Actor) -> None:
    publication_id = factories.create_publication(registry, editor)
    factories.submit(registry, editor, publication_id)
    send_back(registry, reviewer, publication_id, "再核对")
    factories.submit(registry, editor, publication_id)

    assert [(one.state, one.title) for one in versions(registry, publication_id)] == [
        ("returned", "楚雄市2026年一般公共预算收支表"),
        ("submitted", "楚雄市2026年一般公共预算收支表"),
    ]


def test_who_wrote_on_a_returned_version_may_not_decide_on_the_next(registry: Registry, editor: Actor) -> None:
    both = factories.create_user(registry, "both", roles=("editor", "reviewer"))
    publication_id = factories.create_publication(registry, both)
    factories.submit(registry, both, publication_id)
    send_back(registry, factories.create_user(registry, "third", roles=("reviewer",)), publication_id, "改")
    edit(registry, editor, publication_id, title="改过")
    factories.submit(registry, editor, publication_id)

    with pytest.raises(Forbidden):
        factories.approve(registry, both, publication_id)


def test_a_correction_of_what_others_wrote_may_be_reviewed_by_them(registry: Registry, editor: Actor) -> None:
    """Only what is new since the public version counts: that one had its own review."""
    both = factories.create_user(registry, "both", roles=("editor", "reviewer"))
    publication_id = factories.publish(registry, both, factories.create_user(registry, "third", roles=("reviewer",)))
    edit(registry, editor, publication_id, title="改过", why="wrong")
    factories.submit(registry, editor, publication_id)

    factories.approve(registry, both, publication_id)

    assert versions(registry, publication_id)[-1].state == "approved"


def test_the_office_approves_in_a_reviewer_s_place_only_with_a_reason(
    registry: Registry, editor: Actor, office: Actor
) -> None:
    publication_id = factories.create_publication(registry, editor)
    factories.submit(registry, editor, publication_id)

    with pytest.raises(Forbidden):
        override(registry, office, publication_id, reason=None)

    override(registry, office, publication_id)
    with registry.database.read() as session:
        waiting = list_follow_ups(session, registry.database.today(), unit_code=factories.UNIT)
    assert [(row.publication.id, row.state) for row in waiting] == [(publication_id, "published")]


@pytest.mark.parametrize("roles", [("reviewer",), ("editor",)])
def test_nobody_else_overrides(registry: Registry, editor: Actor, roles: tuple[str, ...]) -> None:
    somebody = factories.create_user(registry, "somebody", roles=roles)
    publication_id = factories.create_publication(registry, editor)
    factories.submit(registry, editor, publication_id)

    with pytest.raises(Forbidden):
        override(registry, somebody, publication_id)


def test_the_office_ticks_every_point_as_well(registry: Registry, editor: Actor, office: Actor) -> None:
    publication_id = factories.create_publication(registry, editor)
    factories.submit(registry, editor, publication_id)
    asked = registry.rulebook.review_checks

    with pytest.raises(Invalid), registry.database.work(office) as work:
        deciding.approve_publication(
            work, publication_id, version=2, checks=REVIEW_CHECKS[1:], asked=asked, override_reason="急"
        )


def test_a_reviewer_of_the_unit_confirms_afterwards_once(
    registry: Registry, editor: Actor, reviewer: Actor, office: Actor
) -> None:
    publication_id = factories.create_publication(registry, editor)
    factories.submit(registry, editor, publication_id)
    override(registry, office, publication_id)
    with registry.database.work(reviewer) as work:
        deciding.confirm_publication(work, publication_id, version=version_of(work.session, publication_id))

    with registry.database.read() as session:
        assert list_follow_ups(session, registry.database.today(), unit_code=None) == []
    with pytest.raises(Conflict), registry.database.work(reviewer) as work:
        deciding.confirm_publication(work, publication_id, version=version_of(work.session, publication_id))


def test_the_author_does_not_confirm(registry: Registry, office: Actor) -> None:
    both = factories.create_user(registry, "both", roles=("editor", "reviewer"))
    publication_id = factories.create_publication(registry, both)
    factories.submit(registry, both, publication_id)
    override(registry, office, publication_id)

    with pytest.raises(Forbidden), registry.database.work(both) as work:
        deciding.confirm_publication(work, publication_id, version=version_of(work.session, publication_id))


def test_found_wrong_afterwards_it_goes_back_while_the_public_still_reads_it(
    registry: Registry, editor: Actor, reviewer: Actor, office: Actor
) -> None:
    publication_id = factories.create_publication(registry, editor, title="旧标题")
    factories.submit(registry, editor, publication_id)
    override(registry, office, publication_id)
    send_back(registry, reviewer, publication_id, "标题不对")

    public, returned = versions(registry, publication_id)
    assert (public.state, returned.state, returned.author_id) == ("approved", "returned", editor.user_id)
    edit(registry, editor, publication_id, title="新标题", why="wrong")
    factories.submit(registry, editor, publication_id)
    factories.approve(registry, reviewer, publication_id)

    assert [one.state for one in versions(registry, publication_id)] == ["superseded", "returned", "approved"]
    with registry.database.read() as session:
        assert list_follow_ups(session, registry.database.today(), unit_code=None) == []
