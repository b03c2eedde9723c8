"""XLSX and DOCX are archives: looked at before anything is unpacked, so that a small file cannot become a large one."""

import io
import zipfile
import zlib
from collections.abc import Mapping

from registry.exchange.grids.grid import refuse

MOST_UNPACKED = 64 * 1024 * 1024
MOST_PART = 48 * 1024 * 1024
HIGHEST_RATIO = 100
MOST_ENTRIES = 200
SMALL = 256 * 1024
BEGINNING = 4096

LEGACY_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype")


def require_sound(content: bytes, needed: str) -> None:
    """Raises Invalid unless `content` is an ordinary office file with the part `needed` (xl/workbook.xml).

    Refused are other files, old and encrypted ones, macros, too much or too densely packed content, and XML that declares entities.
    """
    if content.startswith(LEGACY_OFFICE):
        raise refuse("encrypted_or_old")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}
            _require_modest(entries)
            _require_kind(entries, needed)
            for entry in entries.values():
                _require_plain(archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise refuse("not_an_office_file") from error


def _require_modest(entries: Mapping[str, zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries.values())
    dense = any(
        entry.file_size > SMALL and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1)
        for entry in entries.values()
    )
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or dense:
        raise refuse("too_much_inside", accepted=MOST_UNPACKED // 1024 // 1024)
    if any(entry.file_size > MOST_PART for entry in entries.values()):
        raise refuse("too_much_inside", accepted=MOST_PART // 1024 // 1024)


def _require_kind(entries: Mapping[str, zipfile.ZipInfo], needed: str) -> None:
    if any(entry.flag_bits & 1 for entry in entries.values()) or "EncryptedPackage" in entries:
        raise refuse("encrypted_or_old")
    if needed not in entries:
        raise refuse("not_an_office_file")
    if any(name.lower().endswith("vbaproject.bin") for name in entries):
        raise refuse("has_macros")


def _require_plain(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """An office program writes no document type; whoever does wants entities expanded."""
    if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
        return
    with archive.open(entry) as part:
        beginning = part.read(BEGINNING)
    if beginning[:2] in (b"\xff\xfe", b"\xfe\xff"):
        beginning = beginning.decode("utf-16", errors="replace").encode()
    if any(word in beginning for word in DECLARATIONS):
        raise refuse("declares_entities")
