"""Which files are accepted: told by content, refused with a reason, in bounded time, whatever is inside."""

import random
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import docx
import openpyxl
import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from registry.errors import Invalid
from registry.files.kinds import FileKind, accept, clean_name
from registry.files.pieces import NotRead, Why
from registry.files.reading import read

MEGABYTE = 1024 * 1024
SECONDS = 30.0
"""Far from what is measured (1.5 s of processor for 100,000 cells, less for the rest), so that a busy machine does not fail."""


def workbook(rows: int = 3) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("表")
    for row in range(rows):
        sheet.append([f"第{row}行", row, "内容"])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def text_file() -> bytes:
    document = docx.Document()
    document.add_paragraph("通知")
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def pdf(pages: int = 1) -> bytes:
    document = FPDF()
    document.set_font("helvetica", size=12)
    for _ in range(pages):
        document.add_page()
        document.cell(text="Budget 2026")
    return bytes(document.output())


def locked_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf())))
    writer.encrypt("secret", algorithm="RC4-128")
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The package with a part put in, or put in the place of the one of that name."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, part)
    return made.getvalue()


def package(parts: dict[str, bytes], method: int = ZIP_STORED) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", method) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return made.getvalue()


def bomb() -> bytes:
    """Seventy megabytes of nothing in some tens of kilobytes."""
    return with_part(workbook(), "xl/worksheets/sheet9.xml", bytes(70 * MEGABYTE))


def locked_package() -> bytes:
    """The flag that says an entry is encrypted, set in both headers."""
    content = bytearray(workbook())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>'
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)

REFUSED: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("empty", "表.xlsx", lambda: b"", "file_empty"),
    ("too large", "表.txt", lambda: b"a" * (2 * MEGABYTE + 1), "file_too_large"),
    ("old workbook", "表.xls", lambda: OLE, "file_old_office"),
    ("old text", "文.doc", lambda: OLE, "file_old_office"),
    ("workbook with a password", "表.xlsx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "file_encrypted"),
    ("package with a password", "表.xlsx", locked_package, "file_encrypted"),
    ("PDF with a password", "告.pdf", locked_pdf, "file_encrypted"),
    ("workbook with macros", "表.xlsm", lambda: with_part(workbook(), "xl/vbaProject.bin", b"x"), "file_macros"),
    ("macros under another name", "表.xlsx", lambda: with_part(workbook(), "xl/vbaProject.bin", b"x"), "file_macros"),
    ("text with macros", "文.docx", lambda: with_part(text_file(), "word/vbaProject.bin", b"x"), "file_macros"),
    (
        "declared with macros",
        "表.xlsx",
        lambda: with_part(workbook(), "[Content_Types].xml", b"<Types>application/vnd.ms-excel.sheet.macroEnabled.main</Types>"),
        "file_macros",
    ),
    ("PDF called a workbook", "表.xlsx", pdf, "file_not_what_it_says"),
    ("workbook called a text", "文.docx", workbook, "file_not_what_it_says"),
    ("workbook called CSV", "单.csv", workbook, "file_not_what_it_says"),
    ("no suffix", "通知", pdf, "file_not_what_it_says"),
    ("picture called CSV", "图.csv", lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "file_kind_unknown"),
    ("program", "程序.exe", lambda: b"MZ\x90\x00", "file_kind_unknown"),
    ("page", "页.html", lambda: b"<html></html>", "file_kind_unknown"),
    ("bare archive", "包.zip", lambda: package({"a.txt": b"a"}), "file_kind_unknown"),
    ("bomb", "表.xlsx", bomb, "file_unpacks_too_large"),
    ("very many entries", "表.xlsx", lambda: package({f"{one}": b"" for one in range(2001)}), "file_unpacks_too_large"),
    ("packed a thousandfold", "表.xlsx", lambda: package({"a": bytes(MEGABYTE)}, ZIP_DEFLATED), "file_unpacks_too_large"),
    ("archive cut short", "表.xlsx", lambda: workbook()[:-40], "file_broken"),
    ("PDF cut to its head", "告.pdf", lambda: b"%PDF-1.7\n", "file_broken"),
    ("entities in a workbook", "表.xlsx", lambda: with_part(workbook(), "xl/worksheets/sheet1.xml", LAUGHS), "file_broken"),
    ("entities in a text", "文.docx", lambda: with_part(text_file(), "word/document.xml", LAUGHS), "file_broken"),
    ("document type alone", "文.docx", lambda: with_part(text_file(), "word/document.xml", DOCTYPE), "file_broken"),
    ("entity from outside", "文.docx", lambda: with_part(text_file(), "docProps/core.xml", OUTSIDE), "file_broken"),
    ("no XML at all", "表.xlsx", lambda: with_part(workbook(), "xl/workbook.xml", b"\xff\xff"), "file_broken"),
]  # fmt: skip


def read_whole(name: str, content: bytes) -> list[object]:
    upload = accept(name, content, most_bytes=2 * MEGABYTE)
    return list(read(upload.kind, upload.content))


@pytest.mark.parametrize(("name", "make", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_bad_files_are_refused_with_their_reason_and_soon(name: str, make: Callable[[], bytes], code: str) -> None:
    content = make()
    begun = time.monotonic()

    with pytest.raises(Invalid) as refusal:
        read_whole(name, content)

    assert [issue.code for issue in refusal.value.issues] == [code]
    assert time.monotonic() - begun < SECONDS


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("表.xlsx", workbook(), FileKind.XLSX),
        ("文.DOCX", text_file(), FileKind.DOCX),
        ("告.pdf", pdf(), FileKind.PDF),
        ("单.csv", "序号,内容\n1,甲\n".encode("gb18030"), FileKind.CSV),
        ("单.txt", "内容".encode("utf-16"), FileKind.TXT),
        ("单.txt", "\ufeff内容".encode(), FileKind.TXT),
    ],
)
def test_honest_files_are_accepted(name: str, content: bytes, kind: FileKind) -> None:
    assert accept(name, content, most_bytes=2 * MEGABYTE).kind is kind


def test_a_sheet_of_a_hundred_thousand_cells_is_read_whole() -> None:
    content = workbook(rows=34_000)
    begun = time.monotonic()

    assert sum(1 for piece in read_whole("表.xlsx", content) if getattr(piece, "text", "") == "内容") == 34_000
    assert time.monotonic() - begun < SECONDS


def test_pages_past_the_bound_are_said_to_be_unread() -> None:
    found = read_whole("告.pdf", pdf(pages=502))

    assert [(one.place.at, one.why) for one in found if isinstance(one, NotRead)] == [("501–502", Why.TOO_MUCH)]


def test_a_page_that_is_a_picture_is_said_to_be_unread() -> None:
    document = FPDF()
    document.add_page()
    document.rect(10, 10, 50, 50)
    found = read_whole("扫描.pdf", bytes(document.output()))

    assert [(one.place.at, one.why) for one in found if isinstance(one, NotRead)] == [("1", Why.NO_TEXT)]


def drawn(contents: bytes, forms: dict[str, bytes] | None = None) -> bytes:
    """A PDF of one page with these operators; `forms` are drawn by `/name Do`, and may draw each other."""
    document = FPDF()
    document.set_font("helvetica", size=12)
    document.add_page()
    document.cell(text="x")
    writer = PdfWriter(clone_from=PdfReader(BytesIO(bytes(document.output()))))
    page = writer.pages[0]
    objects = DictionaryObject()
    for name, operators in (forms or {}).items():
        form = StreamObject()
        form.set_data(operators)
        form.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
        form[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): objects})
        objects[NameObject(f"/{name}")] = writer._add_object(form)
    page["/Resources"][NameObject("/XObject")] = objects
    stream = StreamObject()
    stream.set_data(contents)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        drawn(b"q Q " * 1_200_000),
        drawn(b"/a Do", {"a": b"/b Do " * 50, "b": b"/c Do " * 50, "c": b"/d Do " * 50, "d": b"q Q " * 100}),
    ],
    ids=["five megabytes of operators", "forms within forms"],
)
def test_a_page_made_to_keep_a_reader_busy_is_given_up_and_told(content: bytes) -> None:
    begun = time.monotonic()
    found = read_whole("忙.pdf", content)

    assert [(one.place.at, one.why) for one in found if isinstance(one, NotRead)] == [("1", Why.TOO_MUCH)]
    assert time.monotonic() - begun < SECONDS


def test_a_table_inside_a_text_is_read_and_another_object_is_told() -> None:
    content = with_part(text_file(), "word/embeddings/table.xlsx", workbook())
    content = with_part(content, "word/embeddings/object.bin", b"\x00")
    found = read_whole("文.docx", content)

    assert "第1行" in [getattr(one, "text", "") for one in found]
    assert [one.why for one in found if isinstance(one, NotRead)] == [Why.EMBEDDED]


def test_more_elements_than_are_read_are_told_and_not_passed_over() -> None:
    cells = b"<c><v>1</v></c>" * 760_000
    part = b"<worksheet><sheetData><row>" + cells + b"</row></sheetData></worksheet>"
    assert len(part) < 64 * MEGABYTE
    noise = zlib.compress(random.Random(1).randbytes(MEGABYTE))
    content = with_part(with_part(workbook(), "xl/worksheets/sheet1.xml", part), "xl/media/image1.png", noise)
    found = read_whole("表.xlsx", content)

    assert [one.why for one in found if isinstance(one, NotRead)] == [Why.TOO_MUCH]


NAMES = [
    ("../../etc/passwd.txt", "passwd.txt"),
    ("C:\\表\\预算.xlsx", "预算.xlsx"),
    ("  预算\u202e表\r\n.xlsx ", "预算 表 .xlsx"),
    ('a"b<c>.pdf', "a b c .pdf"),
    ("...", "file"),
    ("长" * 300 + ".docx", "长" * 115 + ".docx"),
]


@pytest.mark.parametrize(("given", "kept"), NAMES)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize("make", [workbook, text_file, pdf], ids=["xlsx", "docx", "pdf"])
def test_damaged_files_are_read_or_refused_but_nothing_else(make: Callable[[], bytes]) -> None:
    """Bytes changed, cut out and put in, from a seed."""
    content, source = make(), random.Random(20260302)
    suffix = {workbook: "xlsx", text_file: "docx", pdf: "pdf"}[make]
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(source.randrange(1, 6)):
            place = source.randrange(len(damaged))
            damaged[place : place + source.randrange(0, 4)] = source.randbytes(source.randrange(0, 4))
        with suppress(Invalid):
            read_whole(f"坏.{suffix}", bytes(damaged))
