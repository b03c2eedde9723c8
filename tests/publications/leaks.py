"""A seeded set of leaks: for each kind of file and each place in it, documents that look like those of an office, with one leak each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF
from openpyxl.comments import Comment

from tests.privacy.made_up_people import KINDS, identity_number, mobile_number

CHINESE_FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

NUMBERS = ("identity_number", "mobile_number", "bank_card")
"""What can be written without a Chinese letter, and so in a PDF without a Chinese font."""


@dataclass(frozen=True)
class Leak:
    """A file with one leak. `places` are words that tell where, `start` is how its mask begins, so that the right thing was found."""

    name: str
    content: bytes
    kind: str
    start: str
    places: tuple[str, ...]


def leaks(seed: int) -> Iterator[Leak]:
    """Every kind of personal data in every place of every kind of file."""
    random = Random(seed)
    for kind, make in KINDS.items():
        for number, (place, build) in enumerate(WORKBOOK_PLACES.items()):
            value = make(random)
            yield _leak(f"表{kind}{number}.xlsx", build(value), kind, value, place)
        for number, (place, build_text) in enumerate(TEXT_PLACES.items()):
            value = make(random)
            yield _leak(f"文{kind}{number}.docx", build_text(value), kind, value, place)
        value = make(random)
        yield _leak(f"单{kind}.csv", f"序号,内容\n1,甲\n2,{value}\n".encode("gb18030"), kind, value, "第 3 行第 2 列")
        value = make(random)
        yield _leak(f"单{kind}.txt", f"第一行\n公示：{value}。\n".encode(), kind, value, "第 2 行")
        value = make(random)
        yield _leak(f"单{kind}u.txt", f"第一行\n\n公示：{value}".encode("utf-16"), kind, value, "第 3 行")
        if kind in NUMBERS or CHINESE_FONT.exists():
            value = make(random)
            yield _leak(f"告{kind}.pdf", pdf(value), kind, value, "第 2 页")
    yield from _numbers_in_cells(random)
    yield from _in_boxes(random)


def start_of(value: str) -> str:
    """What no mask takes away: the beginning of a number, of a plate, of an address."""
    bare = value.removeprefix("家庭住址：")
    return bare[:2] if len(bare) < 10 and not bare[:3].isdigit() else bare[:3]


def _leak(name: str, content: bytes, kind: str, value: str, place: str) -> Leak:
    return Leak(name, content, kind, start_of(value), (name, place))


def workbook(change: Callable[[Any, Any], None], value: Any) -> bytes:
    """A small budget table of two sheets, the second hidden, with `value` put in by `change`."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "收支"
    sheet.append(["科目", "预算数（万元）", "说明"])
    sheet.append(["2010101 行政运行", 12345.67, "含人员经费"])
    hidden = book.create_sheet("底稿")
    hidden.sheet_state = "hidden"
    hidden.append(["科目", "说明"])
    change(book, value)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(book: Any, value: str) -> None:
    book["收支"]["C3"] = f"经办{value}"


def _hidden_sheet(book: Any, value: str) -> None:
    book["底稿"]["B2"] = value


def _hidden_row(book: Any, value: str) -> None:
    book["收支"]["C9"] = value
    book["收支"].row_dimensions[9].hidden = True


def _formula(book: Any, value: str) -> None:
    book["收支"]["C4"] = f'=CONCATENATE("经办","{value}")'


def _comment(book: Any, value: str) -> None:
    book["收支"]["A2"].comment = Comment(f"联系 {value}", "审核")


def _sheet_header(book: Any, value: str) -> None:
    book["收支"].oddHeader.center.text = f"经办 {value}"


def _sheet_name(book: Any, value: str) -> None:
    book.create_sheet(value.replace("：", ""))


def _property(book: Any, value: str) -> None:
    book.properties.description = f"经办 {value}"


WORKBOOK_PLACES = {
    place: partial(workbook, change)
    for place, change in {
        "工作表“收支”单元格 C3": _cell,
        "工作表“底稿”单元格 B2": _hidden_sheet,
        "工作表“收支”单元格 C9": _hidden_row,
        "工作表“收支”单元格 C4": _formula,
        "工作表“收支”单元格 A2 的批注": _comment,
        "工作表“收支”的页眉": _sheet_header,
        "工作表名称": _sheet_name,
        "文件属性": _property,
    }.items()
}


def text_file(change: Callable[[Document, str], None], value: str) -> bytes:
    """A notice of two paragraphs and a table, with `value` put in by `change`."""
    document = docx.Document()
    document.add_paragraph("关于公示本年度项目的通知")
    document.add_paragraph("现将有关情况公示如下。")
    table = document.add_table(2, 2)
    for row, words in enumerate((("序号", "情况"), ("1", "符合条件"))):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    change(document, value)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _paragraph(document: Document, value: str) -> None:
    """Cut into runs, as an office program does where the format changes."""
    paragraph = document.add_paragraph("联系：")
    paragraph.add_run(value[:5])
    paragraph.add_run(value[5:]).bold = True


def _table(document: Document, value: str) -> None:
    document.tables[0].cell(1, 1).text = value


def _header(document: Document, value: str) -> None:
    document.sections[0].header.paragraphs[0].text = f"经办 {value}"


def _footer(document: Document, value: str) -> None:
    document.sections[0].footer.paragraphs[0].text = f"经办 {value}"


def _remark(document: Document, value: str) -> None:
    document.add_comment(document.paragraphs[0].runs, text=f"联系 {value}", author="审核", initials="审")


def _text_box(document: Document, value: str) -> None:
    document.paragraphs[1].runs[0]._r.append(
        parse_xml(
            f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><w:txbxContent><w:p><w:r>'
            f"<w:t>{value}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict>"
        )
    )


def _deleted(document: Document, value: str) -> None:
    document.paragraphs[1]._p.append(
        parse_xml(f'<w:del {nsdecls("w")} w:id="9" w:author="审核"><w:r><w:delText>{value}</w:delText></w:r></w:del>')
    )


def _alternative_text(document: Document, value: str) -> None:
    document.paragraphs[1].runs[0]._r.append(
        parse_xml(
            f'<w:drawing {nsdecls("w")} xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
            f'<wp:inline><wp:docPr id="1" name="图" descr="{value}"/></wp:inline></w:drawing>'
        )
    )


TEXT_PLACES = {
    place: partial(text_file, change)
    for place, change in {
        "第 3 段": _paragraph,
        "第 1 个表格第 2 行第 2 列": _table,
        "页眉": _header,
        "页脚": _footer,
        "批注": _remark,
        "文本框": _text_box,
        "第 2 段以修订方式删除的文字": _deleted,
        "内部内容": _alternative_text,
    }.items()
}


def footnote(value: str) -> bytes:
    """python-docx makes no footnotes, so the part is put beside the others."""
    content = BytesIO(text_file(_paragraph, "无"))
    words = f"<w:footnotes {nsdecls('w')}><w:footnote w:id='2'><w:p><w:r><w:t>{value}</w:t></w:r></w:p></w:footnote></w:footnotes>"
    with ZipFile(content, "a") as package:
        package.writestr("word/footnotes.xml", words)
    return content.getvalue()


TEXT_PLACES["脚注"] = footnote


def pdf(value: str, *, pages: int = 2) -> bytes:
    """`value` on the last page; in a font every reader has, where no Chinese letter needs another."""
    document = FPDF()
    if value.isascii():
        document.set_font("helvetica", size=12)
    else:
        document.add_font("noto", fname=str(CHINESE_FONT))
        document.set_font("noto", size=12)
    for page in range(1, pages + 1):
        document.add_page()
        document.multi_cell(0, 8, f"No. {page}\n{value if page == pages else '2026'}\n")
    return bytes(document.output())


def _numbers_in_cells(random: Random) -> Iterator[Leak]:
    """Typed as numbers: a mobile number whole, an identity number cut to fifteen digits by the spreadsheet itself."""
    for index in range(10):
        mobile, identity = mobile_number(random), identity_number(random)
        content = workbook(_hidden_sheet, int(mobile))
        yield _leak(f"数{index}.xlsx", content, "mobile_number", mobile, "单元格 B2")
        content = workbook(_hidden_sheet, float(f"{identity[:15]}000"))
        yield _leak(f"截{index}.xlsx", content, "identity_number", identity, "单元格 B2")


def _in_boxes(random: Random) -> Iterator[Leak]:
    """One digit a cell."""
    for index in range(5):
        identity = identity_number(random)
        content = workbook(_boxes, identity)
        yield _leak(f"格{index}.xlsx", content, "identity_number", identity, "单元格 B6:S6")


def _boxes(book: Any, digits: str) -> None:
    for column, digit in enumerate(digits, start=2):
        book["收支"].cell(6, column, digit)
