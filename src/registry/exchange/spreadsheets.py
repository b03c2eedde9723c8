"""Tables as XLSX and CSV that no spreadsheet program can mistake for formulas."""

import csv
import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from registry.exchange.official_table import OfficialTable

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

# What a spreadsheet program may take for the beginning of a formula, in half and in full width.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

WIDTHS = {"serial": 6, "elements": 48, "legal_bases": 40, "deadline_text": 24, "body": 20, "channels": 24, "notes": 24}
WIDTH, NARROW = 14, 8
HEADER_ROWS = 2

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def official_xlsx(table: OfficialTable) -> bytes:
    """The official table with two header rows that stay in view and repeat on paper, and filters."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        sheet = book.add_worksheet(sheet_name(table.title))
        header = book.add_format(
            {
                "bold": True,
                "border": 1,
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
                "bg_color": "#E8EEF5",
            }
        )
        body = book.add_format({"border": 1, "valign": "top", "text_wrap": True})
        _write_headers(sheet, table, header)
        for row, entry in enumerate(table.rows, start=HEADER_ROWS):
            for place, column in enumerate(table.columns):
                sheet.write_string(row, place, "\n".join(entry.cells[column.code]), body)
        _arrange(sheet, table)
    return buffer.getvalue()


def _write_headers(sheet: Worksheet, table: OfficialTable, header: Format) -> None:
    place = 0
    for group, columns in table.groups:
        if group is None:
            sheet.merge_range(0, place, 1, place, columns[0].name, header)
        elif len(columns) == 1:
            sheet.write_string(0, place, group, header)
        else:
            sheet.merge_range(0, place, 0, place + len(columns) - 1, group, header)
        for offset, column in enumerate(columns if group else ()):
            sheet.write_string(1, place + offset, column.name, header)
        place += len(columns)


def _arrange(sheet: Worksheet, table: OfficialTable) -> None:
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, WIDTHS.get(column.code, WIDTH if column.code.startswith("title") else NARROW))
    sheet.freeze_panes(HEADER_ROWS, 1)
    sheet.autofilter(1, 0, HEADER_ROWS + max(len(table.rows), 1) - 1, len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, HEADER_ROWS - 1)


def sheet_name(title: str) -> str:
    """At most 31 characters without those Excel forbids."""
    return "".join(character for character in title if character not in "[]:*?/\\'")[:31] or "Sheet1"


def official_csv(table: OfficialTable) -> bytes:
    """The official table with one header row; group and name are joined where a group is needed to understand the name."""
    header = [f"{column.group}-{column.name}" if column.group else column.name for column in table.columns]
    rows = [["\n".join(row.cells[column.code]) for column in table.columns] for row in table.rows]
    return csv_bytes([header, *rows])


def csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with byte-order mark, which Excel needs to read Chinese; cells that could run as formulas are defused."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([[defused(cell) for cell in row] for row in rows])
    return buffer.getvalue().encode("utf-8-sig")


def defused(cell: str) -> str:
    """The cell with an apostrophe before anything a spreadsheet program would calculate."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
