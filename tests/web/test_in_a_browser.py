"""Every page type in Chromium: no finding of axe, no complaint of the browser, no sideways scrolling, nothing fetched from elsewhere."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, Request

from registry.bootstrap import Registry
from registry.closing.service import close_period
from registry.database import SYSTEM, Actor
from registry.duties.rulings import ask_for_ruling
from registry.evidence.service import check_publication
from registry.publications.deciding import approve_publication, return_publication
from registry.rectification.notes import NotedCell, replace_note, write_note
from tests.browsing import served
from tests.evidence.sites import Sites
from tests.exchange.test_importing import NEW, csv_of
from tests.exchange.test_rectification_sheets import exported, filled, write
from tests.factories import (
    PASSWORD,
    REVIEW_CHECKS,
    attach,
    create_photograph,
    create_publication,
    create_self_assessment,
    create_user,
    find_occasion,
    issued_briefing,
    publish,
    submit,
)
from tests.rectification.lists import ITEMS, answer, issue, tasks_in

pytestmark = pytest.mark.browser

PUBLIC = (
    "/",
    "/search?q=预算",
    "/search?q=外星人",
    "/areas/budgets",
    "/items/BUD-03-01",
    "/items/URP-02-05",
    "/units",
    "/units/CX-104",
    "/publications/{published}",
    "/publications/{published}/history",
    "/duties/{duty}",
    "/coverage",
    "/coverage?unit=CX-101",
    "/coverage?area=budgets&measure=elements",
    "/coverage/elements?unit=CX-101",
    "/periods",
    "/periods/2026-01",
    "/periods/2026-01/rows?unit=CX-101",
    "/trend",
    "/comparison",
    "/comparison?by=standard&unit=CX-101&all=1",
    "/coverage/occasions?unit=CX-101&state=overdue",
    "/annual-reports",
    "/annual-reports/2026/publications",
    "/standards",
    "/standards/M1",
    "/standards/management",
    "/standards/management/M1-2/rows?unit=CX-101",
    "/procedures/budgets",
    "/about",
    "/help",
    "/accessibility",
    "/sign-in",
    "/api/",
    "/items/NO-SUCH",
)
STAFF = {
    "editor": ("/tasks", "/tasks/done", "/tasks/duties", "/occasions/{occasion}/publish", "/publications/{draft}/edit",
               "/publications/{draft}/check", "/publications/{draft}/files", "/publications/{published}/edit",
               "/publications/{returned}/edit",
               "/publications/{published}/withdraw", "/publications/{published}/supersede",
               "/publications/{published}/history", "/occasions/{occasion}/rulings", "/publications/{published}/check",
               "/self-assessments", "/self-assessments/CX-101/M2-1",
               "/publications/{published}/evidence/add", "/account", "/my/reminders", "/my/reminders/settings",
               "/rectifications", "/rectifications/{list}", "/rectifications/tasks/{task}",
               "/rectifications/{list}/sheet", "/rectifications/{list}/sheet/{sheet}", "/notes/{note}",
               "/annual-reports", "/annual-reports/2025/units/CX-101", "/annual-reports/2018/units/CX-101"),
    "reviewer": ("/reviews", "/reviews/{submitted}", "/reviews/{overridden}", "/rulings/{ruling}",
                 "/publications/{published}/check", "/tasks/responsible"),
    "office": ("/tasks", "/reviews", "/reviews/{submitted}", "/tasks/responsible", "/units/CX-101/change",
               "/units/CX-101/change?kind=rename",
               "/units/CX-101/change?kind=merge", "/units/CX-101/change?kind=split", "/units/CX-101/change?kind=end",
               "/my/reminders", "/items/import", "{import}", "/coverage?measure=links", "/coverage/links",
               "/standards/management", "/self-assessments",
               "/self-assessments/answers/{assessment}", "/annual-reports/check", "/annual-reports/2025", "/annual-reports/2018",
               "/annual-reports/2025/units", "/annual-reports/2025/cells/requests.new.total",
               "/annual-reports/2025/sections", "/annual-reports/2025/confirm",
               "/assessment", "/assessment/units/CX-101", "/assessment/findings?rule=overdue&rule=blank_column",
               "/assessment/rules", "/coverage/sheet", "/briefings",
               "/briefings/{briefing}", "/briefings/draft/2026-02", "/periods/close?period=2026-02",
               "/periods/2026-01/recount", "/periods/2026-01?verify=1",
               "/rectifications", "/rectifications/new?unit=CX-101",
               "/rectifications/{list}", "/rectifications/{list}/check", "/rectifications/tasks/{task}"),
    "leader": ("/coverage", "/coverage/occasions?unit=CX-101&area=budgets", "/notes/{note}",
               "/notes/new?unit=CX-101", "/rectifications"),
    "admin": ("/accounts", "/accounts/new"),
    "auditor": ("/audit", "/audit?verify=1"),
}  # fmt: skip
WIDTHS = (1280, 390)


@pytest.fixture
def places(registry: Registry) -> dict[str, str]:
    """What the addresses speak of, one of each state."""
    editor = create_user(registry, "editor")
    reviewer = create_user(registry, "reviewer", roles=["reviewer"])
    for role in ("office", "admin", "auditor", "leader"):
        create_user(registry, role, roles=[role], unit=None)
    with registry.database.read() as session:
        occasion = find_occasion(session, item="BUD-01-02")
        found = {"occasion": str(occasion.id), "duty": str(occasion.duty_id), "import": import_preview(registry)}
    found |= _publications(registry, editor, reviewer)
    found |= _rectifications(registry, editor)
    with registry.database.work(SYSTEM) as work:
        close_period(work, "2026-01", registry.freezer)
    registry.remind()
    found["briefing"] = str(issued_briefing(registry))
    return found


def _rectifications(registry: Registry, editor: Actor) -> dict[str, str]:
    office = create_user(registry, "office3", roles=["office"], unit=None)
    list_id = issue(registry, office, items=ITEMS[:3])
    first, *_ = tasks_in(registry, list_id).values()
    answer(registry, editor, first, proof="https://www.cxs.gov.cn/1.htm")
    with registry.database.work(office) as work:
        note = write_note(work, NotedCell("CX-101", "budgets"), {"text": "为什么？", "promised_on": None}).id
        replace_note(work, note, {"text": "为什么？请说明", "promised_on": date(2026, 3, 5)})
    sheet = filled(exported(registry, office, list_id), lambda rows: write(rows, 2, "快好了", "在办", "三月"))
    return {
        "list": str(list_id),
        "task": str(first.id),
        "note": str(note),
        "sheet": f"{registry.objects.put(sheet)}?name=清单.xlsx",
    }


def _publications(registry: Registry, editor: Actor, reviewer: Actor) -> dict[str, str]:
    submitted = create_publication(registry, editor, item="BUD-01-03")
    submit(registry, editor, submitted)
    draft = create_publication(registry, editor, item="BUD-01-04", elements=[])
    attach(registry, editor, draft, "名单.txt", "联系13812345678".encode())
    published = publish(registry, editor, reviewer)
    registry.fetch = Sites().fetch
    check_publication(registry.database, registry.looker, editor, published)
    create_photograph(registry, published, editor)
    return {
        "draft": str(draft),
        "submitted": str(submitted),
        "published": str(published),
        "returned": str(_returned(registry, editor, reviewer)),
        "overridden": str(_overridden(registry, editor)),
        "ruling": str(_asked(registry, editor)),
        "assessment": str(create_self_assessment(registry, editor)),
    }


def _returned(registry: Registry, editor: Actor, reviewer: Actor) -> UUID:
    publication_id = create_publication(registry, editor, item="BUD-02-01")
    submit(registry, editor, publication_id)
    with registry.database.work(reviewer) as work:
        reasons = [{"field": "title", "text": "写明年度"}, {"field": "", "text": "再核对一次"}]
        return_publication(work, publication_id, version=2, reasons=reasons)
    return publication_id


def _overridden(registry: Registry, editor: Actor) -> UUID:
    publication_id = create_publication(registry, editor, item="BUD-02-02")
    submit(registry, editor, publication_id)
    office = create_user(registry, "office2", roles=["office"], unit=None)
    asked = registry.rulebook.review_checks
    with registry.database.work(office) as work:
        approve_publication(
            work,
            publication_id,
            version=2,
            objects=registry.objects,
            checks=REVIEW_CHECKS,
            asked=asked,
            override_reason="审查员出差",
        )
    return publication_id


def _asked(registry: Registry, editor: Actor) -> UUID:
    with registry.database.read() as session:
        occasion = find_occasion(session, item="BUD-02-03")
    with registry.database.work(editor) as work:
        return ask_for_ruling(work, occasion.id, {"kind": "nothing_to_publish", "reason": "本期没有发生"}).id


def import_preview(registry: Registry) -> str:
    """The address of a preview with rows to create, to change and to refuse, and with doubts."""
    row = NEW.replace("乡村风貌公示", "风貌导则").replace("批准后20个工作日内", "")
    digest = registry.objects.put(csv_of(NEW, row, NEW.replace("规划公示,乡村风貌公示", "规划编制,专项规划")))
    return f"/items/import/{digest}?name=t.csv&area=urban-rural-planning"


@pytest.fixture
def open_tab(browser: Browser, app: Flask) -> Iterator[Callable[..., Page]]:
    with served(app) as address:
        contexts = []

        def open_tab(width: int, username: str | None = None) -> Page:
            context = browser.new_context(base_url=address, viewport={"width": width, "height": 900}, locale="zh-CN")
            contexts.append(context)
            tab = context.new_page()
            if username:
                tab.goto("/sign-in")
                tab.locator("input[name=username]").fill(username)
                tab.locator("input[name=password]").fill(PASSWORD)
                tab.get_by_role("button", name="登录").first.click()
            return tab

        yield open_tab
        for context in contexts:
            context.close()


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("width", WIDTHS)
def test_public_pages_have_no_finding(open_tab: Callable[..., Page], places: dict[str, str], width: int) -> None:
    assert list(_findings(open_tab(width), PUBLIC, places)) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("width", WIDTHS)
def test_large_print_has_no_finding(open_tab: Callable[..., Page], places: dict[str, str], width: int) -> None:
    tab = open_tab(width)
    tab.goto("/")
    with tab.expect_navigation():
        tab.get_by_role("link", name="长者模式").first.click()

    assert tab.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
    assert list(_findings(tab, PUBLIC[:13], places)) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("username", STAFF)
def test_staff_pages_have_no_finding(
    open_tab: Callable[..., Page], places: dict[str, str], width: int, username: str
) -> None:
    assert list(_findings(open_tab(width, username), STAFF[username], places)) == []


def _findings(tab: Page, addresses: tuple[str, ...], places: dict[str, str]) -> Iterator[tuple[str, Any]]:
    elsewhere: list[str] = []
    said: list[str] = []
    tab.on("request", lambda request: elsewhere.extend(_off_site(request)))
    tab.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: said.append(str(error)))
    for template in addresses:
        address = template.format(**places)
        said.clear()
        response = tab.goto(address)
        assert response is not None, address
        assert response.status < 500, address
        if response.status == 200 and said:
            yield template, said
        for violation in Axe().run(tab).response["violations"]:
            yield template, violation["id"], [node["html"][:120] for node in violation["nodes"][:3]]
        overflow = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            yield template, f"scrolls sideways by {overflow} px"
    yield from (("request", address) for address in elsewhere)


def _off_site(request: Request) -> list[str]:
    return [] if request.url.startswith(("http://127.0.0.1:", "data:", "about:")) else [request.url]
