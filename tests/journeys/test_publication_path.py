"""One publication on its whole way: the clerk's list, the form, a second person's review, the public page, search, the board."""

import json
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlmodel import Session, col, select

from registry.bootstrap import Registry
from registry.items.tables import Element, Item
from tests.factories import REVIEW_CHECKS, create_user
from tests.pages import Page, Pages, text_of

TITLE = "楚雄市2026年政府采购集中采购目录及限额标准"


def element_values(session: Session, code: str) -> list[str]:
    query = select(Element.id).where(Element.item_id == Item.id, Item.code == code).order_by(col(Element.position))
    return [str(one) for one in session.exec(query)]


def rate_of(client: FlaskClient) -> dict[str, int]:
    """The counts behind the board, from the public interface."""
    totals: dict[str, int] = json.loads(client.get("/api/v1/coverage").text)["totals"]
    return totals


def test_what_a_clerk_registers_is_public_and_counted_after_a_second_person_s_review(
    registry: Registry, client: FlaskClient, page: Pages, sign_in: Callable[..., Page]
) -> None:
    create_user(registry, "clerk")
    create_user(registry, "checker", roles=["reviewer"])
    with registry.database.read() as session:
        elements = element_values(session, "BUD-07-01")
    before = rate_of(client)

    tasks = sign_in("clerk")
    assert tasks.h1 == "任务清单"
    form = page(tasks.links("登记公开：政府采购：政府采购信息")[0])
    filled = {
        "title": TITLE,
        "formed_on": "2026-02-10",
        "published_on": "2026-03-02",
        "elements": elements,
        "channels": ["government_website"],
        "use_government_website": "https://www.cxs.gov.cn/info/1016/208010.htm",
    }
    check = page.submit(form, filled, form="保存并核对")
    assert check.h1 == "核对公开信息"
    assert TITLE in check.text
    after_submit = page.submit(check, form="提交审核")
    assert f"已提交审核：{TITLE}" in after_submit.text
    assert "已提交，暂时不需要处理（1）" in after_submit.text
    public_address = check.address.removesuffix("/check")
    page.submit(after_submit, form="退出登录")
    assert page(public_address, status=404)

    queue = sign_in("checker")
    review = page(queue.links(f"审查：{TITLE}")[0])
    decided = page.submit(review, {"review_checks": REVIEW_CHECKS}, form="审核通过并公开", button="decision=approve")
    assert f"审核通过，已经公开：{TITLE}" in decided.text
    page.submit(decided, form="退出登录")

    assert TITLE in page(public_address).text
    registry.sync.drain()
    results = page("/search", q="集中采购目录")
    assert any(TITLE in text_of(link) for link in results.all("a"))
    after = rate_of(client)
    assert (after["met_late"], after["overdue"]) == (before["met_late"] + 1, before["overdue"] - 1)

    left = sign_in("clerk")
    assert not left.links("登记公开：政府采购：政府采购信息")
    assert "已完成的（1）" in left.text
