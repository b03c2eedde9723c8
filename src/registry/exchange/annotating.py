"""The table that was read, as a workbook with its doubtful cells marked: to be corrected there and uploaded again."""

import io
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from registry import wording
from registry.documents.workbook import SAFE, sheet_name
from registry.exchange.grids.grid import Cell, Grid
from registry.exchange.importing import issue_sentence
from registry.exchange.reading.records import CellIssue

WIDTH, NOTES_WIDTH = 18, 60
LONGEST_NOTE = 2000


Telling = Callable[[CellIssue], str]


def annotated_xlsx(grids: Sequence[Grid], issues: Sequence[CellIssue], tell: Telling = issue_sentence) -> bytes:
    """A sheet for each table, merged as it was: doubtful cells coloured, with a comment, and all of a row's doubts in a last column.

    `tell` says a doubt in words.
    """
    buffer = io.BytesIO()
    by_cell: dict[str, list[CellIssue]] = defaultdict(list)
    for issue in issues:
        by_cell[issue.cell].append(issue)
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        plain = {"border": 1, "valign": "top", "text_wrap": True}
        formats = {
            None: book.add_format(plain),
            False: book.add_format({**plain, "bg_color": "#FFF3C4"}),
            True: book.add_format({**plain, "bg_color": "#F8D0CC"}),
        }
        for number, grid in enumerate(grids, start=1):
            sheet = book.add_worksheet(f"{number} {sheet_name(grid.name)}"[:31])
            _write(sheet, grid, by_cell, formats, tell)
    return buffer.getvalue()


def _write(
    sheet: Worksheet,
    grid: Grid,
    by_cell: Mapping[str, list[CellIssue]],
    formats: Mapping[bool | None, Format],
    tell: Telling,
) -> None:
    """`formats` by whether the cell keeps its row out; None for a cell nobody doubts."""
    told: set[str] = set()
    width = max((len(row.cells) for row in grid.rows), default=0)
    covered: set[tuple[int, int]] = set()
    sheet.set_column(0, max(width - 1, 0), WIDTH)
    sheet.set_column(width, width, NOTES_WIDTH)
    sheet.write_string(0, width, wording.label("import_word", "remarks"), formats[None])
    for number, row in enumerate(grid.rows):
        found: list[CellIssue] = []
        for column, cell in enumerate(row.cells):
            issues = [] if cell.address in told else by_cell.get(cell.address, [])
            told.add(cell.address)
            found += issues
            how = formats[any(one.grave for one in issues)] if issues else formats[None]
            if (number, column) not in covered:
                covered |= _put(sheet, grid, number, column, how)
            if issues:
                sheet.write_comment(number, column, "\n".join(map(tell, issues))[:LONGEST_NOTE])
        if found:
            text = "\n".join(map(tell, found))
            sheet.write_string(number, width, text[:LONGEST_NOTE], formats[any(one.grave for one in found)])


def _put(sheet: Worksheet, grid: Grid, row: int, column: int, how: Format) -> set[tuple[int, int]]:
    """Write a cell with the region it begins; returns the places it takes."""
    cell = grid.rows[row].cells[column]
    right, bottom = column, row
    while right + 1 < len(grid.rows[row].cells) and _goes_on(grid.rows[row].cells[right + 1], cell, beside=True):
        right += 1
    while bottom + 1 < len(grid.rows) and all(_is_below(grid, bottom + 1, at, cell) for at in range(column, right + 1)):
        bottom += 1
    if (right, bottom) == (column, row):
        sheet.write_string(row, column, cell.text, how)
    else:
        sheet.merge_range(row, column, bottom, right, cell.text, how)
    return {(one, at) for one in range(row, bottom + 1) for at in range(column, right + 1)}


def _goes_on(cell: Cell, first: Cell, *, beside: bool) -> bool:
    return cell.beside is beside and not cell.below and not first.below and cell.text == first.text


def _is_below(grid: Grid, row: int, column: int, first: Cell) -> bool:
    cells = grid.rows[row].cells
    return column < len(cells) and cells[column].below and cells[column].text == first.text
