"""The official table of an area as XLSX and CSV."""

import io

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from registry.documents.csv_tables import csv_bytes
from registry.documents.workbook import SAFE, sheet_name
from registry.exchange.official_table import OfficialTable

WIDTHS = {"serial": 6, "elements": 48, "legal_bases": 40, "deadline_text": 24, "body": 20, "channels": 24, "notes": 24}
WIDTH, NARROW = 14, 8
HEADER_ROWS = 2


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


def official_csv(table: OfficialTable) -> bytes:
    """The official table with one header row; group and name are joined where a group is needed to understand the name."""
    header = [f"{column.group}-{column.name}" if column.group else column.name for column in table.columns]
    rows = [["\n".join(row.cells[column.code]) for column in table.columns] for row in table.rows]
    return csv_bytes([header, *rows])
