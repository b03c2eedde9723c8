"""Every number of the board is the number of its rows: each link is opened and what it lists is counted, over two years in three areas."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask.testing import FlaskClient
from sqlmodel import col

from registry.bootstrap import Registry
from registry.database import SYSTEM
from registry.duties.tables import Duty
from registry.web import counted, coverage
from tests import factories
from tests.coverage.histories import fill
from tests.pages import Page, Pages, text_of

UNITS = ("CX-101", "CX-532301101", "CX-532301102")
ON_SQLITE = pytest.mark.parametrize(
    "database_kind", ["sqlite"], indirect=True
)  # test_judging holds PostgreSQL to the same numbers


@pytest.fixture
def busy(registry: Registry) -> Registry:
    """Three units have a past of two years; all others owe nothing."""
    fill(registry, seed=20260304, units=UNITS)
    with registry.database.work(SYSTEM, audited=False) as work:
        nobody = sa.update(Duty).where(col(Duty.unit_code).not_in(UNITS))
        work.session.execute(nobody.values(starts_on=sa.text("'2044-01-01'")))
    factories.create_user(registry, "leader", roles=["leader"], unit=None)
    return registry


@dataclass(frozen=True)
class Number:
    """A number on a page and where its rows are."""

    shown: int
    address: str


def numbers_of(board: Page) -> list[Number]:
    links = [one for one in board.all("a", class_="count-link") if one.get("href")]
    return [Number(int(text_of(one)), urljoin(board.address, one.get("href", ""))) for one in links]


def rows_at(client: FlaskClient, address: str) -> int:
    """Rows of the table there, over all its pages."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    source = answer.get_data(as_text=True)
    following = re.search(r'<a rel="next" href="([^"]+)"', source)
    further = urljoin(address, following[1].replace("&amp;", "&")) if following else None
    rows = len(re.findall(r"<tr>\s*<th scope=\"row\">", source))
    return rows + (rows_at(client, further) if further else 0)


def boards() -> Iterator[str]:
    yield "/coverage?as_of=2025-11-30"
    for measure in ("on_time", "elements", "links"):
        yield f"/coverage?measure={measure}&as_of=2026-02-27"
    yield "/coverage?unit=CX-101&as_of=2025-11-30"
    yield "/coverage?area=budgets&measure=elements"
    yield "/coverage?item=BUD-01-01&measure=links"


@ON_SQLITE
def test_every_number_opens_exactly_its_rows(
    busy: Registry, page: Pages, client: FlaskClient, sign_in: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "ROWS_A_PAGE", 40)
    sign_in("leader")
    opened: dict[str, int] = {}
    for address in boards():
        numbers = numbers_of(page(address))
        assert numbers, address
        for number in numbers:
            if number.address not in opened:
                opened[number.address] = rows_at(client, number.address)
            assert opened[number.address] == number.shown, (
                f"{number.shown} on {address}, other rows at {number.address}"
            )
    assert len(opened) > 200


@ON_SQLITE
def test_lines_add_up_to_the_totals(busy: Registry, page: Pages) -> None:
    board = page("/coverage?as_of=2026-02-27")
    body, foot = board.first("tbody"), board.first("tfoot")

    assert len(list(body)) == len(UNITS)
    columns = zip(*(counts_of(line) for line in body), strict=True)
    summed = [[sum(numbers) for numbers in zip(*filter(None, column), strict=True)] for column in columns]
    assert summed == counts_of(foot[0])


def counts_of(line: Element) -> list[list[int]]:
    """The whole numbers of each cell of a line: part and whole, or one; none where nothing is owed."""
    return [
        [int(text_of(one)) for one in cell.iter() if "count-link" in one.get("class", "")]
        for cell in line
        if cell.tag == "td"
    ]


@ON_SQLITE
def test_a_long_board_is_turned_over_and_its_totals_stay(
    busy: Registry, page: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = page("/coverage")
    monkeypatch.setattr(coverage, "ROWS_A_PAGE", 2)
    first, second = page("/coverage"), page("/coverage?page=2")

    def lines(board: Page) -> list[str]:
        return [text_of(line[0]) for line in board.first("tbody")]

    assert lines(first) + lines(second) == lines(whole)
    assert text_of(first.first("tfoot")) == text_of(second.first("tfoot")) == text_of(whole.first("tfoot"))
    page("/coverage?page=3", status=404)


@ON_SQLITE
def test_worst_first_by_every_column_and_back(busy: Registry, page: Pages) -> None:
    def column(board: Page, place: int) -> list[float]:
        cells = (next(one for one in line.iter("span") if one.get("class") == "cell-rate") for line in
                 (row[place] for row in board.first("tbody")))  # fmt: skip
        return [float(re.match(r"[\d.]+", text_of(cell))[0]) for cell in cells]  # type: ignore[index]

    rates = column(page("/coverage?sort=budgets"), 2)
    assert rates == sorted(rates)
    assert column(page("/coverage?sort=budgets&order=desc"), 2) == sorted(rates, reverse=True)


@ON_SQLITE
def test_looks_are_not_for_the_public(busy: Registry, page: Pages, client: FlaskClient) -> None:
    assert "measure=links" not in page("/coverage").source
    for address in ("/coverage?measure=links", "/coverage/links"):
        assert client.get(address).status_code == 302


def test_api_and_command_line_give_the_numbers_of_the_board(
    busy: Registry, page: Pages, run: Callable[..., Result]
) -> None:
    board = page("/coverage?as_of=2025-11-30")
    answered, due = counts_of(board.first("tfoot")[0])[3]
    served = page.client.get("/api/v1/coverage?as_of=2025-11-30").get_json()
    written = run("coverage", "--as-of", "2025-11-30", "--json").stdout

    assert (served["totals"]["met"] + served["totals"]["met_late"], served["totals"]["due"]) == (answered, due)
    assert json.loads(written) == served
    served = page.client.get("/api/v1/coverage?as_of=2025-11-30&elements=true").get_json()
    covered, asked = counts_of(page("/coverage?as_of=2025-11-30&measure=elements").first("tfoot")[0])[3]
    assert (served["totals"]["elements"]["covered"], served["totals"]["elements"]["asked"]) == (covered, asked)
    assert json.loads(run("coverage", "--as-of", "2025-11-30", "--elements", "--json").stdout) == served
