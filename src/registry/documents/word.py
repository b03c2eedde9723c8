"""Official documents as DOCX, in the layout of GB/T 9704-2012 党政机关公文格式, with named fonts so that they edit cleanly.

A4, margins 37/35/28/26 mm, body 仿宋 三号 with two characters of indent and 28.95 pt lines (22 lines of 28 characters),
title 小标宋 二号, headings 黑体 (一、), 楷体 (（一）) and 仿宋 (1.), page numbers 四号 as — 1 —.
Fonts are named, not embedded: the offices that edit have them.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from registry import wording
from registry.documents.text import plain

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

BODY, TITLE, HEADING, SUBHEADING, LATIN = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "Times New Roman"
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = Pt(22), Pt(16), Pt(14), Pt(10.5)
LINE = Pt(28.95)
ROW = Mm(5.6)

HEADING_FONTS = {1: HEADING, 2: SUBHEADING, 3: BODY}


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
        """`number` is the 发文字号 above the title, left out while nobody has given one; `subject` goes into the file's properties."""
        self._document = Document()
        self._document.core_properties.title = plain(title)
        self._document.core_properties.subject = plain(subject)
        self._document.core_properties.author = wording.label("site", "name")
        _define_styles(self._document.styles)
        _set_page(self._document.sections[0])
        _number_pages(self._document.sections[0])
        if number:
            self._add(number, "Official Number")
        self._add(title, "Official Title")

    def heading(self, text: str, level: int = 1) -> None:
        """Level 1 is 一、 in 黑体, 2 （一） in 楷体, 3 1. in 仿宋; the text carries its own number."""
        self._add(text, f"Official Heading {level}")

    def paragraph(self, text: str, *, indented: bool = True) -> None:
        """Body text; not indented for the addressee above it (主送机关)."""
        self._add(text, "Official Body" if indented else "Official Addressee")

    def signature(self, organ: str, day: date) -> None:
        """发文机关署名 and 成文日期 at the right, after a blank line."""
        self._add("", "Official Body")
        for line in (organ, wording.day_in_words(day)):
            self._add(line, "Official Signature")

    def annex(self, label: str, title: str, *, landscape: bool = False) -> None:
        """附件 on a new page: its label (附件1) at the top left in 黑体, its title centred."""
        section = self._document.add_section()
        _set_page(section, landscape=landscape)
        self._add(label, "Official Annex")
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
        section = self._document.sections[-1]
        room = _length(section.page_width) - _length(section.left_margin) - _length(section.right_margin)
        return [Length(int(room * width / sum(widths))) for width in widths]

    def content(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _add(self, text: str, style: str) -> Paragraph:
        return self._document.add_paragraph(plain(text), style=style)


def _define_styles(styles: object) -> None:
    _style(styles, "Official Body", BODY, SIZE_3, indent=True)
    _style(styles, "Official Addressee", BODY, SIZE_3)
    _style(styles, "Official Number", BODY, SIZE_3, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(styles, "Official Title", TITLE, SIZE_2, align=WD_ALIGN_PARAGRAPH.CENTER, after=LINE)
    _style(styles, "Official Signature", BODY, SIZE_3, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _style(styles, "Official Annex", HEADING, SIZE_3)
    _style(styles, "Official Caption", HEADING, SIZE_4, align=WD_ALIGN_PARAGRAPH.CENTER)
    for level, font in HEADING_FONTS.items():
        _style(styles, f"Official Heading {level}", font, SIZE_3, indent=True, outline=level, keep_with_next=True)
    gap = _style(styles, "Official Gap", BODY, SIZE_5)
    gap.paragraph_format.line_spacing = Pt(6)
    cell = _style(styles, "Official Cell", BODY, SIZE_5)
    cell.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    head = _style(styles, "Official Cell Head", HEADING, SIZE_5, align=WD_ALIGN_PARAGRAPH.CENTER)
    head.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def _style(
    styles: object,
    name: str,
    font: str,
    size: Length,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    indent: bool = False,
    after: Length | None = None,
    outline: int | None = None,
    keep_with_next: bool = False,
) -> ParagraphStyle:
    style: ParagraphStyle = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)  # type: ignore[attr-defined]
    style.quick_style = True
    style.font.name, style.font.size = LATIN, size
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    shape = style.paragraph_format
    shape.alignment = align
    shape.space_before, shape.space_after = Pt(0), after or Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    shape.keep_with_next = keep_with_next
    properties = style.element.get_or_add_pPr()
    if indent:
        _indent_two_characters(properties)
    if outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(outline - 1))
        properties.append(level)
    return style


def _indent_two_characters(properties: object) -> None:
    """In characters, so that it still fits when somebody changes the size."""
    indent = properties.get_or_add_ind()  # type: ignore[attr-defined]
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), str(int(SIZE_3.pt * 2 * 20)))


def _length(length: Length | None) -> int:
    return 0 if length is None else int(length)


def _set_page(section: Section, *, landscape: bool = False) -> None:
    width, height = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if landscape else (width, height)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)


def _number_pages(section: Section) -> None:
    """— 1 — in 四号 宋体."""
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        run.font.size, run.font.name = SIZE_4, "宋体"
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
        if text is None:
            _add_field(run, "PAGE")


def _add_field(run: Run, code: str) -> None:
    for kind in ("begin", None, "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = code
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._element.append(element)


def _fill(row: _Row, texts: Sequence[str], sizes: Sequence[Length], *, is_head: bool = False) -> None:
    _keep_whole(row)
    for cell, text, size in zip(row.cells, texts, sizes, strict=True):
        cell.width = size
        _write(cell, text, "Official Cell Head" if is_head else "Official Cell")


def _write(cell: _Cell, text: str, style: str) -> None:
    first, *others = plain(text).split("\n")
    cell.paragraphs[0].text, cell.paragraphs[0].style = first, style
    for line in others:
        cell.add_paragraph(line, style=style)


def _mark_head(table: Table) -> None:
    _repeat(table.rows[0])


def _repeat(row: _Row) -> None:
    """On every page the table goes on to."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(row: _Row) -> None:
    """Not broken across pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


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
