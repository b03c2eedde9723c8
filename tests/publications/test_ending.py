"""What is public is taken back or replaced: the address stays, says why, and leads on."""

from uuid import UUID, uuid4

import pytest

from registry.bootstrap import Registry
from registry.coverage.queries import DutyFilter, list_occasions
from registry.database import PUBLIC, Actor
from registry.errors import Conflict, Invalid
from registry.publications import service
from registry.publications.ending import supersede_publication, withdraw_publication
from registry.publications.history import versions_of
from registry.publications.queries import get_for, list_successors
from registry.publications.rules import Why
from tests import factories
from tests.factories import version_of


@pytest.fixture
def people(registry: Registry) -> tuple[Actor, Actor]:
    return factories.create_user(registry), factories.create_user(registry, "reviewer", roles=("reviewer",))


def supersede(registry: Registry, actor: Actor, publication_id: UUID, successor_id: UUID | None) -> None:
    with registry.database.work(actor) as work:
        version = version_of(work.session, publication_id)
        supersede_publication(work, publication_id, version=version, successor_id=successor_id)


def withdraw(registry: Registry, actor: Actor, publication_id: UUID, **said: object) -> None:
    with registry.database.work(actor) as work:
        withdraw_publication(work, publication_id, version=version_of(work.session, publication_id), **said)  # type: ignore[arg-type]


def states(registry: Registry, item: str) -> list[str]:
    with registry.database.read() as session:
        rows = list_occasions(session, registry.state_dates(), DutyFilter(unit_code=factories.UNIT, part=None))
    return [row.state.value for row in rows if row.item_code == item]


def test_the_replaced_one_stays_to_be_read_and_counted_and_leads_on(
    registry: Registry, people: tuple[Actor, Actor]
) -> None:
    old = factories.publish(registry, *people, item="BUD-01-01")
    new = factories.publish(registry, *people, item="BUD-01-02")
    before = states(registry, "BUD-01-01")
    supersede(registry, people[0], old, new)

    with registry.database.read() as session:
        row = get_for(session, old, PUBLIC, registry.database.today())
    assert (row.state, row.publication.successor_id) == ("superseded", new)
    assert row.revision.title == "楚雄市2026年一般公共预算收支表"
    assert states(registry, "BUD-01-01") == before == ["met"]


def test_a_replaced_one_is_neither_corrected_nor_replaced_again(
    registry: Registry, people: tuple[Actor, Actor]
) -> None:
    old, new = (factories.publish(registry, *people, item=item) for item in ("BUD-01-01", "BUD-01-02"))
    supersede(registry, people[0], old, new)

    values = factories.publication_values(registry)
    with pytest.raises(Conflict, match="superseded_for_good"), registry.database.work(people[0]) as work:
        service.edit_publication(work, old, values, version=version_of(work.session, old))
    with pytest.raises(Conflict, match="superseded_for_good"):
        supersede(registry, people[0], old, new)


def test_what_may_stand_in_its_place(registry: Registry, people: tuple[Actor, Actor]) -> None:
    """Another public one of the unit that is not replaced itself: so nothing leads to nowhere, or in a circle."""
    old, new = (factories.publish(registry, *people, item=item) for item in ("BUD-01-01", "BUD-01-02"))
    draft = factories.create_publication(registry, people[0], item="BUD-01-03")
    strangers = (
        factories.create_user(registry, "writer2", unit="CX-102"),
        factories.create_user(registry, "reviewer2", roles=("reviewer",), unit="CX-102"),
    )
    foreign = factories.publish(registry, *strangers, item="BUD-07-01")

    for wrong in (None, old, draft, foreign, uuid4()):
        with pytest.raises(Invalid) as refusal:
            supersede(registry, people[0], old, wrong)
        assert [issue.field for issue in refusal.value.issues] == ["successor"]
    supersede(registry, people[0], new, old)
    with pytest.raises(Invalid):
        supersede(registry, people[0], old, new)


def test_successors_offered_are_those_that_are_accepted(registry: Registry, people: tuple[Actor, Actor]) -> None:
    old, new, third = (
        factories.publish(registry, *people, item=item) for item in ("BUD-01-01", "BUD-01-02", "BUD-01-03")
    )
    supersede(registry, people[0], third, new)

    with registry.database.read() as session:
        row = get_for(session, old, people[0], registry.database.today())
        assert [one.publication.id for one in list_successors(session, registry.database.today(), row)] == [new]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"why": None, "reason": "有误"}, "why"),
        ({"why": Why.OTHER, "reason": " "}, "reason"),
        ({"why": Why.REPLACED, "reason": None}, "successor"),
        ({"why": Why.MOVED, "reason": "地址变了"}, "why"),
    ],
)
def test_withdrawing_asks_for_what_its_reason_needs(
    registry: Registry, people: tuple[Actor, Actor], said: dict[str, object], field: str
) -> None:
    publication_id = factories.publish(registry, *people)

    with pytest.raises(Invalid) as refusal:
        withdraw(registry, people[0], publication_id, **said)

    assert [issue.field for issue in refusal.value.issues] == [field]


def test_of_what_was_corrected_for_personal_data_the_public_reads_only_what_came_after(
    registry: Registry, people: tuple[Actor, Actor]
) -> None:
    publication_id = factories.publish(registry, *people, summary="含有电话的摘要")
    for summary, why in (("改过的摘要", "personal_data"), ("再改的摘要", "wrong")):
        with registry.database.work(people[0]) as work:
            values = factories.publication_values(registry, summary=summary) | {"why": why}
            service.edit_publication(work, publication_id, values, version=version_of(work.session, publication_id))
        factories.submit(registry, people[0], publication_id)
        factories.approve(registry, people[1], publication_id)

    with registry.database.read() as session:
        publication = get_for(session, publication_id, PUBLIC, registry.database.today()).publication
        to_public = versions_of(session, publication, to_staff=False)
        to_staff = versions_of(session, publication, to_staff=True)
    assert [(one.revision.number, one.is_open, one.compares) for one in to_public] == [
        (3, True, True),
        (2, True, False),
        (1, False, False),
    ]
    assert all(one.is_open for one in to_staff)


def test_of_what_was_withdrawn_the_public_reads_no_version(registry: Registry, people: tuple[Actor, Actor]) -> None:
    publication_id = factories.publish(registry, *people)
    withdraw(registry, people[0], publication_id, why=Why.NOT_PUBLIC)

    with registry.database.read() as session:
        publication = get_for(session, publication_id, PUBLIC, registry.database.today()).publication
        assert [one.is_open for one in versions_of(session, publication, to_staff=False)] == [False]
