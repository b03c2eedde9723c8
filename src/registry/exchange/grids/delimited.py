"""CSV and other texts with a separator; a quoted cell may have lines of its own."""

import codecs
import csv
import io
from collections.abc import Sequence

from registry.documents.text import FORMULA_STARTS
from registry.exchange.grids.grid import Grid, grid_of_texts, refuse

MOST_CHARACTERS = 12 * 1024 * 1024
SEPARATORS = (",", "\t", ";", "，")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB 18030, as Chinese spreadsheet programs write them. Raises Invalid for anything else."""
    encodings = [name for mark, name in MARKS if content.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return require_short(text)
    raise refuse("not_readable")


def require_short(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise refuse("too_long_text", accepted=MOST_CHARACTERS // 1024 // 1024)
    return text


def read_csv(text: str, name: str = "1") -> list[Grid]:
    """One grid; its separator is the one that cuts the first lines into the most cells."""
    return [read_delimited(text, _separator(text), name)]


def read_delimited(text: str, separator: str, name: str = "1") -> Grid:
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=separator)
    try:
        return grid_of_texts(name, ((number, _plain(row)) for number, row in enumerate(reader, start=1)))
    except csv.Error as error:
        raise refuse("not_readable") from error


def _plain(row: Sequence[str]) -> list[str]:
    """Cells as they were before an export put an apostrophe before what could run as a formula."""
    return [cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell for cell in row]


def _separator(text: str) -> str:
    beginning = text[:4000]
    return max(SEPARATORS, key=lambda one: (beginning.count(one), -SEPARATORS.index(one)))
