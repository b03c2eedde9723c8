"""The report as Word and as data: read back, the numbers are those of the report."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from docx import Document
from docx.table import Table

from registry.annual.compiled import Report, UnitFigures
from registry.annual.document import report_document
from registry.annual.records import report_record
from registry.annual.rules import completed, summed_cells
from registry.annual.tables import ReportState, ReturnState
from registry.rulebook.book import Rulebook


def made_up(rulebook: Rulebook, year: int) -> Report:
    """Two units with a different figure in every cell, and one that has not reported."""
    form = rulebook.annual_format(year)
    assert form is not None
    cells = [cell for cell in form.cells if cell not in summed_cells(form)]
    units = [
        UnitFigures(
            f"CX-10{number}",
            name,
            ReturnState.CONFIRMED,
            False,
            completed(form, {cell: Decimal(place * number) for place, cell in enumerate(cells)}),
        )
        for number, name in ((1, "楚雄市财政局"), (2, "楚雄市教育局"))
    ]
    missing = UnitFigures("CX-103", "楚雄市司法局", None, False, {})
    sections = {"preface": "依据条例编制。", form.sections[0].code: "第一段。\n第二段。"}
    return Report(year, form, ReportState.DRAFT, 1, sections, (*units, missing), "rules")


def figures_in(table: Table, heads: int) -> Iterator[str]:
    """The cells right of the heads, each merged one once."""
    for row in table.rows:
        seen = []
        for place, cell in enumerate(row.cells):
            if place >= heads and cell._tc not in seen and cell.text.replace(".", "").isdigit():
                seen.append(cell._tc)
                yield cell.text


@pytest.mark.parametrize("year", [2018, 2019, 2021])
def test_word_has_every_figure_of_the_tables_in_order(rulebook: Rulebook, year: int) -> None:
    report = made_up(rulebook, year)
    document = Document(io.BytesIO(report_document(report)))
    tables = report.form.tables

    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == f"楚雄市{year}年政府信息公开工作年度报告"
    assert [section.title for section in report.form.sections if section.title not in texts] == []
    assert {"依据条例编制。", "第一段。", "第二段。"} <= set(texts)
    assert any("1个单位未报" in text and "楚雄市司法局" in text for text in texts)
    assert len(document.tables) == len(tables)
    for table, drawn in zip(tables, document.tables, strict=True):
        expected = [
            str(report.figures[block.cell_code(row, column)])
            for block in table.blocks
            for row in block.rows
            for column in block.columns
        ]
        assert list(figures_in(drawn, 1 if table.blocks[0].head else 0)) == expected


def test_word_merges_heads_as_the_statutory_table_does(rulebook: Rulebook) -> None:
    document = Document(io.BytesIO(report_document(made_up(rulebook, 2021))))
    requests = document.tables[1]

    assert (len(requests.rows), len(requests.columns)) == (28, 10)
    assert requests.cell(0, 3).text == "申请人情况"
    assert requests.cell(0, 3)._tc is requests.cell(0, 9)._tc
    assert requests.cell(1, 4)._tc is requests.cell(1, 8)._tc
    assert requests.cell(1, 3).text == requests.cell(2, 3).text == "自然人"
    assert requests.cell(7, 1).text == requests.cell(14, 1).text == "（三）不予公开"
    assert requests.cell(27, 0)._tc is requests.cell(27, 2)._tc


def test_word_says_unknown_where_nobody_has_reported(rulebook: Rulebook) -> None:
    report = made_up(rulebook, 2021)
    nobody = replace(report, units=(report.units[2],))
    document = Document(io.BytesIO(report_document(nobody)))

    assert {row.cells[1].text for row in document.tables[0].rows[2:4]} == {"未报"}


def test_a_confirmed_report_is_signed_and_sealed(rulebook: Rulebook) -> None:
    report = replace(
        made_up(rulebook, 2021), state=ReportState.CONFIRMED, confirmed_on=date(2022, 3, 15), sha256="ab" * 32
    )
    texts = [one.text for one in Document(io.BytesIO(report_document(report))).paragraphs]

    assert any("ab" * 32 in text for text in texts)
    assert [text for text in texts if text][-2:] == ["楚雄市人民政府", "2022年3月15日"]
    assert "编制中，尚未确认。" not in texts


def test_the_record_keeps_its_shape(rulebook: Rulebook) -> None:
    report = made_up(rulebook, 2021)
    record = report_record(report, None)

    assert list(record) == [
        "year",
        "state",
        "format",
        "confirmed_on",
        "sha256",
        "preface",
        "sections",
        "tables",
        "units",
        "missing_reason",
        "checks",
    ]
    assert [table["code"] for table in record["tables"]] == ["disclosure", "requests", "litigation", "processing-fee"]
    (block,) = record["tables"][1]["blocks"]
    first = block["rows"][0]
    assert (first["code"], first["within"], list(first["figures"])) == (
        "new",
        [],
        ["persons", "companies", "research", "charities", "law-firms", "organisations", "total"],
    )
    assert first["figures"]["total"] == {
        "cell": "requests.new.total",
        "figure": int(report.figures["requests.new.total"]),
        "unit": "件",
        "units": 2,
        "lacking": 1,
    }
    assert set(record["checks"][0]) == {
        "rule",
        "name",
        "where",
        "left",
        "right",
        "last_year",
        "found",
        "expected",
        "verdict",
    }
    assert record["units"][2] == {"code": "CX-103", "name": "楚雄市司法局", "state": None, "nil": False}
