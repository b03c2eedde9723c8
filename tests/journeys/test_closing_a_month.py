"""The office closes a month in the browser, without script: looks at the numbers, confirms, and anybody can open what was signed."""

import re

import pytest
from playwright.sync_api import Page, expect

from registry.bootstrap import Registry
from tests.factories import create_user
from tests.journeys.test_in_a_browser import Person

pytestmark = pytest.mark.browser


def test_the_office_closes_a_month(registry: Registry, tab_without_script: Page) -> None:
    create_user(registry, "office", roles=["office"], unit=None)
    tab, person = tab_without_script, Person(tab_without_script)
    person.sign_in("office")
    tab.goto("/coverage/occasions?as_of=2026-02-28&state=overdue&state=long_overdue")
    listed = re.match(r"共 (\d+) 项", tab.get_by_role("status").first.inner_text())
    assert listed is not None
    overdue = listed[1]
    tab.goto("/coverage")
    person.follow("已关账时期")
    person.follow("先看数字，再关账")
    expect(tab.get_by_role("heading", level=1)).to_have_text("关账：2026年1月")
    person.follow("暂不关账")
    tab.get_by_label("其他时期").fill("2026-02")
    person.press("先看数字")
    expect(tab.locator("main")).to_contain_text("还没有关账")
    person.press("确认关账：2026年2月")
    expect(tab.get_by_role("heading", level=1)).to_have_text("2026年2月（已关账）")
    person.follow("核验")
    expect(tab.locator("main")).to_contain_text("核验通过：以下各项都相符。")
    person.sign_out()

    tab.goto("/periods")
    person.follow("2026年2月")
    number = tab.locator(".figure-list a", has_text="期末逾期")
    assert number.locator(".figure-number").inner_text() == overdue
    number.click()
    expect(tab.get_by_role("status")).to_have_text(re.compile(f"共 {overdue} 项"))
    tab.goto("/trend")
    expect(tab.get_by_role("img", name=re.compile("全部单位：2026年2月 .*2026年3月（本期）"))).to_be_visible()
