"""All texts of an accepted file, lazily; what cannot be read is told with its place, never passed over."""

import zlib
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from registry.errors import Invalid
from registry.files.docx import read_docx
from registry.files.kinds import FileKind
from registry.files.packages import open_package, refused
from registry.files.pdf import open_pdf, read_pdf
from registry.files.pieces import Budget, NotRead, Part, Place, Reading, ReadingStopped, Why
from registry.files.plain import decoded, read_csv, read_txt
from registry.files.xlsx import read_xlsx

# What the archive and XML libraries raise on broken content; forbidden document types and entities are ValueErrors.
BROKEN = (BadZipFile, zlib.error, ParseError, ValueError, KeyError, EOFError, NotImplementedError, OSError)


def read(kind: FileKind, content: bytes) -> Reading:
    """Pieces and places not read. Raises Invalid when the file turns out to be broken, or to hold what no office program writes."""
    budget = Budget()
    try:
        yield from _texts(kind, content, budget)
    except ReadingStopped:
        yield NotRead(Place(Part.FILE), Why.TOO_MUCH)
    except BROKEN as error:
        raise refused("file_broken") from error


def _texts(kind: FileKind, content: bytes, budget: Budget) -> Reading:
    if kind is FileKind.PDF:
        yield from read_pdf(open_pdf(content), budget)
    elif kind is FileKind.CSV:
        yield from read_csv(decoded(content) or "", budget)
    elif kind is FileKind.TXT:
        yield from read_txt(decoded(content) or "", budget)
    else:
        yield from _package(kind, open_package(content), budget)


def _package(kind: FileKind, package: ZipFile, budget: Budget) -> Reading:
    yield from read_xlsx(package, budget) if kind is FileKind.XLSX else read_docx(package, budget)
    yield from _embedded(package, budget)


def _embedded(package: ZipFile, budget: Budget) -> Reading:
    """A table put into a text is a workbook inside the file: read too. What else is put in is told."""
    for name in package.namelist():
        if "/embeddings/" not in name or name.endswith("/"):
            continue
        kind = {"xlsx": FileKind.XLSX, "docx": FileKind.DOCX}.get(name.rpartition(".")[2].lower())
        inner = _inner(package, name) if kind else None
        if kind is None or inner is None:
            yield NotRead(Place(Part.OTHER, at=name), Why.EMBEDDED)
        else:
            yield from read_xlsx(inner, budget) if kind is FileKind.XLSX else read_docx(inner, budget)


def _inner(package: ZipFile, name: str) -> ZipFile | None:
    try:
        return open_package(package.read(name))
    except Invalid:
        return None
