"""A table as a file has it: rows of cells, each with its address, merged regions told apart from cells that are really empty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from registry import wording
from registry.errors import Invalid, Issue

MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_TABLES = 60
LONGEST_CELL = 8_000


@dataclass(frozen=True, slots=True)
class Cell:
    """`text` of a cell that a merged region covers is that of the region's first cell.

    `below` and `beside` say in which direction the region reached here; a cell with neither stands for itself.
    """

    text: str
    address: str
    below: bool = False
    beside: bool = False


@dataclass(frozen=True)
class GridRow:
    """`number` is what the program that made the file calls the row (counted from 1)."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Grid:
    """`knows_merges` is False where the format cannot say that cells are merged (CSV, text): there a blank may mean “as above”.

    `title` is what stands before the table, `doubt` a code of `cell_issue` that concerns all of it; `broken` maps a cell that
    could not be taken over, by its address, to such a code.
    """

    name: str
    rows: Sequence[GridRow]
    knows_merges: bool
    title: str = ""
    doubt: str | None = None
    broken: Mapping[str, str] = field(default_factory=dict)


def refuse(code: str, **context: object) -> Invalid:
    """The whole file is not accepted."""
    return Invalid([Issue("file", code, context)])


def table_name(number: int) -> str:
    """What the tables of a document or page are called, which have no names of their own."""
    return wording.label("import_word", "table").format(number=number)


def column_name(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(row: int, column: int) -> str:
    """`row` counted from 1, `column` from 0: (3, 6) → G3."""
    return f"{column_name(column)}{row}"


def grid_of_texts(name: str, rows: Iterable[tuple[int, Sequence[str]]], *, title: str = "") -> Grid:
    """A grid of a format without merged cells."""
    found: list[GridRow] = []
    for number, texts in rows:
        require_size(len(found) + 1, len(texts))
        cells = [Cell(text[:LONGEST_CELL].strip(), address(number, at)) for at, text in enumerate(texts)]
        found.append(GridRow(number, cells))
    return Grid(name, found, knows_merges=False, title=title)


def require_size(rows: int, columns: int) -> None:
    """Raises Invalid for more rows or columns than an official table can have."""
    if rows > MOST_ROWS:
        raise refuse("too_many_rows", accepted=MOST_ROWS)
    if columns > MOST_COLUMNS:
        raise refuse("too_many_columns", found=columns, accepted=MOST_COLUMNS)


def with_sheet_names(grids: Sequence[Grid]) -> list[Grid]:
    """Where a file has several tables, each address begins with the table's name."""
    if len(grids) < 2:
        return list(grids)
    return [_named(grid) for grid in grids]


def _named(grid: Grid) -> Grid:
    prefix = f"{grid.name}!"
    rows = [
        GridRow(row.number, [replace(cell, address=prefix + cell.address) for cell in row.cells]) for row in grid.rows
    ]
    broken = {prefix + where: code for where, code in grid.broken.items()}
    return replace(grid, rows=rows, broken=broken)
