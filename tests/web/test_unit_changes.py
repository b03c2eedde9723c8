"""The office changes units through the pages: preview, confirm, and what the public sees then."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from registry.bootstrap import Registry
from registry.duties.tables import Duty
from registry.units.tables import Unit
from tests import factories
from tests.clock import Clock
from tests.pages import Page, Pages

pytestmark = pytest.mark.one_database

PLANNING_COMMISSION = "/units/CX-105"
FINANCE = "/units/CX-101"


@pytest.fixture
def office(registry: Registry, sign_in: Callable[..., Page]) -> None:
    factories.create_user(registry, "office", roles=("office",), unit=None)
    sign_in("office")


def test_a_merger_is_previewed_and_then_confirmed(page: Pages, registry: Registry, office: None) -> None:
    factories.create_user(registry, "moving", unit="CX-105")
    choices = page(page(PLANNING_COMMISSION).links("单位变动")[0])
    form = page(choices.links("撤销")[0])
    preview = page.submit(form, {"successor": "CX-101", "on": "2026-03-02", "basis": "楚市编〔2026〕3号"}, form="change",
                          button="step=preview")  # fmt: skip

    assert "还没有改动任何内容" in preview.text
    assert "公开责任（10）" in preview.text
    assert "某人（moving）：楚雄市发展和改革局 → 楚雄市财政局" in preview.text
    with registry.database.read() as session:
        assert session.get_one(Unit, "CX-105").ended_on is None

    told = page.submit(preview, form="change", button="step=confirm")
    assert "变动已生效" in told.text
    assert "已于 2026年3月1日 撤销，职责由楚雄市财政局承接" in told.text


def test_going_back_keeps_what_was_typed(page: Pages, office: None) -> None:
    form = page(f"{FINANCE}/change?kind=rename")
    preview = page.submit(form, {"name": "楚雄市财政金融局", "on": "2026-06-01"}, form="change", button="step=preview")
    again = page.submit(preview, form="change", button="step=edit")

    assert again.first("input", name="name").get("value") == "楚雄市财政金融局"
    assert again.first("input", name="on").get("value") == "2026-06-01"


def test_a_role_is_split_off_to_a_new_unit(page: Pages, registry: Registry, office: None) -> None:
    form = page("/units/CX-106/change?kind=split")
    typed = {"give_0": "+", "new_code": "CX-201", "new_name": "楚雄市审计中心", "on": "2026-03-02"}
    preview = page.submit(form, typed, form="change", button="step=preview")
    assert "楚雄市审计中心" in preview.text
    page.submit(preview, form="change", button="step=confirm")

    assert page("/units/CX-201").h1 == "楚雄市审计中心"
    with registry.database.read() as session:
        assert session.exec(select(Duty).where(Duty.unit_code == "CX-201")).first() is not None


@pytest.mark.parametrize(
    ("kind", "typed", "sentences"),
    [
        ("rename", {}, ["新名称：此项必填", "生效日期：此项必填"]),
        ("rename", {"name": "楚雄市司法局", "on": "2026-06-01"}, ["“楚雄市司法局”是楚雄市司法局的名称或者简称"]),
        ("rename", {"name": "新局", "on": "2026-13-01"}, ["日期格式不正确"]),
        ("rename", {"name": "新局", "on": "2030-01-01"}, ["超出可接受的范围"]),
        ("merge", {"on": "2026-06-01"}, ["并入的单位"]),
        ("split", {"on": "2026-06-01"}, ["此项必填"]),
        ("split", {"on": "2026-06-01", "give_0": "+"}, ["新单位代码：此项必填", "新单位名称：此项必填"]),
        ("split", {"on": "2026-06-01", "give_0": "+", "new_code": "CX-102", "new_name": "新局"}, ["已经使用"]),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    page: Pages, office: None, kind: str, typed: dict[str, str], sentences: list[str]
) -> None:
    shown = page.submit(page(f"{FINANCE}/change?kind={kind}"), typed, form="change", button="step=preview", status=422)

    assert "需要修改" in shown.text
    assert [sentence for sentence in sentences if sentence not in shown.text] == []


def test_the_old_name_stays_findable_and_stands_where_it_was_borne(
    page: Pages, registry: Registry, clock: Clock, sign_in: Callable[..., Page]
) -> None:
    editor = factories.create_user(registry, "editor")
    reviewer = factories.create_user(registry, "reviewer", roles=("reviewer",))
    factories.create_user(registry, "office", roles=("office",), unit=None)
    before = factories.publish(registry, editor, reviewer, title="楚雄市2026年预算")
    clock.forward(days=5)
    sign_in("office")
    form = page(f"{FINANCE}/change?kind=rename")
    preview = page.submit(form, {"name": "楚雄市国库局", "on": "2026-03-07"}, form="change", button="step=preview")
    page.submit(preview, form="change", button="step=confirm")

    assert "楚雄市财政局（现名 楚雄市国库局）" in page(f"/publications/{before}").text
    assert "楚雄市财政局（ 至 2026年3月6日）" in page(FINANCE).text
    assert page(FINANCE).h1 == "楚雄市国库局"
    registry.sync.drain()
    for name in ("楚雄市财政局", "楚雄市国库局"):
        assert "楚雄市2026年预算" in page("/search", q=f"{name} 2026年预算").text


def test_nobody_else_finds_the_way(page: Pages, registry: Registry, sign_in: Callable[..., Page]) -> None:
    factories.create_user(registry, "editor")
    assert page(FINANCE).links("单位变动") == []
    sign_in("editor")

    assert page(FINANCE).links("单位变动") == []
    page(f"{FINANCE}/change", status=403)
