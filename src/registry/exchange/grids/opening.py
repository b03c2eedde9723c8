"""Which kind of file it is, by its name and by what it holds."""

from collections.abc import Callable
from pathlib import PurePath

from registry.exchange.grids.archives import LEGACY_OFFICE
from registry.exchange.grids.delimited import decoded, read_csv, require_short
from registry.exchange.grids.docx import read_docx
from registry.exchange.grids.grid import Grid, refuse, with_sheet_names
from registry.exchange.grids.html import read_html
from registry.exchange.grids.xlsx import read_xlsx

MOST_BYTES = 10 * 1024 * 1024
TEXTS = (".txt", ".md", ".text", "")
ACCEPTED = ".xlsx .docx .html .htm .csv .tsv .txt .md"
TextReader = Callable[[str], list[Grid]]


def read_grids(name: str, content: bytes, read_text: TextReader) -> list[Grid]:
    """All tables of a file, its kind told by its ending; `read_text` reads what has no ending of its own (pasted text).

    Raises Invalid for kinds that are not accepted, files too large, empty or damaged.
    """
    kind = PurePath(name).suffix.lower()
    if len(content) > MOST_BYTES:
        raise refuse("table_file_too_large", accepted=MOST_BYTES // 1024 // 1024)
    if not content.strip():
        raise refuse("table_file_empty")
    if kind not in ACCEPTED.split() and kind not in TEXTS:
        legacy = content.startswith(LEGACY_OFFICE)
        raise refuse("encrypted_or_old") if legacy else refuse("table_file_kind", found=kind, accepted=ACCEPTED)
    grids = _grids(kind, content, read_text)
    return with_sheet_names(grids)


def _grids(kind: str, content: bytes, read_text: TextReader) -> list[Grid]:
    if kind == ".xlsx":
        return read_xlsx(content)
    if kind == ".docx":
        return read_docx(content)
    if content.startswith(b"PK\x03\x04") or content.startswith(LEGACY_OFFICE):
        raise refuse("other_kind_than_named", found=kind, accepted=".xlsx .docx")
    text = require_short(decoded(content))
    if kind in (".html", ".htm") or (kind in TEXTS and "<table" in text[:100_000].lower()):
        return read_html(text)
    if kind in (".csv", ".tsv"):
        return read_csv(text)
    return read_text(text)
