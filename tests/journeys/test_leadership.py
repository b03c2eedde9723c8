"""People with two years of numbers, in Chromium: the leader notes the worst and takes it along, the office closes and circulates."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Browser, Download, Page, expect
from pypdf import PdfReader

from registry.accounts.permissions import Role
from registry.app import create_app
from registry.demo.people import username_of
from registry.documents.pdf import can_typeset
from tests.browsing import served
from tests.demo_city import DemoCity
from tests.journeys.test_in_a_browser import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def person(request: pytest.FixtureRequest, browser: Browser, demo_city: DemoCity) -> Iterator[Person]:
    """Somebody in front of the demo city, with JavaScript or without."""
    with served(create_app(demo_city.registry)) as address:
        context = browser.new_context(
            base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=request.param
        )
        context.set_default_timeout(15_000)
        yield Person(context.new_page())
        context.close()


def taken(person: Person, *name: str) -> bytes:
    """What a link hands out."""
    with person.tab.expect_download() as waiting:
        person.follow(*name)
    download: Download = waiting.value
    return Path(download.path()).read_bytes()


def number_in(text: str) -> int:
    found = re.search(r"\d+", text)
    assert found is not None, text
    return int(found[0])


@pytest.mark.parametrize("person", [True], ids=["with script"], indirect=True)
def test_the_leader_finds_the_worst_unit_notes_it_and_takes_the_sheet_along(
    person: Person, demo_city: DemoCity
) -> None:
    demo_city.sign_in_as(Role.LEADER)
    tab: Page = person.tab
    person.sign_in(username_of(Role.LEADER, None))

    tab.goto("/coverage")
    rows = tab.locator("table.board tbody tr")
    rates = [number_in(row.locator("td.cell").last.inner_text()) for row in rows.all()]
    assert rates == sorted(rates)
    worst = rows.first
    unit = worst.get_by_role("rowheader").inner_text()
    late = worst.locator("td.count").first.get_by_role("link")
    number = number_in(late.inner_text())
    late.click()

    expect(tab.get_by_role("heading", level=1)).to_contain_text(unit)
    expect(tab.locator(".page-summary")).to_contain_text(f"共 {number} 项")
    assert tab.locator("table.data-table tbody tr").count() == number
    tab.locator("summary", has_text="写批注").click()
    tab.locator("textarea[name=note_text]").fill("7月10日前全部补齐，分管负责人来汇报")
    tab.locator("input[name=promised_on]").fill("2026-07-10")
    person.press("写上批注")
    expect(tab.locator("main")).to_contain_text("分管负责人来汇报")

    tab.goto("/coverage")
    expect(rows.first).to_contain_text("批注")
    expect(rows.first).to_contain_text("2026年7月10日")
    book = load_workbook(io.BytesIO(taken(person, "下载 Excel 表格")))
    cells = [[str(cell.value) for cell in row] for sheet in book for row in sheet.iter_rows()]
    assert any(unit in row and any("分管负责人来汇报" in cell for cell in row) for row in cells)

    person.follow("一页纸")
    late_units = tab.locator("table", has_text="有逾期的单位").locator("tbody tr")
    expect(late_units.filter(has_text=unit)).to_contain_text(str(number))
    if can_typeset():
        sheet = PdfReader(io.BytesIO(taken(person, "打印版")))
        assert len(sheet.pages) == 1
        assert unit in sheet.pages[0].extract_text()
    person.sign_out()

    tab.goto("/coverage")
    expect(tab.locator("main")).not_to_contain_text("批注")


@pytest.mark.parametrize("person", [False], ids=["without script"], indirect=True)
def test_the_office_closes_a_month_and_issues_its_briefing(person: Person, demo_city: DemoCity) -> None:
    demo_city.sign_in_as(Role.OFFICE)
    tab: Page = person.tab
    person.sign_in(username_of(Role.OFFICE, None))

    tab.goto("/periods/close?period=2026-05")
    person.press("确认关账：2026年5月")
    expect(tab.get_by_role("heading", level=1)).to_have_text("2026年5月（已关账）")

    person.follow("通报")
    tab.locator("select[name=period]").select_option("2026-05")
    person.press("起草")
    expect(tab.locator("main")).to_contain_text("2026年5月已经关账")
    due = tab.locator(".figure-list li", has_text="应公开").first.locator(".figure-number").inner_text()
    requirements = tab.locator("textarea[name=requirements]")
    requirements.fill(requirements.input_value() + "\n请各单位主要负责人亲自过问。")
    person.press("签发")
    expect(tab.get_by_role("heading", name=re.compile("^有 1 处需要修改"))).to_be_visible()
    expect(requirements).to_have_value(re.compile("亲自过问"))
    tab.locator("input[name=number]").fill("楚政公开办〔2026〕5号")
    person.press("签发")

    expect(tab.locator("table.data-table tbody tr")).to_contain_text("2026年5月")
    person.follow("楚政公开办〔2026〕5号")
    expect(tab.locator("main")).to_contain_text("请各单位主要负责人亲自过问。")
    document = Document(io.BytesIO(taken(person, "下载签发的 Word 文件")))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for said in ("楚政公开办〔2026〕5号", f"应公开 {due} 项", "亲自过问", "附件"):
        assert said in text
    person.sign_out()
    assert tab.goto("/briefings").url.endswith("/sign-in?next=/briefings")
