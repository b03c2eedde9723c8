"""Responsible persons through the pages; no name of them is public."""

from collections.abc import Callable

import pytest

from registry.accounts.tables import User
from registry.bootstrap import Registry
from registry.database import SYSTEM, Actor
from registry.duties.responsible import assign_responsible, count_without
from tests import factories
from tests.pages import Page, Pages

pytestmark = pytest.mark.one_database


@pytest.fixture
def people(registry: Registry) -> tuple[Actor, Actor]:
    return factories.create_user(registry, "editor"), factories.create_user(registry, "reviewer", roles=("reviewer",))


def without(registry: Registry) -> int:
    with registry.database.read() as session:
        return count_without(session, registry.database.today(), unit_code=factories.UNIT).get(factories.UNIT, 0)


def test_the_list_says_how_many_have_nobody_and_leads_there(
    page: Pages, registry: Registry, sign_in: Callable[..., Page], people: tuple[Actor, Actor]
) -> None:
    sign_in("reviewer")
    number = without(registry)
    tasks = page("/tasks")
    assert f"有 {number} 个公开事项没有责任人" in tasks.text
    shown = page(tasks.links("指定责任人")[0])

    preview = page.submit(shown, {"person": str(people[0].user_id)}, form="responsible", button="step=preview")
    assert f"以下 {number} 个事项自 2026年3月2日 起由某人负责" in preview.text
    assert without(registry) == number, "a preview changes nothing"
    told = page.submit(preview, form="responsible", button="step=confirm")
    assert f"已移交 {number} 个事项给某人" in told.text
    assert without(registry) == 0
    assert "没有责任人" not in page("/tasks").text


def test_all_of_one_persons_duties_are_ticked_for_handing_over(
    page: Pages, registry: Registry, sign_in: Callable[..., Page], people: tuple[Actor, Actor]
) -> None:
    sign_in("reviewer")
    shown = page("/tasks/responsible?person=none")
    preview = page.submit(shown, {"person": str(people[0].user_id)}, form="responsible", button="step=preview")
    page.submit(preview, form="responsible", button="step=confirm")

    shown = page(f"/tasks/responsible?person={people[0].user_id}")
    boxes = shown.all("input", name="duty")
    assert len(boxes) > 0
    assert all(box.get("checked") is not None for box in boxes)
    typed = {"person": str(people[1].user_id), "on": "2026-04-01"}
    preview = page.submit(shown, typed, form="responsible", button="step=preview")
    assert f"以下 {len(boxes)} 个事项自 2026年4月1日 起由某人负责" in preview.text


def test_nothing_ticked_is_said(page: Pages, sign_in: Callable[..., Page], people: tuple[Actor, Actor]) -> None:
    sign_in("reviewer")
    shown = page.submit(
        page("/tasks/responsible"),
        {"person": str(people[0].user_id)},
        form="responsible",
        button="step=preview",
        status=422,
    )

    assert "请至少勾选一个事项" in shown.text


def test_the_office_sees_every_unit_and_goes_into_one(
    page: Pages, registry: Registry, sign_in: Callable[..., Page], people: tuple[Actor, Actor]
) -> None:
    factories.create_user(registry, "office", roles=("office",), unit=None)
    sign_in("office")
    number = without(registry)
    units = page("/tasks/responsible")
    (link,) = [one for one in units.all("a") if one.get("aria-label") == f"楚雄市财政局没有责任人 {number} 项"]

    assert "楚雄市财政局" in page(link.get("href", "")).text


def test_a_reviewer_reaches_the_own_unit_only(
    page: Pages, sign_in: Callable[..., Page], people: tuple[Actor, Actor]
) -> None:
    sign_in("reviewer")

    assert "楚雄市财政局" in page("/tasks/responsible?unit=CX-102").text


def test_names_of_responsible_persons_are_not_public(page: Pages, registry: Registry) -> None:
    person = factories.create_user(registry, "named")
    with registry.database.work(SYSTEM) as work:
        work.session.get_one(User, person.user_id).display_name = "彝州甲"
        duty_id = factories.find_occasion(work.session).duty_id
        assign_responsible(work, [duty_id], person.user_id)

    for address in (
        f"/duties/{duty_id}",
        "/units/CX-101",
        f"/items/{factories.ITEM}",
        "/coverage/occasions?unit=CX-101",
    ):
        assert "彝州甲" not in page(address).source
    assert "彝州甲" not in page.client.get(f"/api/v1/duties/{duty_id}").text
