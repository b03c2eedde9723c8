"""Official documents read back: what GB/T 9704-2012 asks of page, type and numbering."""

import io
from datetime import date

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from registry.documents.word import OfficialDocument, signature_indents

ANNEXES = ["各单位公开率排序", "问题清单"]


@pytest.fixture(scope="module")
def document() -> Document:
    written = OfficialDocument("关于三月公开情况的通报", number="楚政公开办〔2026〕3号")
    written.paragraph("各乡镇人民政府，市属各部门：", indented=False)
    written.heading("一、总体情况")
    written.heading("（一）逾期", 2)
    written.heading("1.名单", 3)
    written.paragraph("全市应公开 12 项。\x0b")
    written.annexes(ANNEXES)
    written.signature("楚雄市政务公开领导小组办公室", date(2026, 3, 2))
    written.annex("附件1", ANNEXES[0])
    written.table(["序号", "单位"], [["1", "=1+1"], ["2", "甲\n乙"]], (1, 3), caption="表1")
    written.annex("附件2", ANNEXES[1], landscape=True)
    written.table(["序号"], [["1"]], (1,))
    return docx.Document(io.BytesIO(written.content()))


def in_mm(length: int | None) -> float:
    return round((length or 0) / 36000, 1)


def test_the_text_area_is_156_by_225_mm(document: Document) -> None:
    page = document.sections[0]

    assert (in_mm(page.page_width), in_mm(page.page_height)) == (210, 297)
    assert (in_mm(page.top_margin), in_mm(page.left_margin)) == (37, 28)
    assert in_mm(page.page_width - page.left_margin - page.right_margin) == 156
    assert in_mm(page.page_height - page.top_margin - page.bottom_margin) == 225


def test_a_page_has_22_lines_of_28_characters(document: Document) -> None:
    body = document.styles["Official Body"]
    closer = int(body.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    height, width = 225 / 25.4 * 72, 156 / 25.4 * 72

    assert int(height // body.paragraph_format.line_spacing.pt) == 22
    assert int(width // (body.font.size.pt + closer)) == 28


@pytest.mark.parametrize(
    ("style", "font", "points"),
    [
        ("Official Title", "方正小标宋简体", 22),
        ("Official Body", "仿宋_GB2312", 16),
        ("Official Heading 1", "黑体", 16),
        ("Official Heading 2", "楷体_GB2312", 16),
        ("Official Heading 3", "仿宋_GB2312", 16),
        ("Official Annex", "黑体", 16),
    ],
)
def test_every_kind_of_text_has_its_type(document: Document, style: str, font: str, points: int) -> None:
    found = document.styles[style]

    assert found.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert found.font.size.pt == points


def test_paragraphs_are_indented_by_two_characters_and_the_addressee_is_not(document: Document) -> None:
    indent = document.styles["Official Body"].element.pPr.find(qn("w:ind"))

    assert indent.get(qn("w:firstLineChars")) == "200"
    assert document.styles["Official Addressee"].element.pPr.find(qn("w:ind")) is None


def test_headings_are_an_outline(document: Document) -> None:
    levels = [
        document.styles[f"Official Heading {level}"].element.pPr.find(qn("w:outlineLvl")).get(qn("w:val"))
        for level in (1, 2, 3)
    ]

    assert levels == ["0", "1", "2"]


def test_texts_stand_in_their_order_without_what_xml_cannot_hold(document: Document) -> None:
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]

    assert texts[:7] == [
        "楚政公开办〔2026〕3号",
        "关于三月公开情况的通报",
        "各乡镇人民政府，市属各部门：",
        "一、总体情况",
        "（一）逾期",
        "1.名单",
        "全市应公开 12 项。",
    ]
    assert texts[7:11] == ["附件：1.各单位公开率排序", "2.问题清单", "楚雄市政务公开领导小组办公室", "2026年3月2日"]
    assert texts[11:] == ["附件1", "各单位公开率排序", "表1", "附件2", "问题清单"]


def test_a_single_annex_has_no_number() -> None:
    written = OfficialDocument("通报")
    written.annexes(["名单"])

    assert docx.Document(io.BytesIO(written.content())).paragraphs[-1].text == "附件：名单"


def test_page_numbers_stand_at_the_outer_edge_between_dashes(document: Document) -> None:
    page = document.sections[0]
    odd, even = page.footer.paragraphs[0], page.even_page_footer.paragraphs[0]

    assert document.settings.odd_and_even_pages_header_footer
    assert [one.paragraph_format.alignment.name for one in (odd, even)] == ["RIGHT", "LEFT"]
    assert [one.text for one in (odd, even)] == ["—  —", "—  —"]
    assert odd._p.xpath(".//w:instrText")[0].text == "PAGE"
    assert {run.font.size.pt for run in odd.runs} == {14}
    assert {run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in odd.runs} == {"宋体"}
    assert odd._p.pPr.find(qn("w:ind")).get(qn("w:rightChars")) == "100"


def test_an_annex_begins_on_a_page_of_its_own_and_may_lie(document: Document) -> None:
    _, second, third = document.sections

    assert [one.start_type.name for one in (second, third)] == ["NEW_PAGE", "NEW_PAGE"]
    assert second.orientation is WD_ORIENT.PORTRAIT
    assert third.orientation is WD_ORIENT.LANDSCAPE
    assert (in_mm(third.page_width), in_mm(third.top_margin)) == (297, 28)
    assert third.footer.is_linked_to_previous


def test_the_head_of_a_table_repeats_and_rows_are_not_broken(document: Document) -> None:
    table = document.tables[0]

    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [True, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["序号", "单位"],
        ["1", "=1+1"],
        ["2", "甲\n乙"],
    ]
    assert round(table.rows[1].cells[1].width / table.rows[1].cells[0].width, 2) == 3


@pytest.mark.parametrize(
    ("organ", "indents"),
    [
        # 14 characters over a date of 6: the date four from the edge, the organ's middle above the date's would leave none.
        ("楚雄市政务公开领导小组办公室", (2.0, 6.0)),
        # 6 over 6: both four.
        ("楚雄市财政局", (4.0, 4.0)),
        # 4 over 6: one further in.
        ("市财政局", (5.0, 4.0)),
    ],
)
def test_organ_and_date_stand_under_each_other(organ: str, indents: tuple[float, float]) -> None:
    assert signature_indents(organ, "2026年3月2日") == indents
