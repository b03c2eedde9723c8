"""XLSX: visible sheets as grids. openpyxl reads the values; the sheet's own XML tells merged regions and formulas nobody has calculated."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO, Any

from defusedxml.ElementTree import ParseError, iterparse
from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from registry.exchange.grids.archives import require_sound
from registry.exchange.grids.grid import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_TABLES,
    Cell,
    Grid,
    GridRow,
    address,
    refuse,
    require_size,
)

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CELL = f"{NAMESPACE}c"
Region = tuple[int, int, int, int]


@dataclass
class _Marks:
    """What values do not show: merged regions as (first column, first row, last column, last row), from 1; cells whose value is missing;

    the last row that has one.
    """

    regions: list[Region] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    last_row: int = 0


def read_xlsx(content: bytes) -> list[Grid]:
    """The visible sheets that hold anything. Raises Invalid for a file that is not an ordinary workbook."""
    require_sound(content, "xl/workbook.xml")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return list(_sheets(content))
        except (KeyError, ValueError, TypeError, AttributeError, IndexError, ParseError, zipfile.BadZipFile) as error:
            raise refuse("not_an_office_file") from error


def _sheets(content: bytes) -> Iterator[Grid]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets: list[Any] = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(sheets) > MOST_TABLES:
            raise refuse("too_many_tables", found=len(sheets), accepted=MOST_TABLES)
        for sheet in sheets:
            with archive.open(sheet._worksheet_path) as part:
                marks = _marks_of(part)
            rows = list(_rows_of(sheet, marks))
            if any(cell.text for row in rows for cell in row.cells):
                yield Grid(sheet.title, rows, knows_merges=bool(marks.regions), broken=marks.broken)


def _marks_of(part: IO[bytes]) -> _Marks:
    """One pass over the sheet's XML that keeps nothing of the cells, so that a hostile sheet costs no memory."""
    marks, cells = _Marks(), 0
    open_elements: list[Any] = []
    for event, element in iterparse(part, events=("start", "end")):
        if event == "start":
            open_elements.append(element)
            continue
        open_elements.pop()
        if element.tag == CELL:
            cells += 1
            _note_cell(element, marks)
            if cells > MOST_ROWS * MOST_COLUMNS:
                raise refuse("too_many_rows", accepted=MOST_ROWS)
        elif element.tag == f"{NAMESPACE}mergeCell":
            marks.regions.append(_region(element.get("ref") or ""))
        if open_elements and open_elements[-1].tag != CELL:
            open_elements[-1].remove(element)
    return marks


def _note_cell(cell: Any, marks: _Marks) -> None:
    where, value = cell.get("r") or "", cell.find(f"{NAMESPACE}v")
    if cell.get("t") == "e":
        marks.broken[where] = "formula_error"
    elif cell.find(f"{NAMESPACE}f") is not None and (value is None or not value.text):
        marks.broken[where] = "formula_without_value"
    elif value is None and cell.find(f"{NAMESPACE}is") is None:
        return
    row = coordinate_to_tuple(where)[0]
    require_size(row, 1)
    marks.last_row = max(marks.last_row, row)


def _region(reference: str) -> Region:
    left, top, right, bottom = range_boundaries(reference)
    return (left or 1, top or 1, min(right or MOST_COLUMNS, MOST_COLUMNS), min(bottom or MOST_ROWS, MOST_ROWS))


def _rows_of(sheet: Any, marks: _Marks) -> Iterator[GridRow]:
    starts: dict[tuple[int, int], Region] = {
        (top, left): (left, top, right, bottom) for left, top, right, bottom in marks.regions
    }
    edges: dict[int, int] = {}
    for _, top, right, _ in marks.regions:
        edges[top] = max(right, edges.get(top, 0))
    running: dict[int, tuple[Region, str]] = {}
    for number, values in enumerate(
        sheet.iter_rows(values_only=True, max_row=marks.last_row or 1, max_col=MOST_COLUMNS), start=1
    ):
        texts = [_text(value) for value in values]
        widths = [at for at, text in enumerate(texts, start=1) if text]
        width = max([*widths, *running, edges.get(number, 0)], default=0)
        cells = [_cell(texts, number, at, starts, running) for at in range(1, width + 1)]
        yield GridRow(number, cells)


def _cell(
    texts: list[str],
    row: int,
    column: int,
    starts: Mapping[tuple[int, int], Region],
    running: dict[int, tuple[Region, str]],
) -> Cell:
    where = address(row, column - 1)
    begun = starts.get((row, column))
    text = texts[column - 1] if column <= len(texts) else ""
    if begun:
        for covered in range(begun[0], begun[2] + 1):
            running[covered] = (begun, text)
        return Cell(text, where)
    if column in running:
        (left, top, _, bottom), above = running[column]
        if row <= bottom:
            return Cell(above, where, below=row > top, beside=column > left)
        del running[column]
    return Cell(text, where)


def _text(value: Any) -> str:
    """Whole numbers without a fraction, days as 2026-02-12."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)[:LONGEST_CELL].strip()
