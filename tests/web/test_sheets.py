"""The leader's sheet on screen and on paper."""

import io
from collections.abc import Callable

import pypdf
import pytest
from flask import Flask

from registry.bootstrap import Registry
from registry.reports.sheet import sheet_of
from registry.web.sheets import sheet_file
from tests.factories import UNIT, create_user, publish
from tests.pages import Page, Pages, text_of
from tests.reports.test_sheet import crowd

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

SignIn = Callable[..., Page]


@ON_SQLITE
@pytest.mark.parametrize("number", [62, 70])
def test_it_prints_on_one_page_however_many_units_are_late(app: Flask, number: int) -> None:
    reader = pypdf.PdfReader(io.BytesIO(sheet_file(app, sheet_of(crowd(number)))))

    assert len(reader.pages) == 1
    text = reader.pages[0].extract_text()
    assert f"另有 {number - 12} 个单位逾期 {3 * (number - 12)} 项没有列出" in text.replace("\n", "")
    assert "第 1 页，共 1 页" in text


@ON_SQLITE
def test_every_number_opens_its_rows_and_the_file_is_one_page(page: Pages, registry: Registry, sign_in: SignIn) -> None:
    create_user(registry, "leader", roles=("leader",), unit=None)
    editor = create_user(registry, "editor", unit=UNIT)
    publish(registry, editor, create_user(registry, "reviewer", roles=("reviewer",)))
    sign_in("leader")

    sheet = page("/coverage/sheet?as_of=2027-06-30")
    figures = sheet.first("ul", class_="figure-list")
    counted = {}
    for link in figures.iter("a"):
        number, label = (text_of(one) for one in link)
        rows = page(link.get("href", ""))
        counted[label.split("，")[0]] = (number, rows.text)

    for label in ("应公开", "已公开", "逾期"):
        number, rows = counted[label]
        assert f"共 {number} 项" in rows
    assert int(counted["已公开"][0]) == 1
    board = page("/coverage?as_of=2027-06-30")
    assert counted["应公开"][0] in text_of(board.first("tfoot"))
    response = page.client.get("/coverage/sheet.pdf?as_of=2027-06-30")
    assert response.mimetype == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(response.data))
    assert len(reader.pages) == 1
    assert "http://localhost/coverage/sheet?as_of=2027-06-30" in reader.pages[0].extract_text()


@ON_SQLITE
def test_names_of_people_are_not_for_the_public_nor_for_other_units(
    page: Pages, registry: Registry, sign_in: SignIn
) -> None:
    create_user(registry, "editor")

    assert page("/coverage/sheet").address.startswith("/sign-in")
    sign_in("editor")
    page("/coverage/sheet", status=403)
    assert page.client.get("/coverage/sheet.pdf").status_code == 403
