"""The layout of GB/T 9704-2012 党政机关公文格式 for a DOCX: page, styles, page numbers.

A4; white of 37 mm above and 28 mm at the binding leaves a text area of 156 × 225 mm (5.2.1) with 22 lines of 28 characters (5.2.3).
Lines are exactly a 22nd of it; 28 characters of 三号 are a little wider than it, so they are set closer by as much. (Word's own grid of
characters would do the same, but other programs draw it wrongly.) Fonts are named, not embedded: the offices that edit have them.
"""

import math

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from docx.text.run import Run

BODY, TITLE, HEADING, SUBHEADING, LATIN = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "Times New Roman"
NUMERALS = "宋体"
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = Pt(22), Pt(16), Pt(14), Pt(10.5)
LINE = Pt(28.95)

TEXT_WIDTH, CHARACTERS_IN_LINE = Mm(156), 28
# How much closer than usual characters of 三号 stand, in twentieths of a point, so that a line takes all of them.
CLOSER = math.floor((TEXT_WIDTH.pt / CHARACTERS_IN_LINE - SIZE_3.pt) * 20)

# 14 pt numerals whose dashes lie 7 mm below the text area (7.5): the line they stand in ends 25 mm above the edge of the paper.
FOOTER_MM = 25

HEADING_FONTS = {1: HEADING, 2: SUBHEADING, 3: BODY}

# Elements that Word wants after the outline level of a paragraph, and after the spacing of characters.
AFTER_OUTLINE = ("w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")
AFTER_SPACING = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:effect", "w:lang")


def lay_out(document: Document) -> None:
    """Styles, first page and page numbers of an empty document."""
    define_styles(document)
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    set_page(section)
    _number_pages(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number_pages(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def set_page(section: Section, *, landscape: bool = False) -> None:
    """A4 with the white of 5.2.1; lying, the margins turn with the paper, so that the binding stays on the same edge."""
    width, height = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if landscape else (width, height)
    margins = (Mm(28), Mm(26), Mm(35), Mm(37)) if landscape else (Mm(37), Mm(35), Mm(28), Mm(26))
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = margins
    section.footer_distance = Mm(16 if landscape else FOOTER_MM)
    _set_grid(section)


def text_width(section: Section) -> int:
    """What a line may fill, in EMU."""
    return _length(section.page_width) - _length(section.left_margin) - _length(section.right_margin)


def _length(length: Length | None) -> int:
    return 0 if length is None else int(length)


def _set_grid(section: Section) -> None:
    """The lines of the page, for text that is added without one of our styles."""
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE.pt * 20)))
    properties.append(grid)


def define_styles(document: Document) -> None:
    """Every paragraph has a style named for what it is, so that whoever edits changes the style once."""
    _style(document, "Official Body", BODY, SIZE_3, indent=2)
    _style(document, "Official Addressee", BODY, SIZE_3)
    _style(document, "Official Number", BODY, SIZE_3, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(document, "Official Title", TITLE, SIZE_2, align=WD_ALIGN_PARAGRAPH.CENTER, after=LINE, keep_with_next=True)
    _style(document, "Official Signature", BODY, SIZE_3, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _style(document, "Official Annex", HEADING, SIZE_3, keep_with_next=True)
    _style(document, "Official Annex List", BODY, SIZE_3, align=WD_ALIGN_PARAGRAPH.LEFT)
    _style(document, "Official Caption", HEADING, SIZE_4, align=WD_ALIGN_PARAGRAPH.CENTER, keep_with_next=True)
    for level, font in HEADING_FONTS.items():
        _style(document, f"Official Heading {level}", font, SIZE_3, indent=2, outline=level, keep_with_next=True)
    gap = _style(document, "Official Gap", BODY, SIZE_5, on_grid=False)
    gap.paragraph_format.line_spacing_rule, gap.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(6)
    _style(document, "Official Cell", BODY, SIZE_5, align=WD_ALIGN_PARAGRAPH.LEFT, on_grid=False)
    _style(document, "Official Cell Head", HEADING, SIZE_5, align=WD_ALIGN_PARAGRAPH.CENTER, on_grid=False)


def _style(
    document: Document,
    name: str,
    font: str,
    size: Length,
    *,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    indent: int = 0,
    after: Length | None = None,
    outline: int | None = None,
    keep_with_next: bool = False,
    on_grid: bool = True,
) -> ParagraphStyle:
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.quick_style = True
    style.font.name, style.font.size = LATIN, size
    set_east_asian(style.element, font)
    if size == SIZE_3:
        _set_closer(style.element.get_or_add_rPr())
    shape = style.paragraph_format
    shape.alignment = align
    shape.space_before, shape.space_after = Pt(0), after or Pt(0)
    shape.keep_with_next = keep_with_next
    properties = style.element.get_or_add_pPr()
    if on_grid:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    else:
        shape.line_spacing_rule = WD_LINE_SPACING.SINGLE
        _leave_grid(properties)
    if indent:
        indent_characters(properties, first_line=indent)
    if outline is not None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), str(outline - 1))
        properties.insert_element_before(level, *AFTER_OUTLINE)
    return style


def set_east_asian(element: object, font: str) -> None:
    """The font of Chinese characters, which Word names apart from that of Latin ones."""
    fonts = element.get_or_add_rPr().get_or_add_rFonts()  # type: ignore[attr-defined]
    fonts.set(qn("w:eastAsia"), font)


def _set_closer(properties: object) -> None:
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(CLOSER))
    properties.insert_element_before(spacing, *AFTER_SPACING)  # type: ignore[attr-defined]


def _leave_grid(properties: object) -> None:
    """Cells are set closer than the lines of the page."""
    mark = OxmlElement("w:snapToGrid")
    mark.set(qn("w:val"), "0")
    properties.insert_element_before(mark, "w:spacing", "w:ind", "w:jc", "w:outlineLvl")  # type: ignore[attr-defined]


def indent_characters(properties: object, *, first_line: float = 0, left: float = 0, right: float = 0) -> None:
    """In characters, so that it still fits when somebody changes the size; a negative first line hangs out."""
    indent = properties.get_or_add_ind()  # type: ignore[attr-defined]
    for side, characters in (("left", left), ("right", right)):
        if characters:
            _set_indent(indent, side, characters)
    if first_line:
        _set_indent(indent, "firstLine" if first_line > 0 else "hanging", abs(first_line))


def _set_indent(indent: object, side: str, characters: float) -> None:
    """Word goes by the characters; programs that do not know them by the twentieths of a point."""
    indent.set(qn(f"w:{side}Chars"), str(round(characters * 100)))  # type: ignore[attr-defined]
    indent.set(qn(f"w:{side}"), str(round(SIZE_3.pt * characters * 20)))  # type: ignore[attr-defined]


def _number_pages(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 — in 四号 宋体, one character from the outer edge: right on odd pages, left on even ones."""
    paragraph.alignment = side
    one = {"right": 1.0} if side is WD_ALIGN_PARAGRAPH.RIGHT else {"left": 1.0}
    indent_characters(paragraph._p.get_or_add_pPr(), **one)
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        run.font.size, run.font.name = SIZE_4, NUMERALS
        set_east_asian(run._element, NUMERALS)
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
