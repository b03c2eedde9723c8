"""The whole path in Chromium, with JavaScript and without: from the first start to the number on the coverage board."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from registry.accounts.service import ensure_setup_code
from registry.bootstrap import Registry
from tests.factories import PASSWORD, create_user

pytestmark = pytest.mark.browser

TITLE = "楚雄市财政局2026年部门预算收支总体情况表"


@dataclass(frozen=True)
class Person:
    """Somebody at the browser, by accessible names only."""

    tab: Page

    def press(self, name: str) -> None:
        self.tab.get_by_role("button", name=name).first.click()

    def follow(self, *parts: str) -> None:
        """The first link whose name holds all parts in this order."""
        name = re.compile(".*".join(re.escape(part) for part in parts))
        self.tab.get_by_role("link", name=name).first.click()

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        self.tab.goto("/sign-in")
        self.tab.locator("input[name=username]").fill(username)
        self.tab.locator("input[name=password]").fill(password)
        self.press("登录")

    def sign_out(self) -> None:
        self.press("退出登录")

    def number_of(self, unit: str, area: str) -> str:
        """The cell of the board as it is read: 已公开/应公开."""
        self.tab.goto("/coverage")
        row = self.tab.locator("tbody tr").filter(has_text=unit)
        heads = self.tab.locator("thead th").all_inner_texts()
        column = next(index for index, head in enumerate(heads) if area in head)
        text = row.locator("th, td").nth(column).inner_text()
        found = re.search(r"(\d+)\s*/\s*(\d+)", text)
        assert found is not None, text
        return f"{found[1]}/{found[2]}"


@pytest.fixture(params=["with script", "without script"])
def person(request: pytest.FixtureRequest) -> Person:
    name = "tab" if request.param == "with script" else "tab_without_script"
    return Person(request.getfixturevalue(name))


def test_from_search_to_the_number_on_the_board(registry: Registry, person: Person) -> None:
    create_user(registry, "editor")
    create_user(registry, "reviewer", roles=["reviewer"])
    tab = person.tab

    tab.goto("/")
    tab.locator("input[name=q]").fill("部门预算")
    person.press("搜索")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("部门预算 – 搜索结果")
    person.follow("收支总体情况表")
    for said in ("部门收支总体情况表", "各预算部门", "本级政府财政部门批复后20日内", "第十四条第二款"):
        expect(tab.locator("main")).to_contain_text(said)
    before = person.number_of("楚雄市财政局", "财政预决算")

    person.sign_in("editor")
    expect(tab.get_by_role("heading", level=1)).to_have_text("任务清单")
    tab.get_by_text("尚未到期和没有可计算期限的").click()
    person.follow("登记公开", "部门预算：收支总体情况表，2026年度")
    tab.locator("input[name=title]").fill(TITLE)
    tab.locator("input[name=formed_on]").fill("2026-02-12")
    tab.locator("input[name=published_on]").fill("2026-02-20")
    for box in tab.locator("input[name=elements]").all():
        box.check()
    tab.locator("input[name=channels][value=government_website]").check()
    tab.locator("input[name=use_government_website]").fill("https://www.cxs.gov.cn/info/1016/208010.htm")
    person.press("保存并核对")
    expect(tab.get_by_role("heading", level=1)).to_have_text("核对公开信息")
    person.press("提交审核")
    person.sign_out()

    person.sign_in("reviewer")
    tab.goto("/reviews")
    person.follow("审查", TITLE)
    for box in tab.locator("input[name=review_checks]").all():
        box.check()
    person.press("审核通过并公开")
    person.sign_out()

    registry.sync.drain()
    tab.goto("/search?q=财政局2026年部门预算")
    person.follow(TITLE)
    expect(tab.get_by_role("heading", level=1)).to_have_text(TITLE)
    answered, due = before.split("/")
    assert person.number_of("楚雄市财政局", "财政预决算") == f"{int(answered) + 1}/{due_after(due)}"


def due_after(due: str) -> int:
    """The departmental budget of 2026 falls due after 2026-03-02 (the day of the test): published early, it joins the denominator."""
    return int(due) + 1


DEPARTMENTAL = "楚雄市财政局2026年部门预算"


def fill_departmental_budget(person: Person) -> None:
    """The form for 收支总体情况表, three tables; title without the year, and a wrong address."""
    tab = person.tab
    tab.locator("input[name=title]").fill("财政局部门预算")
    tab.locator("input[name=doc_no]").fill("楚市财〔2026〕21号")
    tab.locator("input[name=formed_on]").fill("2026-02-12")
    tab.locator("input[name=published_on]").fill("2026-02-27")
    check_every(tab, "elements")
    tab.locator("input[name=channels][value=government_website]").check()
    tab.locator("input[name=use_government_website]").fill("https://www.cxs.gov.cn/")
    person.press("保存并核对")


def check_every(tab: Page, name: str) -> None:
    for box in tab.locator(f"input[name={name}]").all():
        box.check()


def test_a_departmental_budget_is_returned_corrected_published_and_found(registry: Registry, person: Person) -> None:
    """Eight tables in one document: three answer 收支总体情况表, five 财政拨款收支情况表 (全国人大常委会 2014 年以来的部门预算格式)."""
    create_user(registry, "editor")
    create_user(registry, "reviewer", roles=["reviewer"])
    tab, main = person.tab, person.tab.locator("main")

    person.sign_in("editor")
    tab.get_by_text("尚未到期和没有可计算期限的").click()
    person.follow("登记公开", "部门预算：收支总体情况表，2026年度")
    fill_departmental_budget(person)
    person.press("提交审核")
    person.sign_out()

    person.sign_in("reviewer")
    person.follow("审查", "财政局部门预算")
    tab.locator("input[name=reason_title]").fill("标题写全单位名称和年度")
    tab.locator("input[name=reason_channels]").fill("网址应指向具体网页")
    person.press("退回修改")
    person.sign_out()

    person.sign_in("editor")
    expect(main).to_contain_text("被退回，待修改（1）")
    person.follow("按意见修改", "收支总体情况表")
    expect(main).to_contain_text("标题写全单位名称和年度")
    tab.locator("input[name=reply_0]").fill("已写全")
    tab.locator("input[name=title]").fill(DEPARTMENTAL)
    tab.locator("input[name=use_government_website]").fill("https://www.cxs.gov.cn/info/1016/208021.htm")
    person.press("保存并核对")
    person.follow("财政拨款收支情况表")
    expect(tab.locator("input[name=title]")).to_have_value(DEPARTMENTAL)
    check_every(tab, "elements")
    person.press("保存并核对")
    person.press("提交审核")
    person.follow("核对并提交", "收支总体情况表")
    person.press("提交审核")
    person.sign_out()

    person.sign_in("reviewer")
    for item in ("收支总体情况表", "财政拨款收支情况表"):
        tab.goto("/reviews")
        tab.locator("li.task").filter(has_text=item).get_by_role("link").click()
        if item == "收支总体情况表":
            expect(main).to_contain_text("答复：已写全")
        check_every(tab, "review_checks")
        person.press("审核通过并公开")
        expect(main).to_contain_text(f"审核通过，已经公开：{DEPARTMENTAL}")
    person.sign_out()

    registry.sync.drain()
    tab.goto("/search?q=财政局部门预算&kind=publication")
    expect(tab.get_by_role("link", name=DEPARTMENTAL)).to_have_count(2)
    tables = 0
    for code in ("BUD-03-01", "BUD-03-02"):
        tab.goto(f"/items/{code}")
        person.follow(DEPARTMENTAL)
        expect(tab.get_by_role("heading", level=1)).to_have_text(DEPARTMENTAL)
        expect(tab.get_by_role("link", name="https://www.cxs.gov.cn/info/1016/208021.htm")).to_be_visible()
        tables += tab.get_by_text("✓ 已公开").count() - 1
    assert tables == 8


def test_the_first_administrator_and_the_roles_of_three_people(registry: Registry, person: Person) -> None:
    code = ensure_setup_code(registry.database)
    assert code is not None
    tab = person.tab

    tab.goto("/setup")
    for name, value in (("code", code), ("username", "admin"), ("display_name", "系统管理岗"), ("password", PASSWORD)):
        tab.locator(f"input[name={name}]").fill(value)
    person.press("建立系统管理员账号")
    if tab.url.endswith("/sign-in"):
        person.sign_in("admin")
    tab.goto("/accounts/new")
    tab.locator("input[name=username]").fill("security")
    tab.locator("input[name=display_name]").fill("安全管理岗")
    person.press("新建账号")
    secret = tab.locator("code, output, .secret").first.inner_text().strip()
    tab.goto("/accounts")
    tab.get_by_role("link", name="security").first.click()
    tab.locator("select[name=role]").select_option("security")
    person.press("授予角色")
    expect(tab.locator("main")).to_contain_text("安全管理员")
    person.sign_out()

    person.sign_in("security", secret)
    expect(tab.get_by_role("heading", level=1)).to_contain_text("口令")


def test_a_closed_window_loses_nothing(registry: Registry, tab: Page) -> None:
    """The script keeps what is typed; the next window shows it again and says since when."""
    create_user(registry, "editor")
    person = Person(tab)
    person.sign_in("editor")
    person.follow("登记公开")
    address = tab.url
    tab.locator("input[name=title]").fill("写到一半的标题")
    expect(tab.get_by_role("status").filter(has_text="已暂存")).to_be_visible()

    tab.goto("about:blank")
    tab.goto(address)

    expect(tab.locator("input[name=title]")).to_have_value("写到一半的标题")
    expect(tab.locator("main")).to_contain_text("还没有提交的内容")
    person.press("放弃这些内容，重新填写")
    expect(tab.locator("input[name=title]")).to_have_value("")
