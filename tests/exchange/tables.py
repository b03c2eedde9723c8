"""Official tables written once as text and drawn in every format that can hold them.

A source (`variants/*.table`) has a line a row and | between cells. `<` is a cell merged with the one to its left, `^` with the one above,
`⏎` a line break. Lines beginning with # are remarks, `title:` names the table.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import docx
import xlsxwriter

LEFT, UP = "<", "^"
Region = tuple[int, int, int, int]


@dataclass(frozen=True)
class Source:
    """`rows` hold the texts, LEFT and UP."""

    title: str
    rows: Sequence[Sequence[str]]

    @property
    def regions(self) -> list[Region]:
        """(first row, first column, last row, last column) of every merged region, from 0."""
        found = []
        for row, cells in enumerate(self.rows):
            for column, text in enumerate(cells):
                if text in (LEFT, UP):
                    continue
                right = column
                while right + 1 < len(cells) and cells[right + 1] == LEFT:
                    right += 1
                bottom = row
                while bottom + 1 < len(self.rows) and self.rows[bottom + 1][column] == UP:
                    bottom += 1
                if (bottom, right) != (row, column):
                    found.append((row, column, bottom, right))
        return found

    def text(self, row: int, column: int) -> str:
        text = self.rows[row][column]
        return "" if text in (LEFT, UP) else text

    def blanked(self) -> list[list[str]]:
        """The texts, blank where a merged region covers the cell."""
        return [[self.text(row, column) for column in range(len(cells))] for row, cells in enumerate(self.rows)]


def read_source(path: Path) -> Source:
    return source_of(path.read_text(encoding="utf-8"))


def source_of(text: str) -> Source:
    title, rows = "", []
    for line in text.splitlines():
        if line.startswith("title:"):
            title = line.removeprefix("title:").strip()
        elif line.strip() and not line.startswith("#"):
            rows.append([cell.strip().replace("⏎", "\n") for cell in line.split("|")])
    widths = {len(row) for row in rows}
    assert len(widths) == 1, f"{title}: rows of {sorted(widths)} cells"
    return Source(title, rows)


def as_xlsx(source: Source) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, first = book.add_worksheet(), 0
        if source.title:
            sheet.merge_range(0, 0, 0, len(source.rows[0]) - 1, source.title)
            first = 1
        for row, cells in enumerate(source.blanked()):
            for column, text in enumerate(cells):
                if text:
                    sheet.write_string(first + row, column, text)
        for top, left, bottom, right in source.regions:
            sheet.merge_range(first + top, left, first + bottom, right, source.text(top, left))
    return buffer.getvalue()


def as_docx(*sources: Source) -> bytes:
    """A document with a table for each source, its title before it."""
    document, buffer = docx.Document(), io.BytesIO()
    for source in sources:
        document.add_paragraph(source.title)
        _draw(document, source)
    document.save(buffer)
    return buffer.getvalue()


def _draw(document: Any, source: Source) -> None:
    table = document.add_table(len(source.rows), len(source.rows[0]))
    cells = [list(row.cells) for row in table.rows]
    for row, texts in enumerate(source.blanked()):
        for column, text in enumerate(texts):
            if text:
                cells[row][column].text = text
    for top, left, bottom, right in source.regions:
        cells[top][left].merge(cells[bottom][right]).text = source.text(top, left)


def as_html(source: Source) -> bytes:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in source.regions}
    lines = [f"<html><head><meta charset='utf-8'></head><body><h2>{escape(source.title)}</h2><table>"]
    for row, cells in enumerate(source.rows):
        drawn = []
        for column, text in enumerate(cells):
            if text not in (LEFT, UP):
                high, wide = spans.get((row, column), (1, 1))
                inner = escape(text).replace("\n", "<br>")
                drawn.append(f'<td rowspan="{high}" colspan="{wide}"><p>{inner}</p></td>')
        lines.append(f"<tr>{''.join(drawn)}</tr>")
    return "\n".join([*lines, "</table></body></html>"]).encode()


def as_csv(source: Source) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([source.title])
    writer.writerows(source.blanked())
    return buffer.getvalue().encode("utf-8-sig")


def as_tabs(source: Source) -> bytes:
    """As a spreadsheet program copies cells: tabs, quotes where a cell has lines."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter="\t").writerows(source.blanked())
    return buffer.getvalue().encode()


def as_pipes(source: Source) -> bytes:
    rows = ["| " + " | ".join(text.replace("\n", "<br>") for text in row) + " |" for row in source.blanked()]
    return "\n".join([source.title, "", *rows]).encode()


FORMATS: dict[str, tuple[str, Callable[[Source], bytes]]] = {
    "xlsx": ("table.xlsx", as_xlsx),
    "docx": ("table.docx", as_docx),
    "html": ("table.html", as_html),
    "csv": ("table.csv", as_csv),
    "tabs": ("table.txt", as_tabs),
    "pipes": ("table.md", as_pipes),
}


def expected_items(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of an expected result; what `every` says holds for those that do not say it themselves."""
    return [record.get("every", {}) | item for item in record["items"]]
