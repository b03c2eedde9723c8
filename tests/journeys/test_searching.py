"""Finding something in Chromium: by keyboard alone, with filters and the back button, on a telephone, without script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser


def box(tab: Page) -> None:
    tab.locator("#site-search").focus()


def test_suggestions_by_keyboard_only(tab: Page) -> None:
    tab.goto("/")
    box(tab)
    tab.keyboard.type("czj", delay=20)
    field, options = tab.get_by_role("combobox"), tab.get_by_role("option")
    expect(options.first).to_contain_text("楚雄市财政局")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(tab.get_by_role("status").filter(has_text="条提示")).to_have_count(1)

    assert Axe().run(tab).response["violations"] == []

    tab.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    expect(field).to_have_value("czj")
    tab.keyboard.press("Escape")
    expect(tab.locator(".suggestions")).to_be_hidden()

    tab.keyboard.type(" ")
    tab.keyboard.press("Backspace")
    expect(options.first).to_be_visible()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("楚雄市财政局 – 搜索结果")


def test_enter_without_a_choice_searches_what_was_typed(tab: Page) -> None:
    tab.goto("/")
    box(tab)
    tab.keyboard.type("审计", delay=20)
    expect(tab.get_by_role("option").first).to_be_visible()
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("审计 – 搜索结果")


def filtered(tab: Page) -> int:
    """The number of results the page states."""
    found = re.search(r"共找到 (\d+) 条", tab.get_by_role("status").filter(has_text="共找到").inner_text())
    assert found is not None
    return int(found[1])


def test_filters_the_back_button_and_a_copied_address(tab: Page, browser: Browser, live_address: str) -> None:
    tab.goto("/search?q=预算")
    everything = filtered(tab)
    tab.get_by_role("group", name="公开层级").get_by_label("乡级").check()
    tab.get_by_role("group", name="领域").get_by_label("财政预决算").check()
    tab.get_by_role("button", name="按所选筛选").click()
    few = filtered(tab)
    assert 0 < few < everything
    expect(tab.get_by_role("link", name="移除：公开层级“乡级”")).to_be_visible()

    address = tab.url
    tab.go_back()
    assert filtered(tab) == everything
    tab.go_forward()
    assert filtered(tab) == few
    tab.get_by_role("link", name="移除：公开层级“乡级”").click()
    assert filtered(tab) >= few

    elsewhere = browser.new_context(locale="zh-CN").new_page()
    elsewhere.goto(address)
    assert filtered(elsewhere) == few
    expect(elsewhere.get_by_label("乡级（")).to_be_checked()
    elsewhere.context.close()


def test_nothing_found_leads_on(tab: Page) -> None:
    tab.goto("/search?q=法律援助服务&unit=CX-101")
    expect(tab.get_by_role("heading", level=2, name="没有找到符合条件的内容")).to_be_visible()
    expect(tab.locator("main")).to_contain_text("0878-3167327")
    tab.get_by_role("listitem").filter(has_text="不限责任单位").get_by_role("link").click()
    expect(tab.get_by_role("link", name="法律援助服务").first).to_be_visible()


def test_on_a_telephone_the_suggestions_fit(tab: Page) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto("/")
    box(tab)
    tab.keyboard.type("yusuan", delay=20)
    tab.get_by_role("option").first.click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("搜索结果")
    overflow = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    tab.get_by_role("link", name="筛选", exact=True).click()
    expect(tab.locator("#filters")).to_be_in_viewport()


def test_without_script_it_is_a_plain_form(tab_without_script: Page) -> None:
    tab = tab_without_script
    tab.goto("/")
    field = tab.get_by_role("searchbox")
    field.fill("请不起律师")
    tab.get_by_role("button", name="搜索").click()
    expect(tab.get_by_role("link", name="法律援助服务")).to_be_visible()
    expect(tab.locator("main")).to_contain_text("同时搜索了：")
    assert tab.get_by_role("option").count() == 0
