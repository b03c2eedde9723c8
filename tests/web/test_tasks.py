"""The list of tasks: what stands where, and for whom."""

from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import select

from registry.bootstrap import Registry
from registry.database import SYSTEM
from registry.duties.tables import Duty
from registry.items.tables import Item
from registry.publications import deciding, service
from registry.publications.steps import content_of, latest_revision
from registry.reports.tasks import Group, UnitTasks, unit_tasks
from tests.clock import Clock
from tests.factories import (
    UNIT,
    approve,
    create_publication,
    create_user,
    find_occasion,
    publish,
    submit,
    version_of,
)
from tests.pages import Page, Pages, text_of

pytestmark = pytest.mark.one_database


def tasks_of(registry: Registry, unit: str = UNIT) -> UnitTasks:
    with registry.database.read() as session:
        return unit_tasks(session, unit, registry.state_dates())


def codes(found: UnitTasks, group: Group) -> list[str]:
    return [task.occasion.item_code for task in found.groups[group]]


def test_what_nobody_began_is_late_or_soon_or_later(registry: Registry) -> None:
    found = tasks_of(registry)
    assert codes(found, Group.OVERDUE) == ["BUD-01-08", "BUD-07-01", "BUD-07-02", "BUD-08-01", "BUD-08-02"]
    assert codes(found, Group.DUE_SOON) == ["BUD-06-01"]
    assert "BUD-01-01" in codes(found, Group.LATER)
    assert not found.groups[Group.RETURNED] + found.groups[Group.STARTED] + found.groups[Group.WAITING]


def test_a_begun_one_leaves_the_folded_rest_and_says_what_it_lacks(registry: Registry) -> None:
    create_publication(registry, create_user(registry), elements=[], channels=[])
    found = tasks_of(registry)
    assert codes(found, Group.STARTED) == ["BUD-01-01"]
    assert "BUD-01-01" not in codes(found, Group.LATER)
    assert [issue.code for issue in found.groups[Group.STARTED][0].missing] == ["no_elements", "no_channels"]


def test_a_late_one_stays_late_when_begun_and_waits_when_handed_over(registry: Registry) -> None:
    editor = create_user(registry)
    publication = create_publication(registry, editor, item="BUD-07-01")
    assert "BUD-07-01" in codes(tasks_of(registry), Group.OVERDUE)
    submit(registry, editor, publication)
    found = tasks_of(registry)
    assert codes(found, Group.WAITING) == ["BUD-07-01"]
    assert "BUD-07-01" not in codes(found, Group.OVERDUE)


def test_returned_ones_come_first_also_when_the_item_is_public_already(registry: Registry) -> None:
    editor, reviewer = create_user(registry), create_user(registry, "reviewer", roles=["reviewer"])
    publication = publish(registry, editor, reviewer)
    with registry.database.work(editor) as work:
        values = content_of(latest_revision(work, publication)) | {"why": "wrong"}
        version = version_of(work.session, publication)
        service.edit_publication(work, publication, values | {"title": "更正后的标题"}, version=version)
    submit(registry, editor, publication)
    with registry.database.work(reviewer) as work:
        reasons = [{"field": "title", "text": "标题不完整"}]
        deciding.return_publication(work, publication, version=version_of(work.session, publication), reasons=reasons)
    found = tasks_of(registry)
    assert codes(found, Group.RETURNED) == ["BUD-01-01"]
    assert found.done == 1


def test_what_is_approved_for_a_later_day_waits_until_that_day(registry: Registry, clock: Clock) -> None:
    editor, reviewer = create_user(registry), create_user(registry, "reviewer", roles=["reviewer"])
    publication = create_publication(registry, editor, published_on=clock.now.date().replace(day=20))
    submit(registry, editor, publication)
    approve(registry, reviewer, publication)
    assert codes(tasks_of(registry), Group.WAITING) == ["BUD-01-01"]
    clock.now = clock.now.replace(day=20)
    found = tasks_of(registry)
    assert (codes(found, Group.WAITING), found.done) == ([], 1)


def test_each_row_has_one_action_named_after_what_is_to_be_done(
    registry: Registry, page: Pages, sign_in: Callable[..., Page]
) -> None:
    editor = create_user(registry)
    complete = create_publication(registry, editor)
    lacking = create_publication(registry, editor, item="BUD-01-02", elements=[])
    tasks = sign_in("editor")
    assert tasks.links("核对并提交：政府预算：一般公共预算") == [f"/publications/{complete}/check"]
    assert tasks.links("继续填写：政府预算：政府性基金预算") == [f"/publications/{lacking}/edit"]
    assert "还缺 1 处：公开要素" in tasks.text
    rows = tasks.all("li", class_="task")
    assert len(rows) == 35
    assert {len(list(row.iter("a"))) for row in rows} == {1}


def test_days_left_are_said_in_words(registry: Registry, page: Pages, sign_in: Callable[..., Page]) -> None:
    create_user(registry)
    text = sign_in("editor").text
    assert "还有 3 个工作日" in text
    assert "已逾期 40 天" in text


def test_a_reviewer_sees_what_waits_and_not_the_unit_s_list(
    registry: Registry, page: Pages, sign_in: Callable[..., Page]
) -> None:
    editor = create_user(registry)
    create_user(registry, "reviewer", roles=["reviewer"])
    publication = create_publication(registry, editor)
    submit(registry, editor, publication)
    tasks = sign_in("reviewer")
    assert "等待审查（1）" in tasks.text
    assert tasks.links("审查：") == [f"/reviews/{publication}"]
    assert not tasks.links("登记公开")


def test_whoever_writes_and_reviews_is_told_which_ones_are_for_somebody_else(
    registry: Registry, page: Pages, sign_in: Callable[..., Page]
) -> None:
    both = create_user(registry, "both", roles=["editor", "reviewer"])
    publication = create_publication(registry, both)
    submit(registry, both, publication)
    tasks = sign_in("both")
    assert "由您起草，须由另一位审查员审查" in tasks.text
    assert not tasks.links("审查：")


def test_the_office_sees_every_unit_and_each_number_opens_its_rows(
    registry: Registry, page: Pages, sign_in: Callable[..., Page]
) -> None:
    create_user(registry, "office", roles=["office"], unit=None)
    tasks = sign_in("office")
    numbers = tasks.all("a", class_="count-link")
    assert len(numbers) > 50
    for link in numbers[:6] + numbers[-3:]:
        parts = urlsplit(link.get("href", ""))
        rows = page(parts.path, **parse_qs(parts.query)).all("tbody")[0].findall("tr")  # type: ignore[arg-type]
        assert str(len(rows)) == text_of(link), link.get("aria-label")


def test_what_is_done_leaves_the_list_and_can_be_found_again(
    registry: Registry, page: Pages, sign_in: Callable[..., Page]
) -> None:
    publication = publish(registry, create_user(registry), create_user(registry, "reviewer", roles=["reviewer"]))
    tasks = sign_in("editor")
    assert not tasks.links("登记公开：政府预算：一般公共预算，2026年度")
    done = page(tasks.links("已完成的（1）")[0])
    assert done.links("查看、更正或撤回") == [f"/publications/{publication}/check"]


@pytest.mark.parametrize("address", ["/tasks", "/tasks/done", "/tasks/duties", "/reviews"])
def test_the_public_is_asked_to_sign_in_and_comes_back(page: Pages, registry: Registry, address: str) -> None:
    create_user(registry, roles=["editor", "reviewer"])
    asked = page(address)
    assert asked.address == f"/sign-in?next={address}"
    back = page.submit(asked, {"username": "editor", "password": "Lan-Xiang7river"})
    assert back.address == address


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("leader", {"/tasks": 403, "/tasks/done": 403, "/tasks/duties": 403, "/reviews": 403}),
        ("admin", {"/tasks": 403, "/tasks/done": 403, "/tasks/duties": 403, "/reviews": 403}),
        ("office", {"/tasks": 200, "/tasks/done": 404, "/tasks/duties": 404, "/reviews": 200}),
    ],
)
def test_roles_without_a_unit_s_list_are_refused_in_chinese(
    registry: Registry, page: Pages, sign_in: Callable[..., Page], role: str, statuses: dict[str, int]
) -> None:
    create_user(registry, role, roles=[role], unit=None)
    sign_in(role)
    for address, status in statuses.items():
        page(address, status=status)


def test_another_unit_s_occasion_is_unknown(registry: Registry, page: Pages, sign_in: Callable[..., Page]) -> None:
    create_user(registry, unit="CX-102")
    with registry.database.read() as session:
        occasion = find_occasion(session)
    sign_in("editor")
    page(f"/occasions/{occasion.id}/publish", status=404)
    page(f"/duties/{occasion.duty_id}/events", status=404)


def test_the_office_sees_items_no_unit_answers_for(
    registry: Registry, page: Pages, sign_in: Callable[..., Page]
) -> None:
    """Two items of 部门所属单位, which have no units in catalog/assignments.yaml; once the last duty of another has ended, that too."""
    create_user(registry, "office", roles=["office"], unit=None)
    assert "没有责任单位的事项（2）" in sign_in("office").text
    with registry.database.work(SYSTEM, audited=False) as work:
        query = select(Duty).where(Duty.item_id == Item.id, Item.code == "BUD-01-01")
        for duty in work.session.exec(query):
            duty.ends_on = date(2026, 3, 1)
    tasks = page("/tasks")
    assert "没有责任单位的事项（3）" in tasks.text
    assert tasks.links("政府预算 / 一般公共预算") == ["/items/BUD-01-01"]


def test_what_is_scheduled_past_its_last_day_says_by_how_much(registry: Registry, sign_in: Callable[..., Page]) -> None:
    """BUD-01-01 is due on 2026-04-20; 2026-05-06 is sixteen days later."""
    editor, reviewer = create_user(registry), create_user(registry, "reviewer", roles=["reviewer"])
    publish(registry, editor, reviewer, published_on=date(2026, 5, 6))
    assert "2026年5月6日公开，比应公开日期晚 16 天" in sign_in("editor").text


def test_a_correction_without_its_reason_is_not_called_complete(registry: Registry) -> None:
    editor, reviewer = create_user(registry), create_user(registry, "reviewer", roles=["reviewer"])
    publication = publish(registry, editor, reviewer)
    with registry.database.work(editor) as work:
        values = content_of(latest_revision(work, publication)) | {"title": "更正后的标题"}
        service.edit_publication(work, publication, values, version=version_of(work.session, publication))
    (task,) = [task for tasks in tasks_of(registry).groups.values() for task in tasks if task.publication]
    assert [issue.field for issue in task.missing] == ["why"]
