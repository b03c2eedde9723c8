"""Official documents as DOCX, in the layout of GB/T 9704-2012, with named styles and fonts so that they edit cleanly."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from registry import wording
from registry.documents.text import plain
from registry.documents.word_layout import indent_characters, lay_out, set_page, text_width

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# 成文日期 stands four characters from the right edge (7.3.5.1); nothing comes nearer to it than two.
DATE_RIGHT, LEAST_RIGHT = 4.0, 2.0
ROW = Mm(5.6)

# What must come after w:tblHeader and w:cantSplit in the properties of a row.
AFTER_ROW_MARKS = ("w:tblCellSpacing", "w:jc", "w:hidden", "w:ins", "w:del", "w:trPrChange")


@dataclass(frozen=True)
class Placed:
    """A cell of a `grid_table`: its text, where it begins, and how many rows and columns it spans."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    is_head: bool = False
    is_centred: bool = True


class OfficialDocument:
    """A document being written from top to bottom; `content` ends it."""

    def __init__(self, title: str, *, number: str = "", subject: str = "") -> None:
        """`number` is the 发文字号 above the title, left out while nobody has given one; `subject` goes into the file's properties.

        A line end in `title` is where it is to break.
        """
        self._document = Document()
        self._document.core_properties.title = plain(title).replace("\n", "")
        self._document.core_properties.subject = plain(subject)
        self._document.core_properties.author = wording.label("site", "name")
        lay_out(self._document)
        if number:
            self._add(number, "Official Number")
            self._add("", "Official Number")
        self._add(title, "Official Title")

    def heading(self, text: str, level: int = 1) -> None:
        """Level 1 is 一、 in 黑体, 2 （一） in 楷体, 3 1. in 仿宋; the text carries its own number."""
        self._add(text, f"Official Heading {level}")

    def paragraph(self, text: str, *, indented: bool = True) -> None:
        """Body text; not indented for the addressee above it (主送机关)."""
        self._add(text, "Official Body" if indented else "Official Addressee")

    def annexes(self, titles: Sequence[str]) -> None:
        """附件说明 after a blank line: one is named, several are numbered; a long title goes on below its own beginning."""
        self._add("", "Official Body")
        label = wording.label("document", "annexes")
        for place, title in enumerate(titles, start=1):
            number = f"{place}." if len(titles) > 1 else ""
            head = label if place == 1 else ""
            paragraph = self._add(f"{head}{number}{title}", "Official Annex List")
            room = (len(label) if head else 0) + (1.0 if number else 0.0)
            indent_characters(paragraph._p.get_or_add_pPr(), left=2 + len(label) + bool(number), first_line=-room)

    def signature(self, organ: str, day: date) -> None:
        """发文机关署名 above the middle of the 成文日期, both at the right, after a blank line."""
        self._add("", "Official Body")
        lines = (organ, wording.day_in_words(day))
        for line, right in zip(lines, signature_indents(*lines), strict=True):
            paragraph = self._add(line, "Official Signature")
            indent_characters(paragraph._p.get_or_add_pPr(), right=right)

    def annex(self, label: str, title: str, *, landscape: bool = False) -> None:
        """附件 on a new page: its label (附件1) at the top left in 黑体, its title centred in the third line."""
        section = self._document.add_section()
        set_page(section, landscape=landscape)
        self._add(label, "Official Annex")
        self._add("", "Official Annex")
        self._add(title, "Official Title")

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, caption: str = ""
    ) -> None:
        """A ruled table whose head repeats on every page and whose rows are not broken; `widths` are shares of the text's width."""
        if caption:
            self._add(caption, "Official Caption")
        table = self._document.add_table(rows=1, cols=len(heads), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        sizes = self._sizes(widths)
        for column, size in zip(table.columns, sizes, strict=True):
            column.width = size
        _fill(table.rows[0], heads, sizes, is_head=True)
        for row in rows:
            _fill(table.add_row(), row, sizes)
        _mark_head(table)

    def grid_table(self, cells: Sequence[Placed], widths: Sequence[float], *, head_rows: int = 0) -> None:
        """A ruled table of cells that may span rows and columns and together cover it; the first `head_rows` repeat on every page."""
        height = max(cell.row + cell.rows for cell in cells)
        table = self._document.add_table(rows=height, cols=len(widths), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _narrow_margins(table)
        sizes = self._sizes(widths)
        for column, size in zip(table.columns, sizes, strict=True):
            column.width = size
        grid = [list(row.cells) for row in table.rows]
        for row, cells_of_row in zip(table.rows, grid, strict=True):
            _keep_whole(row)
            row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, ROW
            for cell, size in zip(cells_of_row, sizes, strict=True):
                cell.width = size
        for placed in cells:
            first = grid[placed.row][placed.column]
            last = grid[placed.row + placed.rows - 1][placed.column + placed.columns - 1]
            cell = first.merge(last) if last is not first else first
            _write(cell, placed.text, "Official Cell Head" if placed.is_head else "Official Cell")
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            for paragraph in cell.paragraphs:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if placed.is_centred else WD_ALIGN_PARAGRAPH.LEFT
        for row in table.rows[:head_rows] if head_rows else ():
            _repeat(row)
        self._add("", "Official Gap")

    def _sizes(self, widths: Sequence[float]) -> list[Length]:
        """`widths` as shares of the text's width."""
        room = text_width(self._document.sections[-1])
        return [Length(int(room * width / sum(widths))) for width in widths]

    def content(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _add(self, text: str, style: str) -> Paragraph:
        return self._document.add_paragraph(plain(text), style=style)


def signature_indents(organ: str, day: str) -> tuple[float, float]:
    """How many characters organ and date stand from the right edge: middle under middle, neither nearer than allowed."""
    apart = (_characters(day) - _characters(organ)) / 2
    if DATE_RIGHT + apart >= LEAST_RIGHT:
        return DATE_RIGHT + apart, DATE_RIGHT
    return LEAST_RIGHT, LEAST_RIGHT - apart


def _characters(text: str) -> float:
    """How wide a line is, in Chinese characters."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _fill(row: _Row, texts: Sequence[str], sizes: Sequence[Length], *, is_head: bool = False) -> None:
    _keep_whole(row)
    for cell, text, size in zip(row.cells, texts, sizes, strict=True):
        cell.width = size
        _write(cell, text, "Official Cell Head" if is_head else "Official Cell")


def _write(cell: _Cell, text: str, style: str) -> None:
    first, *others = plain(text).split("\n")
    cell.paragraphs[0].text = first
    _set_style(cell.paragraphs[0], style)
    for line in others:
        _set_style(cell.add_paragraph(line), style)


def _set_style(paragraph: Paragraph, name: str) -> None:
    """By its id, which is its name without spaces: by name python-docx looks through all styles, which for 400 rows takes seconds."""
    paragraph._p.style = name.replace(" ", "")


def _mark_head(table: Table) -> None:
    _repeat(table.rows[0])


def _repeat(row: _Row) -> None:
    """On every page the table goes on to."""
    row._tr.get_or_add_trPr().insert_element_before(OxmlElement("w:tblHeader"), *AFTER_ROW_MARKS)


def _keep_whole(row: _Row) -> None:
    """Not broken across pages."""
    row._tr.get_or_add_trPr().insert_element_before(OxmlElement("w:cantSplit"), "w:tblHeader", *AFTER_ROW_MARKS)


def _narrow_margins(table: Table) -> None:
    """One millimetre left and right in every cell, so that fifteen columns of figures fit a page."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "55")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)
