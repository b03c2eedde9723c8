"""Several tables in one file, rows that are no items, cells left blank, boxes Word draws: what the layouts alone do not show."""

import io

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from registry.exchange.reading.reading import TableReader
from registry.exchange.reading.records import ReadFile
from registry.rulebook.book import Rulebook
from tests.exchange.tables import Source, as_csv, as_docx, as_html, as_xlsx, source_of

HEADER = """\
序号 | 公开事项 | < | 公开内容（要素） | 公开依据 | 公开时限 | 公开主体 | 公开渠道和载体 | 公开对象 | < | 公开方式 | < | 公开层级 | <
^ | 一级事项 | 二级事项 | ^ | ^ | ^ | ^ | ^ | 全社会 | 特定群体 | 主动 | 依申请 | 县级 | 乡级
"""
ROW = "{0} | {1} | {2} | 目录 | 《预算法》 | 及时公开 | 市财政局 | ■政府网站 | √ | | √ | | √ |"
WIDE = "{0}" + " | <" * 13


@pytest.fixture(scope="module")
def reader(rulebook: Rulebook) -> TableReader:
    return TableReader(rulebook)


def rows(*lines: str, title: str = "") -> Source:
    return source_of("\n".join([f"title: {title}", *lines]))


def titles(found: ReadFile) -> list[tuple[str, ...]]:
    return [item.titles for item in found.items]


def told(found: ReadFile) -> set[tuple[str, str]]:
    return {(issue.cell, issue.code) for issue in found.issues}


def test_a_document_may_hold_several_tables_and_the_rest_of_one(reader: TableReader) -> None:
    first = rows(HEADER, ROW.format(1, "债务", "限额"), title="财政预决算领域标准目录")
    rest = rows(ROW.format(2, "债务", "余额"), ROW.format(3, "债务", "还本"), title="续表")
    other = rows("事项名称 | 公开内容 | 公开时限 | 公开主体", "专栏 | 网址 | 每月10日前 | 市财政局", title="其他事项")

    found = reader.read("t.docx", as_docx(first, rest, other))

    assert titles(found) == [("债务", "限额"), ("债务", "余额"), ("债务", "还本"), ("专栏",)]
    assert [item.table for item in found.items] == ["表1", "表2", "表2", "表3"]
    assert found.tables == 3


def test_the_same_header_under_another_title_is_another_table(reader: TableReader) -> None:
    sheet = rows(
        WIDE.format("财政预决算领域标准目录"),
        HEADER,
        ROW.format(1, "债务", "限额"),
        WIDE.format("城乡规划领域标准目录"),
        HEADER,
        ROW.format(1, "规划", "公布"),
    )

    found = reader.read("t.xlsx", as_xlsx(sheet))

    assert [(item.titles, item.table_title) for item in found.items] == [
        (("债务", "限额"), "财政预决算领域标准目录"),
        (("规划", "公布"), "城乡规划领域标准目录"),
    ]


def test_headings_and_remarks_between_rows_are_no_items(reader: TableReader) -> None:
    sheet = rows(
        WIDE.format("编制单位：市财政局"),
        HEADER,
        WIDE.format("一、预算管理类"),
        ROW.format(1, "债务", "限额"),
        WIDE.format("注：以上由市财政局负责"),
    )

    found = reader.read("t.xlsx", as_xlsx(sheet))

    assert titles(found) == [("债务", "限额")]
    assert told(found) == {("A4", "not_an_item")}


def test_elements_in_rows_of_their_own_without_merged_cells(reader: TableReader) -> None:
    sheet = rows(HEADER, ROW.format(1, "债务", "限额"), " |" * 3 + " 说明" + " |" * 10, ROW.format(2, "", "余额"))

    found = reader.read("t.csv", as_csv(sheet))

    assert titles(found) == [("债务", "限额"), ("债务", "余额")]
    assert found.items[0].elements == ("目录", "说明")


def test_a_blank_beside_merged_titles_is_taken_from_above_and_told(reader: TableReader) -> None:
    sheet = rows(HEADER, ROW.format(1, "债务", "限额"), "2 | ^ | 余额 | 余额表 | | | | | √ | | √ | | √ |")

    found = reader.read("t.html", as_html(sheet))

    assert (found.items[1].deadline_text, found.items[1].body, found.items[1].channels) == (
        "及时公开",
        "市财政局",
        ("government_website",),
    )
    assert found.items[1].bases == ()
    assert told(found) == {("F4", "taken_from_above"), ("G4", "taken_from_above"), ("H4", "taken_from_above")}


def test_a_title_over_both_columns_is_one_title(reader: TableReader) -> None:
    found = reader.read("t.xlsx", as_xlsx(rows(HEADER, ROW.format(1, "机构职能", "<"))))

    assert titles(found) == [("机构职能",)]


def test_a_table_in_a_frame_of_tables_is_found(reader: TableReader) -> None:
    inner = as_html(rows(HEADER, ROW.format(1, "债务", "限额"))).decode()

    found = reader.read("t.html", f"<table><tr><td>导航</td><td>{inner}</td></tr></table>".encode())

    assert titles(found) == [("债务", "限额")]


def test_cells_that_were_never_closed_are_cells(reader: TableReader) -> None:
    page = as_html(rows(HEADER, ROW.format(1, "债务", "限额"))).decode().replace("</td>", "").replace("</tr>", "")

    assert titles(reader.read("t.html", page.encode())) == [("债务", "限额")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_csv_may_be_in_any_encoding_in_use(encoding: str, reader: TableReader) -> None:
    text = as_csv(rows(HEADER, ROW.format(1, "债务", "限额"))).decode("utf-8-sig")

    assert titles(reader.read("t.csv", text.encode(encoding))) == [("债务", "限额")]


def test_boxes_drawn_from_a_symbol_font_are_boxes(reader: TableReader) -> None:
    document, buffer = docx.Document(), io.BytesIO()
    table = document.add_table(2, 4)
    for column, (name, text) in enumerate(
        (("公开事项", "债务限额"), ("公开内容", "限额表"), ("公开时限", "及时公开"), ("公开主体", "市财政局"))
    ):
        table.cell(0, column).text, table.cell(1, column).text = name, text
    table.add_column(100)
    table.cell(0, 4).text = "公开渠道"
    paragraph = table.cell(1, 4).paragraphs[0]
    for code, name in (("F0FE", "政府网站"), ("F0A8", "政府公报"), ("F052", "公开查阅点")):
        symbol = OxmlElement("w:sym")
        symbol.set(qn("w:font"), "Wingdings 2" if code == "F052" else "Wingdings")
        symbol.set(qn("w:char"), code)
        paragraph.add_run()._r.append(symbol)
        paragraph.add_run(f"{name} ")
    document.save(buffer)

    found = reader.read("t.docx", buffer.getvalue())

    assert found.items[0].channels == ("government_website", "reading_point")
