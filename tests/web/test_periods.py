"""Closed periods, trend and comparison on the pages: every number opens its rows, the office closes what it looked at, others only read."""

import csv
import gzip
import hashlib
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from registry.bootstrap import Registry
from registry.closing.queries import get_frozen, sums_of
from registry.closing.service import close_period
from registry.coverage.queries import board
from registry.database import SYSTEM
from registry.duties.tables import ClosedPeriod
from tests import factories
from tests.clock import Clock
from tests.pages import Page, Pages, text_of

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
COUNT = re.compile(r'class="count-link" href="([^"]+)"[^>]*>(\d+)<')
SVG = "{http://www.w3.org/2000/svg}"
SignIn = Callable[..., Page]


def close(registry: Registry, *codes: str) -> None:
    for code in codes:
        with registry.database.work(SYSTEM) as work:
            close_period(work, code, registry.freezer)


@pytest.fixture
def closed(registry: Registry) -> Registry:
    """January and February are closed; today is 2 March. One thing was published in time, one late."""
    editor = factories.create_user(registry, "editor")
    reviewer = factories.create_user(registry, "reviewer", roles=["reviewer"])
    factories.create_user(registry, "office", roles=["office"], unit=None)
    factories.create_user(registry, "leader", roles=["leader"], unit=None)
    factories.create_user(registry, "auditor", roles=["auditor"], unit=None)
    factories.publish(registry, editor, reviewer, item="BUD-01-01", published_on=date(2026, 2, 20))
    factories.publish(registry, editor, reviewer, item="BUD-07-02", published_on=date(2026, 2, 25))
    close(registry, "2026-01", "2026-02")
    return registry


def opens_its_rows(client: FlaskClient, address: str, *, at_least: int) -> None:
    """Every different number with a link on the page leads to a list that says it has as many rows."""
    source = client.get(address).get_data(as_text=True)
    found = dict(COUNT.findall(source))
    assert len(found) >= at_least, address
    for target, number in list(found.items())[:: max(1, len(found) // 40)]:
        listed = client.get(target.replace("&amp;", "&")).get_data(as_text=True)
        assert f"共 {number} 项" in listed, (address, target, number)


@SQLITE
@pytest.mark.parametrize(
    ("address", "at_least"),
    [
        ("/periods", 2),
        ("/periods/2026-02", 100),
        ("/periods/2026-01?of=flow", 50),
        ("/trend", 100),
        ("/comparison?left=2026-01&right=2026-03-02&all=1", 100),
        ("/comparison?left=2026-01&right=2026-02&unit=CX-101&all=1", 10),
        ("/comparison?by=unit&unit=CX-101&other=CX-104&left=2026-02&all=1", 20),
        ("/comparison?by=standard&unit=CX-101&all=1", 10),
    ],
)
def test_every_number_opens_its_rows(closed: Registry, client: FlaskClient, address: str, at_least: int) -> None:
    opens_its_rows(client, address, at_least=at_least)


def test_the_frozen_board_reads_the_same_after_changes(closed: Registry, page: Pages, clock: Clock) -> None:
    with closed.database.read() as session:
        total = board(session, closed.state_dates(date(2026, 2, 28))).total()
        frozen = get_frozen(session, "2026-02")
        assert sums_of(frozen.board).of() == total
        sealed, content_hash = frozen.hash, frozen.content_hash
    shown = page("/periods/2026-02")
    assert shown.h1 == "2026年2月（已关账）"
    assert sealed in shown.text
    assert content_hash in shown.text
    assert "某人" not in shown.text, "the public sees no names of people"
    before = text_of(shown.first("table"))

    editor = factories.create_user(closed, "editor9")
    reviewer = factories.create_user(closed, "reviewer9", roles=["reviewer"])
    factories.publish(
        closed, editor, reviewer, item="BUD-01-02", published_on=date(2026, 2, 21), title="补登的", doc_no=None
    )
    assert text_of(page("/periods/2026-02").first("table")) == before
    with closed.database.read() as session:
        assert board(session, closed.state_dates(date(2026, 2, 28))).total() != total


@SQLITE
def test_what_can_be_downloaded_is_what_was_signed(closed: Registry, client: FlaskClient) -> None:
    with closed.database.read() as session:
        frozen = get_frozen(session, "2026-02")
        total = sums_of(frozen.board).of()
    content = client.get("/periods/2026-02.jsonl.gz").data
    assert hashlib.sha256(gzip.decompress(content)).hexdigest() == frozen.content_hash

    rows = list(csv.reader(io.StringIO(client.get("/periods/2026-02.csv").data.decode("utf-8-sig"))))
    assert rows[0][0].startswith("2026年2月公开情况（已关账）")
    assert frozen.hash in rows[1][0]
    assert rows[2][0].endswith("/periods/2026-02")
    assert rows[3][:4] == ["责任单位", "领域", "应公开", "按时公开"]
    assert sum(int(row[2]) for row in rows[4:]) == total.due
    book = load_workbook(io.BytesIO(client.get("/periods/2026-02.xlsx").data))
    assert book.sheetnames == ["期末累计", "当期到期的"]
    sheet = book["期末累计"]
    assert sheet.freeze_panes
    assert sheet.auto_filter.ref
    bottom = [cell.value for cell in sheet[sheet.max_row]]
    assert bottom[0] == "全部单位"
    assert bottom[2].startswith("=SUBTOTAL(9,C")
    assert client.get("/periods/2026-03").status_code == 404
    assert client.get("/periods/2026-02/rows?state=luck").status_code == 422


@SQLITE
def test_the_office_closes_what_it_looked_at(registry: Registry, page: Pages, sign_in: SignIn, clock: Clock) -> None:
    office = factories.create_user(registry, "office", roles=["office"], unit=None)
    editor = factories.create_user(registry, "editor")
    reviewer = factories.create_user(registry, "reviewer", roles=["reviewer"])
    waiting = factories.create_publication(registry, editor, item="BUD-01-03", published_on=date(2026, 2, 27))
    factories.submit(registry, editor, waiting)
    assert "可以关账的时期" not in page("/periods").text
    sign_in("office")
    listed = page("/periods")
    assert "2026年1月（2026年1月1日至2026年1月31日）：先看数字，再关账" in listed.text
    assert "还没有结束，2026年3月31日以后才能关账" in listed.text
    soon = page("/periods/close?period=2026-03")
    assert "2026-03 到 2026-03-31 才结束" in soon.text
    assert "确认关账" not in soon.text
    page("/periods/close?period=soon", status=422)

    looked_at = page("/periods/close?period=2026-02")
    assert "等待审查的公开信息 1 份" in looked_at.text
    factories.approve(registry, reviewer, waiting)
    refused = page.submit(looked_at, form="确认关账", status=409)
    assert "预览之后，2026-02 的数字已有变动" in refused.text
    arrived = page.submit(refused, form="确认关账")
    assert arrived.h1 == "2026年2月（已关账）"
    assert "数字和据以计算的事实已经封存" in arrived.text
    assert "某人" in arrived.text
    assert "2026-02 已经关账" in page("/periods/close?period=2026-02").text
    assert "核验通过" in page("/periods/2026-02?verify=1").text
    assert "关账后有变 0 处" in page("/periods/2026-02/recount").text
    assert office.user_id is not None
    factories.publish(
        registry, editor, reviewer, item="BUD-01-02", published_on=date(2026, 2, 21), title="补登的", doc_no=None
    )
    recounted = page("/periods/2026-02/recount").text
    assert "状态和各单位、各事项的合计都与关账时一致" in recounted
    assert "关账后有变 1 处" in recounted
    assert "后来补登的公开信息" in recounted
    with registry.database.read() as session:
        registry.objects.path(get_frozen(session, "2026-02").object_digest).write_bytes(b"altered")
    assert "核验不通过，4 项不符" in page("/periods/2026-02?verify=1").text


@SQLITE
def test_a_period_closed_without_numbers_says_so(registry: Registry, page: Pages) -> None:
    """Closed by a release that kept the dates only."""
    with registry.database.work(SYSTEM, audited=False) as work:
        days = {"first_on": date(2026, 1, 1), "last_on": date(2026, 1, 31)}
        work.session.add(ClosedPeriod(code="2026-01", closed_at=work.now, **days))
    assert "关账时还没有留存数字" in page("/periods").text
    assert "当时的数字没有封存，现在不能补做" in page("/periods/2026-01").text
    page("/periods/2026-01/rows", status=404)


@SQLITE
@pytest.mark.parametrize(("who", "status"), [("leader", 200), ("auditor", 200), ("editor", 403)])
def test_who_may_look_closely(closed: Registry, client: FlaskClient, sign_in: SignIn, who: str, status: int) -> None:
    for address in ("/periods/2026-02?verify=1", "/periods/2026-02/recount"):
        assert client.get(address).status_code in (302, 403)
    sign_in(who)
    for address in ("/periods/2026-02?verify=1", "/periods/2026-02/recount"):
        assert client.get(address).status_code == status
    assert client.get("/periods/close?period=2026-Q1").status_code == 403


@SQLITE
def test_the_trend_is_said_as_well_as_drawn(closed: Registry, page: Pages) -> None:
    shown = page("/trend")
    drawings = [one for one in shown.all(f"{SVG}svg") if one.get("role") == "img"]
    city = drawings[0].get("aria-label") or ""
    with closed.database.read() as session:
        rates = [sums_of(get_frozen(session, code).board).of().rate for code in ("2026-01", "2026-02")]
    assert rates[1] is not None
    assert re.fullmatch(r"全部单位：2026年1月 \d+%，2026年2月 \d+%，2026年3月（本期） \d+%", city)
    assert f"2026年2月 {int(rates[1] * 100 + 1e-9)}%" in city
    bars = [(one.get("class"), one.get("fill")) for one in drawings[0].iter(f"{SVG}rect")]
    assert bars == [("chart-bar", None), ("chart-bar", None), ("chart-open", "url(#hatch)")]
    tall = [float(one.get("height") or 0) for one in drawings[0].iter(f"{SVG}rect")]
    assert all(0 < one <= 56 for one in tall)
    # Lowest first, by the value of today.
    values = [text_of(one).split()[0] for one in shown.all("p", class_="chart-value")]
    units = [int(value.rstrip("%")) for value in values[4:] if value.endswith("%")]
    assert len(units) > 20
    assert units == sorted(units)
    assert "还没有已关账的季度" in page("/trend?kind=quarter").text
    page("/trend?kind=week", status=422)


@SQLITE
def test_comparing_shows_what_differs(closed: Registry, page: Pages, client: FlaskClient) -> None:
    same = page("/comparison?left=2026-02&right=2026-02")
    assert "共 1 行" in same.text
    differing = page("/comparison?left=2026-01&right=2026-02")
    assert "楚雄市财政局" in differing.text
    ours = page("/comparison?left=2026-01&right=2026-02&unit=CX-101")
    assert ours.h1 == "时期与时期比较：楚雄市财政局：2026年1月与2026年2月"
    (row,) = [one for one in ours.all("tr") if "/items/BUD-07-02" in {link.get("href") for link in one.iter("a")}]
    # Due in January, published in February: 1 due, 0 answered, 1 overdue, then 1, 1, 0.
    numbers = [text_of(cell) for cell in row.iter("td")]
    assert numbers == ["1", "0", "1", "0", "0%", "1", "1", "0", "0", "100%", "↑ 100 个百分点"]
    units = page("/comparison?by=unit&unit=CX-101&other=CX-104&left=2026-02&all=1")
    assert "只由楚雄市财政局承担" in units.text
    standard = page("/comparison?by=standard&unit=CX-101&left=2026-02&all=1")
    assert "标准要求的公开时限" in standard.text
    assert "请选择单位" in page("/comparison?by=standard").text
    page("/comparison?left=2026-11", status=404)
    page("/comparison?left=yesterday", status=422)
    page("/comparison?right=2027-01-01", status=422)

    asked = "?by=unit&unit=CX-101&other=CX-104&left=2026-02&all=1"
    rows = list(csv.reader(io.StringIO(client.get(f"/comparison.csv{asked}").data.decode("utf-8-sig"))))
    assert rows[2][0].endswith(f"/comparison{asked}")
    assert len(rows) - 4 == len(units.all("tr")) - 2
    book = load_workbook(io.BytesIO(client.get(f"/comparison.xlsx{asked}").data))
    assert book.active is not None
    assert book.active.max_row == len(rows)
