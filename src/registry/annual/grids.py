"""A statutory table as it looks: every cell with the rows and columns it spans. The same for Word and for pages. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry.rulebook.annual import Block, ReportRow, ReportTable


class GridKind(StrEnum):
    """A band over the whole width, the head of a column, the head of a row, a unit of measure, or a figure."""

    BAND = "band"
    COLUMN = "column"
    ROW = "row"
    UNIT = "unit"
    FIGURE = "figure"


@dataclass(frozen=True)
class GridCell:
    """Where it begins and how far it goes. `cell` is the code of the figure that stands in it."""

    text: str
    kind: GridKind
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    cell: str = ""
    level: int = 0


@dataclass(frozen=True)
class Grid:
    """A table as a rectangle without holes. `head_rows` repeat on every page; `head_columns` hold the names of rows."""

    rows: Sequence[Sequence[GridCell]]
    columns: int
    head_rows: int
    head_columns: int


def grid_of(table: ReportTable, unit_head: str) -> Grid:
    """The table as one rectangle: blocks below each other, the last column of a narrow one as wide as what is left.

    Where all blocks have the same heads, these stand once, on top.
    `unit_head` is what the column of units of measure is called.
    """
    heads = max(_head_depth(block) for block in table.blocks)
    columns = heads + max(_value_columns(block) for block in table.blocks)
    rows: list[list[GridCell]] = []
    has_one_head = len({(block.head, block.columns) for block in table.blocks}) == 1
    if has_one_head:
        rows += _heads(table.blocks[0], heads, columns, 0, unit_head)
    head_rows = len(rows)
    for block in table.blocks:
        if block.heading:
            rows.append([GridCell(block.heading, GridKind.BAND, len(rows), 0, columns=columns)])
        if not has_one_head:
            rows += _heads(block, heads, columns, len(rows), unit_head)
        rows += _body(block, heads, columns, len(rows))
    return Grid(rows, columns, head_rows, heads)


def _head_depth(block: Block) -> int:
    """How many columns the names of rows take; a block without a head for them shows none."""
    return max(len(row.within) + 1 for row in block.rows) if block.head else 0


def _column_depth(block: Block) -> int:
    return max(len(column.within) + 1 for column in block.columns)


def _value_columns(block: Block) -> int:
    return len(block.columns) + block.has_units


def _heads(block: Block, heads: int, width: int, top: int, unit_head: str) -> list[list[GridCell]]:
    depth = _column_depth(block)
    lines: list[list[GridCell]] = [[] for _ in range(depth)]
    if block.head:
        lines[0].append(GridCell(block.head, GridKind.COLUMN, top, 0, depth, heads))
    if block.has_units:
        lines[0].append(GridCell(unit_head, GridKind.COLUMN, top, heads, depth))
    for span in _merged([(*column.within, column.name) for column in block.columns], depth):
        place = _place(block, span.first, span.items, heads, width)
        lines[span.level].append(
            GridCell(span.text, GridKind.COLUMN, top + span.level, place[0], span.levels, place[1])
        )
    return lines


def _place(block: Block, first: int, items: int, heads: int, width: int) -> tuple[int, int]:
    """Where columns `first` to `first + items` stand, and how wide they are together: the last takes what is left."""
    begins = heads + block.has_units + first
    is_last = first + items == len(block.columns)
    return begins, width - begins if is_last else items


def _body(block: Block, heads: int, width: int, top: int) -> list[list[GridCell]]:
    lines: list[list[GridCell]] = [[] for _ in block.rows]
    if block.head:
        for span in _merged([(*row.within, row.name) for row in block.rows], heads):
            level = block.rows[span.first].level
            lines[span.first].append(
                GridCell(span.text, GridKind.ROW, top + span.first, span.level, span.items, span.levels, level=level)
            )
    for number, row in enumerate(block.rows):
        if block.has_units:
            lines[number].append(GridCell(row.unit or "", GridKind.UNIT, top + number, heads))
        lines[number].extend(_figures(block, row, top + number, heads, width))
    return lines


def _figures(block: Block, row: ReportRow, at: int, heads: int, width: int) -> Iterator[GridCell]:
    for number, column in enumerate(block.columns):
        begins, columns = _place(block, number, 1, heads, width)
        yield GridCell("", GridKind.FIGURE, at, begins, columns=columns, cell=block.cell_code(row, column))


@dataclass(frozen=True)
class _Span:
    """`items` neighbours from `first` that share a head, which is `levels` deep from `level`."""

    text: str
    first: int
    items: int
    level: int
    levels: int


def _merged(paths: Sequence[tuple[str, ...]], depth: int) -> Iterator[_Span]:
    """The heads of neighbours folded together where they are the same all the way from outside; a short path fills the depth."""
    padded = [path + (path[-1],) * (depth - len(path)) for path in paths]
    taken: set[tuple[int, int]] = set()
    for first, path in enumerate(padded):
        for level in range(depth):
            if (first, level) in taken:
                continue
            levels = 1
            while level + levels < depth and path[level + levels] == path[level]:
                levels += 1
            items = 1
            while first + items < len(padded) and padded[first + items][: level + levels] == path[: level + levels]:
                items += 1
            taken |= {(one, at) for one in range(first, first + items) for at in range(level, level + levels)}
            yield _Span(path[level], first, items, level, levels)
