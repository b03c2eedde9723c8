"""The pages everybody may read: what is refused, where links lead, and that every number opens the rows it counts."""

import html
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.one_database

NEXT = re.compile(r'rel="next" href="([^"]+)"')
COUNT = re.compile(r'class="count-link" href="([^"]+)"[^>]*>(\d+)<')


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/nowhere", 404),
        ("/items/XXX", 404),
        ("/items/%00", 404),
        ("/areas/nowhere", 404),
        ("/areas/nowhere.xlsx", 404),
        ("/units/ZZ", 404),
        ("/publications/123", 404),
        ("/publications/01890a5d-ac96-774b-bcce-b302099a8057", 404),
        ("/standards/M9", 404),
        ("/procedures/nowhere", 404),
        ("/search?page=999", 404),
        ("/search?page=0", 422),
        ("/search?page=x", 422),
        ("/search?area=nowhere", 422),
        ("/search?state=asleep", 422),
        ("/search?sort=upside-down", 422),
        ("/search?year=abc", 422),
        ("/search?q=" + "预" * 201, 422),
        ("/coverage?as_of=2026-13-01", 422),
        ("/coverage?as_of=1800-01-01", 422),
        ("/coverage?sort=luck", 422),
        ("/coverage/occasions?unit=ZZ", 422),
        ("/coverage/occasions?item=ZZ", 404),
        ("/large-print?on=7", 422),
    ],
)
def test_what_cannot_be_right_is_refused_in_chinese(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(address)

    assert answer.status_code == status
    assert re.search(r"<h1>[\u4e00-\u9fff]+</h1>", answer.get_data(as_text=True))


def test_a_visitors_parameters_do_not_decide_where_links_lead(client: FlaskClient) -> None:
    page = client.get("/search?q=预算&_scheme=javascript&_external=1&_anchor=x").get_data(as_text=True)

    assert "javascript:" not in page


def test_switching_the_display_leads_nowhere_else(client: FlaskClient) -> None:
    assert client.get("/large-print?on=1&next=//example.org/").headers["Location"] == "/"
    assert client.get("/large-print?on=1&next=/units").headers["Location"] == "/units"
    assert '<html lang="zh-CN" class="large">' in client.get("/units").get_data(as_text=True)


def rows_on(client: FlaskClient, address: str) -> Iterator[int]:
    """How many rows each page of a list has."""
    more: str | None = address
    while more is not None:
        page = client.get(more).get_data(as_text=True)
        yield page.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")
        found = NEXT.search(page)
        more = html.unescape(found[1]) if found else None


def test_every_number_of_the_totals_opens_exactly_its_rows(client: FlaskClient) -> None:
    board = client.get("/coverage?as_of=2026-02-27").get_data(as_text=True)
    totals = COUNT.findall(board.partition("<tfoot>")[2])

    assert totals
    for address, number in totals:
        assert sum(rows_on(client, html.unescape(address))) == int(number), address
