"""The pages of the assessment: worst first, every number with its rows, vetoes apart, and for a unit's people only their own."""

import csv
import io
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from flask.testing import FlaskClient

from registry.assessment.finding import assess
from registry.assessment.queries import facts_on
from registry.assessment.rules import Assessment
from registry.bootstrap import Registry
from registry.database import SYSTEM
from tests.clock import Clock
from tests.factories import create_user, element_ids, publish
from tests.pages import Page, Pages, text_of

SignIn = Callable[..., Page]


@pytest.fixture
def judged(registry: Registry, clock: Clock) -> Assessment:
    """Sixty days on: one unit has published one thing late and one without its tables, the others nothing at all."""
    editor = create_user(registry, "early")
    reviewer = create_user(registry, "reviewer", roles=["reviewer"])
    with registry.database.read() as session:
        elements = element_ids(session, "BUD-01-02")
    publish(registry, editor, reviewer, item="BUD-01-02", title="楚雄市2026年支出", elements=elements[:1])
    clock.forward(days=60)
    with registry.database.work(SYSTEM, audited=False) as work:
        registry.begin_day(work)
    publish(registry, editor, reviewer)
    dates = registry.state_dates()
    with registry.database.read() as session:
        return assess(facts_on(session, dates), registry.rulebook.assessment.on(dates.as_of))


def rows_of(page: Page) -> list[list[str]]:
    return [[text_of(cell) for cell in row.iter() if cell.tag in ("td", "th")] for row in page.all("tr")]


def body_rows(page: Page) -> int:
    """Rows of the tables that are no heads and no totals."""
    return sum(len([row for row in body.iter() if row.tag == "tr"]) for body in page.all("tbody"))


def numbers(page: Page) -> Iterator[tuple[int, str]]:
    """Every number that leads to findings or occasions, the first one of a veto mark (5/5), and where it leads."""
    for link in page.all("a"):
        address, text = link.get("href", ""), text_of(link)
        if address.startswith(("/assessment/findings?", "/coverage/occasions?")):
            number = text.split("/")[0].split()[-1]
            if number.isdigit():
                yield int(number), address


def test_every_number_of_the_list_opens_its_rows(
    registry: Registry, judged: Assessment, page: Pages, sign_in: SignIn
) -> None:
    create_user(registry, "leader", roles=["leader"], unit=None)
    sign_in("leader")
    board = page("/assessment")
    scores = [float(row[1].split()[0]) for row in rows_of(board)[1:]]
    assert len(scores) == len(judged.units)
    assert scores == sorted(scores)
    assert scores == sorted(unit.score for unit in judged.units.values())

    found = list(numbers(board))
    chosen = [one for one in found if "unit=CX-101" in one[1]] + found[:8]
    assert len(chosen) > 10
    for number, address in chosen:
        listed = page(address)
        assert body_rows(listed) == number, address
        assert f"共 {number} " in listed.text

    failing = page(f"/assessment?show=failing&as_of={judged.as_of}")
    assert body_rows(failing) == sum(not unit.passes for unit in judged.units.values())
    assert rows_of(page("/assessment?sort=unit"))[1][0] == "楚雄市人民政府办公室"


def test_the_page_of_a_unit_adds_up(registry: Registry, judged: Assessment, page: Pages, sign_in: SignIn) -> None:
    create_user(registry, "office", roles=["office"], unit=None)
    sign_in("office")
    unit = judged.units["CX-101"]
    shown = page("/assessment/units/CX-101")

    assert shown.h1 == "楚雄市财政局考核情况"
    lost = sum(float(row[1]) for row in rows_of(shown) if row[0] == "小计")
    assert lost == unit.lost_points == 100 - unit.score
    for verdict in unit.verdicts:
        (row,) = (row for row in rows_of(shown) if row[0] == unit.rules.rules[verdict.rule].name and len(row) == 4)
        assert row[1:] == [str(verdict.count), str(verdict.threshold), "否决" if verdict.holds else "未达到"]
    for finding in unit.findings:
        assert finding.context["title"] in shown.text
    steps = [row for row in rows_of(shown) if len(row) == 7 and row[0].isdigit()]
    assert len(steps) == 5
    assert float(steps[0][4]) == unit.score + float(steps[0][3])
    assert [row[2] for row in rows_of(shown) if row[0] == "全部整改后"] == [steps[-1][4]]

    earlier = page("/assessment/units/CX-101?as_of=2026-03-02")
    assert "迟公开：" not in earlier.text
    assert "迟公开：1 条" in shown.text
    assert page("/assessment/units/NO-SUCH", status=404)
    rules = page("/assessment/rules")
    assert all(
        rule.name in rules.text and rule.source in rules.text and rule.counts in rules.text
        for rule in unit.rules.rules.values()
    )


def test_people_of_a_unit_see_their_own_only(
    registry: Registry, judged: Assessment, page: Pages, client: FlaskClient, sign_in: SignIn
) -> None:
    create_user(registry, "editor")
    sign_in("editor")

    assert page("/assessment").h1 == "楚雄市财政局考核情况"
    assert page("/assessment/units/CX-102", status=403)
    assert page("/assessment/findings?unit=CX-102", status=403)
    assert body_rows(page("/assessment/findings")) == len(judged.units["CX-101"].findings)
    listed = csv_of(client, "/assessment/findings.csv")
    assert {row[1] for row in listed[5:]} == {"楚雄市财政局"}
    assert [row[1] for row in csv_of(client, "/assessment.csv")[5:]] == ["CX-101"]


def csv_of(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_what_is_taken_away_says_what_it_is(
    registry: Registry, judged: Assessment, client: FlaskClient, sign_in: SignIn
) -> None:
    create_user(registry, "office", roles=["office"], unit=None)
    sign_in("office")
    answer = client.get("/assessment.xlsx?unit=CX-101&as_of=2026-05-01")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    units, findings = book.worksheets
    about = [units.cell(row, 1).value for row in range(1, 6)]
    unit = judged.units["CX-101"]

    assert answer.mimetype.endswith("sheet")
    assert about[:3] == ["政务公开考核", "截至日期：2026年5月1日", "范围：楚雄市财政局：考核发现的问题"]
    assert parse_qs(urlsplit(about[4].removeprefix("查看地址：")).query) == {
        "unit": ["CX-101"],
        "as_of": ["2026-05-01"],
    }
    assert [units.cell(7, column).value for column in (1, 2, 3, 4)] == [
        "楚雄市财政局",
        "CX-101",
        unit.score,
        unit.lost_points,
    ]
    assert units.freeze_panes == "B7"
    assert str(units.cell(8, 4).value).startswith("=SUBTOTAL(109,D7:D7)")
    rows = [[cell.value for cell in row] for row in findings.iter_rows(min_row=7)]
    assert len(rows) == len(unit.findings) + 1
    assert sum(row[8] for row in rows[:-1]) == unit.lost_points
    every = csv_of(client, "/assessment.csv")
    assert len(every) == 5 + len(judged.units)
