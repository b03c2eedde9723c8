"""Uploads that are no table: each is refused with a Chinese sentence, in little time and memory, and nothing is changed."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import docx
import pytest
import xlsxwriter

from registry import wording
from registry.errors import Invalid
from registry.exchange.reading.reading import TableReader
from registry.rulebook.book import Rulebook
from tests.exchange.tables import as_docx, as_xlsx, read_source
from tests.exchange.test_variants import VARIANTS

MOST_SECONDS, MOST_BYTES = 2.0, 256 * 1024 * 1024
GOOD = read_source(VARIANTS[0])
XLSX, DOCX = as_xlsx(GOOD), as_docx(GOOD)
SHEET, STRINGS, BOOK, DOCUMENT = (
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/workbook.xml",
    "word/document.xml",
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def changed(archive: bytes, *, drop: str = "", **parts: bytes) -> bytes:
    """The archive with parts replaced or added (`__` in a name stands for `/`, `_DOT_` for a dot) or one left out."""
    wanted = {name.replace("__", "/").replace("_DOT_", "."): content for name, content in parts.items()}
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name != drop and name not in wanted:
                new.writestr(name, old.read(name))
        for name, content in wanted.items():
            new.writestr(name, content)
    return buffer.getvalue()


def part(archive: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return found.read(name)


def with_sheet(content: bytes) -> bytes:
    return changed(XLSX, **{SHEET: content})


def with_document(content: bytes) -> bytes:
    return changed(DOCX, **{DOCUMENT: content})


def archive_of(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        fill(book)
    return buffer.getvalue()


def many_rows(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet()
    for number in range(100_000):
        sheet.write_number(number, 0, number)


def many_columns(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet()
    for row in range(3):
        for column in range(200):
            sheet.write_string(row, column, "公开内容" if column % 2 else f"第{column}列")


def many_sheets(book: xlsxwriter.Workbook) -> None:
    for number in range(70):
        book.add_worksheet().write_string(0, 0, str(number))


def encrypted_entry() -> bytes:
    """An archive whose first entry says that it is encrypted."""
    content = bytearray(XLSX)
    central = content.index(b"PK\x01\x02")
    content[6:8] = struct.pack("<H", 1)
    content[central + 8 : central + 10] = struct.pack("<H", 1)
    return bytes(content)


def wrong_checksum() -> bytes:
    content = bytearray(XLSX)
    at = content.index(b"PK\x03\x04", 10)
    content[at + 60] ^= 0xFF
    return bytes(content)


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
FAR_CELL = (
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1048576">'
    '<c r="A1048576" t="inlineStr"><is><t>远</t></is></c></row></sheetData></worksheet>'
).encode()
DENSE = b"<a>" + b"\x00" * (60 * 1024 * 1024) + b"</a>"

BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("t.xlsx", lambda: b"", "table_file_empty"),
    "only spaces": ("t.csv", lambda: b" \n \n", "table_file_empty"),
    "text called xlsx": ("t.xlsx", lambda: "序号,一级事项".encode(), "not_an_office_file"),
    "picture called xlsx": ("t.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "not_an_office_file"),
    "PDF called docx": ("t.docx", lambda: b"%PDF-1.7\n", "not_an_office_file"),
    "html called xlsx": ("t.xlsx", lambda: b"<html><table></table></html>", "not_an_office_file"),
    "archive that is no workbook": ("t.xlsx", lambda: archive_of(readme=b"x"), "not_an_office_file"),
    "docx called xlsx": ("t.xlsx", lambda: DOCX, "not_an_office_file"),
    "xlsx called docx": ("t.docx", lambda: XLSX, "not_an_office_file"),
    "xlsx called csv": ("t.csv", lambda: XLSX, "other_kind_than_named"),
    "docx called txt": ("t.txt", lambda: DOCX, "other_kind_than_named"),
    "old xls": ("t.xls", lambda: OLE + b"\x00" * 512, "encrypted_or_old"),
    "old doc": ("t.doc", lambda: OLE + b"\x00" * 512, "encrypted_or_old"),
    "workbook with a password": ("t.xlsx", lambda: OLE + b"\x00" * 4096, "encrypted_or_old"),
    "document with a password": ("t.docx", lambda: OLE + b"\x00" * 4096, "encrypted_or_old"),
    "encrypted entry": ("t.xlsx", encrypted_entry, "encrypted_or_old"),
    "macros": ("t.xlsx", lambda: changed(XLSX, xl__vbaProject_DOT_bin=b"x"), "has_macros"),
    "macros in Word": ("t.docx", lambda: changed(DOCX, word__vbaProject_DOT_bin=b"x"), "has_macros"),
    "macro file kind": ("t.xlsm", lambda: XLSX, "table_file_kind"),
    "a program": ("t.exe", lambda: b"MZ" + b"\x00" * 100, "table_file_kind"),
    "a picture": ("t.png", lambda: b"\x89PNG", "table_file_kind"),
    "PDF": ("t.pdf", lambda: b"%PDF-1.7", "table_file_kind"),
    "bomb in a workbook": ("t.xlsx", lambda: with_sheet(DENSE), "too_much_inside"),
    "bomb in a document": ("t.docx", lambda: with_document(DENSE), "too_much_inside"),
    "bomb beside the sheets": ("t.xlsx", lambda: changed(XLSX, xl__x=b"\x00" * (70 * 1024 * 1024)), "too_much_inside"),
    "a thousand entries": (
        "t.xlsx",
        lambda: changed(XLSX, **{f"x{number}": b"" for number in range(1000)}),
        "too_much_inside",
    ),
    "entities in a sheet": ("t.xlsx", lambda: with_sheet(ENTITIES + part(XLSX, SHEET)), "declares_entities"),
    "entities in the strings": (
        "t.xlsx",
        lambda: changed(XLSX, **{STRINGS: ENTITIES + part(XLSX, STRINGS)}),
        "declares_entities",
    ),
    "an outside entity": ("t.xlsx", lambda: changed(XLSX, **{BOOK: OUTSIDE + part(XLSX, BOOK)}), "declares_entities"),
    "entities in a document": ("t.docx", lambda: with_document(ENTITIES + b"<w/>"), "declares_entities"),
    "entities in another encoding": (
        "t.xlsx",
        lambda: with_sheet("\ufeff<!DOCTYPE w []><w/>".encode("utf-16")),
        "declares_entities",
    ),
    "100,000 rows": ("t.xlsx", lambda: workbook(many_rows), "too_many_rows"),
    "100,000 lines": ("t.csv", lambda: b"1,2\n" * 100_000, "too_many_rows"),
    "100,000 rows of a page": (
        "t.html",
        lambda: b"<table>" + b"<tr><td>1</td></tr>" * 60_000 + b"</table>",
        "too_many_rows",
    ),
    "a cell in the last row there can be": ("t.xlsx", lambda: with_sheet(FAR_CELL), "too_many_rows"),
    "200 columns": ("t.csv", lambda: ("公开内容," * 200 + "\n").encode(), "too_many_columns"),
    "70 sheets": ("t.xlsx", lambda: workbook(many_sheets), "too_many_tables"),
    "70 tables of a page": ("t.html", lambda: b"<table><tr><td>1</td></tr></table>" * 70, "too_many_tables"),
    "a broken sheet": ("t.xlsx", lambda: with_sheet(b"<worksheet><sheetData><row>"), "not_an_office_file"),
    "a broken document": ("t.docx", lambda: with_document(b"<w:document><w:body>"), "not_an_office_file"),
    "a workbook without its sheet": ("t.xlsx", lambda: changed(XLSX, drop=SHEET), "no_table"),
    "a cut archive": ("t.xlsx", lambda: XLSX[: len(XLSX) // 2], "not_an_office_file"),
    "a wrong checksum": ("t.xlsx", wrong_checksum, "not_an_office_file"),
    "more than 10 MB": ("t.csv", lambda: b"1" * (11 * 1024 * 1024), "table_file_too_large"),
    "a text that is no text": ("t.csv", lambda: bytes(range(128, 256)) * 20, "not_readable"),
    "zero bytes": ("t.csv", lambda: b"a\x00b\x00c\n" * 10, "not_readable"),
    "a cell that never ends": ("t.csv", lambda: b'"' + b"x" * 300_000, "not_readable"),
    "a page nested without end": ("t.html", lambda: b"<div>" * 5000 + b"<table>", "not_readable"),
    "cells never closed": ("t.html", lambda: b"<table><tr>" + b"<td>1" * 5000, "not_readable"),
    "a table of something else": ("t.csv", lambda: "姓名,年龄\n甲,3\n".encode(), "no_table"),
    "a document without a table": ("t.docx", lambda: _document_of("没有表格"), "no_table"),
    "a page without a table": ("t.html", lambda: b"<html><body>1</body></html>", "no_table"),
    "words without a table": ("t.txt", lambda: "这里没有表格。".encode(), "no_table"),
    "many columns of nothing": ("t.xlsx", lambda: workbook(many_columns), "no_table"),
}


def _document_of(text: str) -> bytes:
    document, buffer = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def reader(rulebook: Rulebook) -> TableReader:
    return TableReader(rulebook)


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_upload_is_refused_with_a_reason_in_little_time_and_memory(kind: str, reader: TableReader) -> None:
    name, make, code = BAD[kind]
    content = make()
    tracemalloc.start()
    before = time.process_time()

    with pytest.raises(Invalid) as refused:
        reader.read(name, content)

    seconds, (_, peak) = time.process_time() - before, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [issue.code for issue in refused.value.issues] == [code]
    assert "{" not in wording.message(refused.value.issues[0])
    assert peak < MOST_BYTES
    assert seconds < MOST_SECONDS * 3, "tracing makes it slower by about three times"


def test_a_formula_nobody_calculated_keeps_its_row_out(reader: TableReader) -> None:
    sheet = part(XLSX, SHEET).decode()
    at = sheet.index('<c r="F4"')
    end = sheet.index("</c>", at) + 4
    formula = sheet[:at] + '<c r="F4"><f>CONCAT("实时","公开")</f></c>' + sheet[end:]

    found = reader.read("t.xlsx", with_sheet(formula.encode()))

    assert ("F4", "formula_without_value", True) in {(one.cell, one.code, one.grave) for one in found.issues}


def test_a_formula_with_its_value_is_read_by_the_value(reader: TableReader) -> None:
    sheet = part(XLSX, SHEET).decode()
    at = sheet.index('<c r="F4"')
    end = sheet.index("</c>", at) + 4
    formula = sheet[:at] + '<c r="F4" t="str"><f>CONCAT("实时","公开")</f><v>实时公开</v></c>' + sheet[end:]

    found = reader.read("t.xlsx", with_sheet(formula.encode()))

    assert found.items[0].deadline_text == "实时公开"
    assert [one for one in found.issues if one.grave] == []


@pytest.mark.parametrize("cut", range(100, len(XLSX), len(XLSX) // 12))
def test_a_workbook_cut_anywhere_is_refused(cut: int, reader: TableReader) -> None:
    with pytest.raises(Invalid):
        reader.read("t.xlsx", XLSX[:cut])


def test_the_longest_cell_excel_allows_is_told_and_not_kept(reader: TableReader) -> None:
    found = reader.read("t.xlsx", as_xlsx(_with_deadline("长" * 32_767)))

    assert ("F4", "cell_too_long") in {(one.cell, one.code) for one in found.issues if one.grave}


def _with_deadline(text: str) -> object:
    rows = [list(row) for row in GOOD.rows]
    rows[2][5] = text
    return type(GOOD)(GOOD.title, rows)


def test_compressed_garbage_is_refused(reader: TableReader) -> None:
    with pytest.raises(Invalid):
        reader.read("t.xlsx", b"PK\x03\x04" + zlib.compress(b"x" * 10_000))
