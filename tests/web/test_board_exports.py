"""The board as files: the numbers of the page, with day, filters and address, for whoever asks."""

import csv
import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pypdf
import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from registry.accounts.tables import User
from registry.bootstrap import Registry
from registry.coverage.queries import DutyFilter, board
from registry.coverage.rules import StateDates
from registry.database import Actor
from registry.documents import pdf
from registry.items.queries import list_areas
from registry.rectification.notes import NotedCell, write_note
from registry.units.queries import unit_names
from tests.factories import create_user, publish
from tests.pages import Page, Pages

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

# Far enough on that what was owed by March 2026 is late; only staff may look so far ahead.
DAY = "2027-06-30"


@pytest.fixture
def busy(registry: Registry, sign_in: Callable[..., Page]) -> Registry:
    """A registry with one thing published, looked at by a leader."""
    create_user(registry, "leader", roles=("leader",), unit=None)
    publish(registry, create_user(registry, "editor"), create_user(registry, "reviewer", roles=("reviewer",)))
    sign_in("leader")
    return registry


def dates(registry: Registry) -> StateDates:
    return registry.state_dates(date.fromisoformat(DAY))


def test_every_number_of_the_files_is_that_of_the_board(busy: Registry, page: Pages) -> None:
    with busy.database.read() as session:
        found, names = board(session, dates(busy)), unit_names(session)
        areas = {area.code: area.name for area in list_areas(session)}
    book = openpyxl.load_workbook(io.BytesIO(page.client.get(f"/coverage.xlsx?as_of={DAY}").data), data_only=True)
    sheet = book["单位与领域"]
    rows = {(row[0].value, row[1].value): [cell.value for cell in row[2:]] for row in sheet.iter_rows(min_row=8)}
    told = csv.reader(io.StringIO(page.client.get(f"/coverage.csv?as_of={DAY}").data.decode("utf-8-sig")))
    lines = {(line[0], line[1]): line[2:] for line in told if len(line) > 2}

    cells = {key: counts for key, counts in found.cells.items() if counts.total}
    assert len(rows) == len(cells) + 1
    for (unit, area), counts in cells.items():
        expected = [counts.due, counts.met, counts.met_late, counts.overdue, counts.long_overdue]
        assert rows[names[unit], areas[area]][:5] == expected
        assert lines[names[unit], areas[area]][:5] == [str(number) for number in expected]
        assert rows[names[unit], areas[area]][8:14] == [
            counts.due_soon, counts.upcoming, counts.extended, counts.nothing_to_publish, counts.not_applicable, counts.needs_rule,
        ]  # fmt: skip
    total = found.total()
    assert rows["合计", None][:5] == [total.due, total.met, total.met_late, total.overdue, total.long_overdue]
    assert total.long_overdue > total.met == 1


@ON_SQLITE
def test_notes_stand_in_the_files_of_staff_and_not_of_the_public(
    busy: Registry, page: Pages, client: FlaskClient
) -> None:
    with busy.database.read() as session:
        leader = session.exec(select(User).where(User.username == "leader")).one()
        actor = Actor("leader", roles=frozenset({"leader"}), user_id=leader.id)
    with busy.database.work(actor) as work:
        write_note(work, NotedCell("CX-101", "budgets"), {"text": "三月底前补齐", "promised_on": date(2026, 3, 31)})
    told = page.client.get("/coverage.csv").data.decode("utf-8-sig").splitlines()
    public = client.application.test_client().get("/coverage.csv").data.decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(page.client.get("/coverage.xlsx").data))["单位与领域"]

    assert told[0].endswith(",等次,批注")
    noted = next(line for line in told if "三月底前补齐（承诺日期 2026年3月31日）" in line)
    assert noted.startswith("楚雄市财政局,财政预决算,")
    assert [cell.value for cell in sheet[7]][-1] == "批注"
    assert "批注" not in public
    assert "三月底" not in public


@ON_SQLITE
def test_a_file_says_day_filters_and_the_whole_address(busy: Registry, page: Pages) -> None:
    address = f"/coverage/occasions.xlsx?as_of={DAY}&unit=CX-101&state=overdue&state=long_overdue"
    response = page.client.get(address)
    sheet = openpyxl.load_workbook(io.BytesIO(response.data), data_only=True).active
    listed = page(address.replace(".xlsx", ""))

    about = [sheet.cell(row, 1).value for row in range(1, 6)]
    assert about == [
        "应公开事由",
        "截至 2027年6月30日",
        "筛选：楚雄市财政局、严重逾期、逾期",
        "生成时间：2026年3月2日 09:00",
        f"查看地址：http://localhost{address.replace('.xlsx', '')}",
    ]
    number = sheet.max_row - 7
    assert f"共 {number} 项" in listed.text
    assert sheet.cell(sheet.max_row, 1).value == f"筛选后项数：{number}"
    assert {sheet.cell(row, 3).value for row in range(7, 7 + number)} == {"楚雄市财政局"}
    assert response.headers["Content-Disposition"].startswith('attachment; filename="occasions.xlsx"; filename*=UTF-8')
    assert number > 0


@ON_SQLITE
def test_the_board_on_paper_names_every_unit_with_page_day_and_address(busy: Registry, page: Pages) -> None:
    response = page.client.get(f"/coverage.pdf?as_of={DAY}&sort=unit")
    reader = pypdf.PdfReader(io.BytesIO(response.data))
    pages = [one.extract_text().replace("\n", "") for one in reader.pages]

    with busy.database.read() as session:
        owing, names = board(session, dates(busy)).units(), unit_names(session)
    assert all(names[code] in "".join(pages) for code in owing)
    for number, text in enumerate(pages, start=1):
        assert f"第 {number} 页，共 {len(pages)} 页" in text
        assert "截至 2027年6月30日" in text
        assert "http://localhost/coverage?as_of=2027-06-30&sort=unit" in text
    assert "下载 Excel" not in pages[0]


@ON_SQLITE
def test_a_part_of_the_board_is_taken_away_as_its_occasions_and_as_it_looks(busy: Registry, page: Pages) -> None:
    shown = page(f"/coverage?unit=CX-101&measure=on_time&as_of={DAY}")
    (table,) = shown.links("下载这些事由的 CSV")
    with busy.database.read() as session:
        owed = board(session, dates(busy), DutyFilter(unit_code="CX-101")).total().total
    rows = list(csv.reader(io.StringIO(page.client.get(table).data.decode("utf-8-sig"))))
    assert rows.index([]) - 1 == owed

    (paper,) = shown.links("打印版")
    text = pypdf.PdfReader(io.BytesIO(page.client.get(paper).data)).pages[0].extract_text().replace("\n", "")
    assert "截至 2027年6月30日、楚雄市财政局、按时率" in text


@ON_SQLITE
@pytest.mark.parametrize("address", ["/coverage.pdf", "/coverage.xlsx", "/coverage.csv", "/coverage/occasions.csv"])
def test_an_export_refuses_what_the_page_refuses(page: Pages, address: str) -> None:
    page(f"{address}?as_of=gestern", status=422)
    page(f"{address}?as_of=2030-01-01", status=422)


@ON_SQLITE
def test_without_fonts_the_page_says_to_print_from_the_browser(page: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "can_typeset", lambda: False)

    assert "请用浏览器的打印功能" in page("/coverage.pdf", status=503).text
