"""DOCX: each table of the document as a grid, with the boxes Word draws as symbols or controls."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from registry.exchange.grids.archives import require_sound
from registry.exchange.grids.grid import (
    LONGEST_CELL,
    MOST_TABLES,
    Cell,
    Grid,
    GridRow,
    address,
    refuse,
    require_size,
    table_name,
)

MOST_XML = 12 * 1024 * 1024
DOCUMENT = "word/document.xml"

# Code points of symbol fonts that stand for ticks and boxes; Word stores the font's own number (F0FE), not the character.
SYMBOLS = {
    "wingdings": {0x6E: "■", 0x6F: "□", 0x71: "□", 0xA8: "□", 0xFC: "√", 0xFE: "☑", 0xFD: "☒"},
    "wingdings 2": {0x50: "√", 0x52: "☑", 0x54: "☒", 0x53: "☒", 0x2A: "□", 0xA3: "□"},
}
BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}


def read_docx(content: bytes) -> list[Grid]:
    """All tables in the order of the document, each with the text that stands before it. Raises Invalid for anything else."""
    require_sound(content, DOCUMENT)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if archive.getinfo(DOCUMENT).file_size > MOST_XML:
            raise refuse("too_much_inside", accepted=MOST_XML // 1024 // 1024)
    try:
        body = docx.Document(io.BytesIO(content)).element.body
    except (KeyError, ValueError, PackageNotFoundError, SyntaxError, zipfile.BadZipFile) as error:
        raise refuse("not_an_office_file") from error
    return list(_tables(body))


def _tables(body: Any) -> Iterator[Grid]:
    """Inner tables are read as part of their cell's text, except where a table is only a frame around others."""
    before, number = "", 0
    for block in body.iter(qn("w:p"), qn("w:tbl")):
        if block.tag == qn("w:p"):
            if not any(True for _ in block.iterancestors(qn("w:tbl"))):
                before = _text_of(block) or before
            continue
        if any(True for _ in block.iterancestors(qn("w:tbl"))) and not _is_framed(block):
            continue
        if _frames_others(block):
            continue
        number += 1
        if number > MOST_TABLES:
            raise refuse("too_many_tables", found=number, accepted=MOST_TABLES)
        yield _grid(block, table_name(number), before)
        before = ""


def _frames_others(table: Any) -> bool:
    """A table of a single cell that holds tables."""
    cells = [cell for row in table.findall(qn("w:tr")) for cell in row.findall(qn("w:tc"))]
    return len(cells) == 1 and cells[0].find(f".//{qn('w:tbl')}") is not None


def _is_framed(table: Any) -> bool:
    return all(_frames_others(outer) for outer in table.iterancestors(qn("w:tbl")))


def _grid(table: Any, name: str, title: str) -> Grid:
    rows: list[GridRow] = []
    above: dict[int, str] = {}
    merges = False
    for number, row in enumerate(table.findall(qn("w:tr")), start=1):
        cells: list[Cell] = []
        for _ in range(_skipped(row)):
            cells.append(Cell("", address(number, len(cells))))
        for cell in _cells_of(row):
            column, span, continues = len(cells), _span(cell), _continues(cell)
            text = above.get(column, "") if continues else _text_of(cell)[:LONGEST_CELL]
            merges = merges or continues or span > 1
            require_size(number, column + span)
            for at in range(column, column + span):
                cells.append(Cell(text, address(number, at), below=continues, beside=at > column))
                above[at] = text
        rows.append(GridRow(number, cells))
    return Grid(name, rows, knows_merges=merges, title=title)


def _cells_of(row: Any) -> Iterator[Any]:
    """The cells of a row, also those inside content controls."""
    for child in row:
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag == qn("w:sdt"):
            yield from child.iter(qn("w:tc"))


def _skipped(row: Any) -> int:
    before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    return min(int(before.get(qn("w:val")) or 0), 60) if before is not None else 0


def _span(cell: Any) -> int:
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return max(int(span.get(qn("w:val")) or 1), 1) if span is not None else 1


def _continues(cell: Any) -> bool:
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val")) != "restart"


def _text_of(block: Any) -> str:
    """Text of all paragraphs below `block`, a line each; deleted text is not there any more."""
    paragraphs = [block] if block.tag == qn("w:p") else block.iter(qn("w:p"))
    return "\n".join(filter(None, ("".join(_pieces(paragraph)).strip() for paragraph in paragraphs)))


def _pieces(paragraph: Any) -> Iterator[str]:
    number = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
    if number is not None:
        yield NUMBERED
    for piece in paragraph.iter():
        if piece.tag == qn("w:t"):
            yield piece.text or ""
        elif piece.tag == qn("w:sym"):
            yield _symbol(piece)
        elif piece.tag == qn("w:checkBox"):
            yield _form_box(piece)
        elif piece.tag in BREAKS:
            yield BREAKS[piece.tag]


NUMBERED = "●"
"""Stands before a paragraph that Word numbers itself, as the number is not in the text."""


def _symbol(piece: Any) -> str:
    font, code = (piece.get(qn("w:font")) or "").lower(), int(piece.get(qn("w:char")) or "0", 16)
    return SYMBOLS.get(font, {}).get(code & 0xFF, "") if code >= 0xF000 else chr(code)


def _form_box(piece: Any) -> str:
    """A check box of the old forms: `checked` wins over `default`."""
    for name in ("w:checked", "w:default"):
        found = piece.find(qn(name))
        if found is not None:
            return "□" if found.get(qn("w:val")) in ("0", "false") else "☑"
    return "□"
