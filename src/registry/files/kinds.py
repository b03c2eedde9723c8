"""Which files are accepted, told by what is in them; a name only has to agree. Everything else is refused with what to do about it."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from zipfile import ZipFile

from registry.files.packages import open_package, refused
from registry.files.pdf import open_pdf
from registry.files.plain import decoded


class FileKind(StrEnum):
    """What may be attached."""

    PDF = "pdf"
    XLSX = "xlsx"
    DOCX = "docx"
    CSV = "csv"
    TXT = "txt"


MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.CSV: "text/csv",
    FileKind.TXT: "text/plain",
}

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
LONGEST_NAME = 120
STRANGE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')


@dataclass(frozen=True)
class Upload:
    """An accepted file: `name` clean, `kind` told by its content."""

    name: str
    content: bytes
    kind: FileKind


def accept(name: str, content: bytes, *, most_bytes: int) -> Upload:
    """The file, if it is one of those accepted; Invalid with one issue that says why not."""
    name = clean_name(name)
    return Upload(name, content, _kind(name, content, most_bytes))


def accepted_words() -> str:
    return "、".join(kind.value.upper() for kind in FileKind)


def clean_name(name: str) -> str:
    """The last part of a path, in one spelling, without what file systems and headers do not bear; never empty."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = " ".join(STRANGE.sub(" ", name).split()).strip(". ")
    path = PurePosixPath(name or "file")
    return f"{path.stem[: LONGEST_NAME - len(path.suffix[:10])]}{path.suffix[:10]}"


def _kind(name: str, content: bytes, most_bytes: int) -> FileKind:
    if not content:
        raise refused("file_empty")
    if len(content) > most_bytes:
        raise refused("file_too_large", limit=most_bytes // 1024 // 1024)
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    kind = _seen(content, suffix)
    if suffix != kind.value:
        raise refused("file_not_what_it_says", suffix=suffix or "—", kind=kind.value.upper())
    return kind


def _seen(content: bytes, suffix: str) -> FileKind:
    if content.startswith(OLD_OFFICE):
        raise refused("file_encrypted" if ENCRYPTED_PACKAGE in content else "file_old_office")
    if content.startswith(b"%PDF-"):
        open_pdf(content)
        return FileKind.PDF
    if content.startswith(b"PK"):
        return _seen_in_package(open_package(content))
    if suffix not in (FileKind.CSV, FileKind.TXT) or decoded(content) is None:
        raise refused("file_kind_unknown")
    return FileKind(suffix)


def _seen_in_package(package: ZipFile) -> FileKind:
    names = set(package.namelist())
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) or "/activeX/" in name for name in names):
        raise refused("file_macros")
    if "[Content_Types].xml" in names:
        try:
            types = package.read("[Content_Types].xml")
        except Exception as error:
            raise refused("file_broken") from error
        if b"macroEnabled" in types:
            raise refused("file_macros")
        if "xl/workbook.xml" in names:
            return FileKind.XLSX
        if "word/document.xml" in names:
            return FileKind.DOCX
    raise refused("file_kind_unknown")
