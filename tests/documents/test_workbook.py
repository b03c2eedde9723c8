"""Workbooks read back: filters, frozen heads, formats, totals, and texts that stay texts."""

import io
from datetime import date

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from registry.documents.workbook import SUM, Column, Formula, Sheet, Value, workbook

COLUMNS = (
    Column("单位", width=20, total="合计"),
    Column("应公开", "number", total=SUM),
    Column("公开率", "percent", total=Formula("=B{row}/10", 0.7)),
    Column("最后一日", "date"),
    Column("答复"),
)
ROWS: tuple[tuple[Value | Formula, ...], ...] = (
    ("=1+1", 3, 0.5, date(2026, 3, 2), None),
    ("http://example.invalid/", 4, Formula("=B{row}/8", 0.5), None, "007"),
)


def read(*sheets: Sheet, shown: bool = False) -> Worksheet:
    content = workbook(sheets, title="表")
    return openpyxl.load_workbook(io.BytesIO(content), data_only=shown).worksheets[0]


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    about = ("截至 2026年3月2日", "地址：https://example.invalid/coverage")
    return Sheet("表", "公开情况", COLUMNS, ROWS, about=about, choices={4: ("已整改", "正在整改")})


def test_title_and_what_it_is_about_stand_above_the_head(sheet: Sheet) -> None:
    page = read(sheet)

    assert [page.cell(row, 1).value for row in range(1, 5)] == ["公开情况", *sheet.about, "单位"]


def test_the_head_stays_in_view_repeats_on_paper_and_filters_the_rows_only(sheet: Sheet) -> None:
    page = read(sheet)

    assert page.freeze_panes == "B5"
    assert page.auto_filter.ref == "A4:E6"
    assert page.print_title_rows == "$4:$4"
    assert page.page_setup.paperSize == 9
    assert "第" in page.oddFooter.center.text


def test_texts_stay_texts_and_dates_are_dates(sheet: Sheet) -> None:
    page = read(sheet)

    assert (page["A5"].value, page["A5"].data_type) == ("=1+1", "s")
    assert (page["A6"].value, page["A6"].hyperlink) == ("http://example.invalid/", None)
    assert (page["E6"].value, page["E6"].data_type) == ("007", "s")
    assert page["D5"].value.date() == date(2026, 3, 2)
    assert page["D6"].value is None


def test_numbers_have_their_format(sheet: Sheet) -> None:
    page = read(sheet)

    assert [page[cell].number_format for cell in ("B5", "C5", "D5")] == ["0", "0.0%", "yyyy-mm-dd"]


def test_totals_are_formulas_over_the_rows_and_show_what_they_are(sheet: Sheet) -> None:
    live, shown = read(sheet), read(sheet, shown=True)

    assert (live["A7"].value, live["B7"].value, live["C7"].value) == ("合计", "=SUBTOTAL(109,B5:B6)", "=B7/10")
    assert (shown["B7"].value, shown["C7"].value, shown["C6"].value) == (7, 0.7, 0.5)
    assert live["C6"].value == "=B6/8"


def test_a_column_offers_its_choices(sheet: Sheet) -> None:
    (offered,) = read(sheet).data_validations.dataValidation

    assert (str(offered.sqref), offered.formula1) == ("E5:E6", '"已整改,正在整改"')


def test_an_empty_table_adds_up_to_nothing() -> None:
    page = read(Sheet("空", "空表", COLUMNS, ()))

    assert page.auto_filter.ref == "A2:E3"
    assert page["B4"].value == "=SUBTOTAL(109,B3:B3)"


def test_names_of_sheets_are_made_fit() -> None:
    content = workbook([Sheet("公开[率]/单位:" + "长" * 40, "表", COLUMNS, ())], title="表")

    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["公开率单位" + "长" * 26]
