"""Tables as XLSX: filters, frozen heads, number formats, totals that stay live, and where the table came from."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from registry import wording
from registry.documents.text import plain

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# Text is never taken for a formula, an address or a number; formulas come from `Formula` only.
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}

FORMATS = {
    "text": {},
    "number": {"num_format": "0"},
    "percent": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd"},
}
LONGEST_CELL = 32_767
LINE_POINTS = 15

Value = str | int | float | date | None


@dataclass(frozen=True)
class Formula:
    """A formula of ours: {row} in `text` is the number of its own row, {first} and {last} those of the body; `shown` until calculated."""

    text: str
    shown: float | int | str = 0


class Sum:
    """A total that adds up what a filter leaves of its column."""


SUM = Sum()


@dataclass(frozen=True)
class Column:
    """A column: `kind` is a key of FORMATS, `width` in characters, `total` what stands in the row of totals.

    `to_fill_in` marks what people are asked to write; its cells are tinted.
    """

    name: str
    kind: str = "text"
    width: float = 12
    total: Formula | Sum | str | None = None
    to_fill_in: bool = False

    @property
    def look(self) -> str:
        """The format of its cells."""
        return f"{self.kind} to fill in" if self.to_fill_in else self.kind


@dataclass(frozen=True)
class Sheet:
    """A table under its title. `about` are lines above it: date, filters, address of the view; rows have a value for each column.

    Totals stand under the filtered range and not in it. `choices` are drop-down lists for the cells of a column, by its place.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value | Formula]]
    about: Sequence[str] = ()
    frozen_columns: int = 1
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    landscape: bool = True


def workbook(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """The file."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        book.set_properties({"title": plain(title)})
        formats = _formats(book)
        for sheet in sheets:
            _write(book.add_worksheet(sheet_name(sheet.name)), sheet, formats)
    return buffer.getvalue()


def column_letter(place: int) -> str:
    """A for 0: for the formulas of columns that stand beside others."""
    return str(xl_col_to_name(place))


def sheet_name(title: str) -> str:
    """At most 31 characters without those Excel forbids."""
    return "".join(character for character in title if character not in "[]:*?/\\'")[:31] or "Sheet1"


def _formats(book: xlsxwriter.Workbook) -> Mapping[str, Format]:
    cell = {"border": 1, "valign": "top", "text_wrap": True}
    head = {**cell, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#E8EEF5"}
    formats = {kind: book.add_format({**cell, **shape}) for kind, shape in FORMATS.items()}
    totals = {
        f"{kind} total": book.add_format({**cell, **shape, "bold": True, "top": 2}) for kind, shape in FORMATS.items()
    }
    to_fill_in = {
        f"{kind} to fill in": book.add_format({**cell, **shape, "bg_color": "#FFF9DB"})
        for kind, shape in FORMATS.items()
    }
    return {
        **formats,
        **totals,
        **to_fill_in,
        "head": book.add_format(head),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "about": book.add_format({"font_color": "#444444"}),
    }


def _write(page: Worksheet, sheet: Sheet, formats: Mapping[str, Format]) -> None:
    page.write_string(0, 0, plain(sheet.title), formats["title"])
    for number, line in enumerate(sheet.about, start=1):
        page.write_string(number, 0, plain(line), formats["about"])
    head = len(sheet.about) + 1
    page.set_row(head, LINE_POINTS * max(_lines(column) for column in sheet.columns) + 3)
    first, last = head + 1, head + max(1, len(sheet.rows))
    for place, column in enumerate(sheet.columns):
        page.write_string(head, place, plain(column.name), formats["head"])
        page.set_column(place, place, column.width)
    for number, row in enumerate(sheet.rows, start=first):
        for place, value in enumerate(row):
            _put(page, number, place, value, formats[sheet.columns[place].look], (first, last))
    _write_totals(page, sheet, formats, (first, last))
    _arrange(page, sheet, head, last)


def _lines(column: Column) -> int:
    """How many lines the head of a column takes; a Chinese character is twice as wide as what widths are counted in."""
    parts = (sum(1 if one.isascii() else 2 for one in part) for part in column.name.split("\n"))
    return sum(max(1, math.ceil((wide + 1) / column.width)) for wide in parts)


def _write_totals(page: Worksheet, sheet: Sheet, formats: Mapping[str, Format], body: tuple[int, int]) -> None:
    if any(column.total is not None for column in sheet.columns):
        for place, column in enumerate(sheet.columns):
            total = _sum_of(sheet, place) if isinstance(column.total, Sum) else column.total
            _put(page, body[1] + 1, place, total, formats[f"{column.kind} total"], body)


def _sum_of(sheet: Sheet, place: int) -> Formula:
    """Also what it is now: not every program calculates when it opens a file."""
    values = (value.shown if isinstance(value, Formula) else value for value in (row[place] for row in sheet.rows))
    shown = sum(value for value in values if isinstance(value, int | float))
    letter = column_letter(place)
    return Formula(f"=SUBTOTAL(109,{letter}{{first}}:{letter}{{last}})", shown)


def _put(page: Worksheet, row: int, place: int, value: Value | Formula, how: Format, body: tuple[int, int]) -> None:
    match value:
        case None:
            page.write_blank(row, place, None, how)
        case Formula(text=text, shown=shown):
            page.write_formula(row, place, text.format(row=row + 1, first=body[0] + 1, last=body[1] + 1), how, shown)
        case str():
            page.write_string(row, place, plain(value)[:LONGEST_CELL], how)
        case date():
            page.write_datetime(row, place, value, how)
        case _:
            page.write_number(row, place, value, how)


def _arrange(page: Worksheet, sheet: Sheet, head: int, last: int) -> None:
    page.freeze_panes(head + 1, sheet.frozen_columns)
    page.autofilter(head, 0, last, len(sheet.columns) - 1)
    for place, choices in sheet.choices.items():
        page.data_validation(head + 1, place, last, place, {"validate": "list", "source": list(choices)})
    if sheet.landscape:
        page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)
    page.set_footer(f"&C{wording.label('document', 'pages')}")
