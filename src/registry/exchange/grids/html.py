"""HTML: the tables of a saved page, cells spread over the rows and columns they span."""

from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString
from bs4.exceptions import ParserRejectedMarkup

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
    table_name,
)

MOST_BYTES = 4 * 1024 * 1024
DEEPEST = 120
CELLS = ["td", "th"]
MOST_PAGE_ROWS = 5_000
MOST_UNCLOSED = 2_000
BLOCKS = {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "section"}
OTHERS = {*CELLS, "tr"}
UNSEEN = {"script", "style", "template", "noscript"}
Span = tuple[str, int, bool]


def read_html(text: str) -> list[Grid]:
    """Innermost tables in the order of the page, each with the text before it; frames made of tables are looked through."""
    if text.lower().count("<tr") > MOST_PAGE_ROWS:
        raise refuse("too_many_rows", accepted=MOST_PAGE_ROWS)
    if len(text) > MOST_BYTES:
        raise refuse("too_long_text", accepted=MOST_BYTES // 1024 // 1024)
    if _deepest(text) > DEEPEST or _unclosed(text) > MOST_UNCLOSED:
        raise refuse("not_readable")
    try:
        page = BeautifulSoup(text, "html.parser")
    except (ParserRejectedMarkup, RecursionError, AssertionError, ValueError) as error:
        raise refuse("not_readable") from error
    tables = [table for table in page.find_all("table") if table.find("table") is None]
    if len(tables) > MOST_TABLES:
        raise refuse("too_many_tables", found=len(tables), accepted=MOST_TABLES)
    return [_grid(table, table_name(number)) for number, table in enumerate(tables, start=1)]


def _unclosed(text: str) -> int:
    lower = text.lower()
    return sum(lower.count(f"<{name}") - lower.count(f"</{name}") for name in ("td", "th", "tr"))


def _deepest(text: str) -> int:
    """How many divisions are open at once, roughly: a page nested without end would cost a parser more than it tells."""
    depth = deepest = 0
    for piece in text.lower().split("<")[1:]:
        if piece.startswith(("div", "table", "span", "font", "b>", "i>", "em", "ul", "blockquote")):
            depth += 1
            deepest = max(deepest, depth)
        elif piece.startswith("/"):
            depth = max(depth - 1, 0)
    return deepest


def _grid(table: Tag, name: str) -> Grid:
    rows: list[GridRow] = []
    reaching: dict[int, Span] = {}
    merges = False
    for number, row in enumerate(_rows_of(table), start=1):
        require_size(number, 1)
        cells: list[Cell] = []
        for cell in _cells_of(row):
            _reached(cells, reaching, number)
            text = text_of(cell)[:LONGEST_CELL]
            wide, high = _span(cell, "colspan", MOST_COLUMNS), _span(cell, "rowspan", MOST_ROWS)
            merges = merges or wide > 1 or high > 1
            require_size(number, len(cells) + wide)
            first = len(cells)
            for at in range(first, first + wide):
                cells.append(Cell(text, address(number, at), beside=at > first))
                if high > 1:
                    reaching[at] = (text, high - 1, at > first)
        _reached(cells, reaching, number)
        rows.append(GridRow(number, cells))
    return Grid(name, rows, knows_merges=merges, title=_title_before(table))


def _reached(cells: list[Cell], reaching: dict[int, Span], number: int) -> None:
    """Put in the cells that a region from above fills at this place."""
    while len(cells) in reaching:
        column = len(cells)
        text, left, beside = reaching.pop(column)
        cells.append(Cell(text, address(number, column), below=True, beside=beside))
        if left > 1:
            reaching[column] = (text, left - 1, beside)


def _rows_of(table: Tag) -> Iterator[Tag]:
    for row in table.find_all("tr"):
        if row.find_parent("table") is table:
            yield row


def _cells_of(row: Tag) -> Iterator[Tag]:
    """Cells of the row itself; one that was never closed holds those behind it."""
    for cell in row.find_all(CELLS):
        if cell.find_parent("tr") is row:
            yield cell


def _span(cell: Tag, name: str, most: int) -> int:
    value = str(cell.get(name) or "1").strip()
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1
    return most if number == 0 and name == "rowspan" else min(max(number, 1), most)


def _title_before(table: Tag) -> str:
    """The caption, or the nearest text before the table."""
    caption = table.find("caption")
    if isinstance(caption, Tag):
        return text_of(caption)
    for element in table.previous_elements:
        if isinstance(element, Tag) and element.name == "table":
            break
        if isinstance(element, NavigableString) and not isinstance(element, PreformattedString):
            parent = element.parent
            if element.strip() and parent is not None and parent.name not in UNSEEN:
                return element.strip()[:200]
    return ""


def text_of(element: Tag) -> str:
    """The text people see: a line for each block, images by their description, boxes as ☑ and □."""
    return "\n".join(line.strip() for line in "".join(_pieces(element)).split("\n") if line.strip())


def _pieces(element: Any) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, NavigableString):
            if not isinstance(child, PreformattedString):
                yield " ".join(child.split()) + (" " if child[-1:].isspace() else "") if child.strip() else " "
        elif child.name == "br":
            yield "\n"
        elif child.name == "img":
            yield str(child.get("alt") or "")
        elif child.name == "input":
            yield ("☑" if child.has_attr("checked") else "□") if child.get("type") in ("checkbox", "radio") else ""
        elif child.name not in UNSEEN and child.name not in OTHERS:
            edge = "\n" if child.name in BLOCKS else ""
            yield edge
            yield from _pieces(child)
            yield edge
