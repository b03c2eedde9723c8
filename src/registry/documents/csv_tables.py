"""CSV as Excel reads it."""

import csv
import io
from collections.abc import Iterable, Sequence

from registry.documents.text import defused

CSV_TYPE = "text/csv; charset=utf-8"


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with byte-order mark, which Excel needs to read Chinese; cells that could run as formulas are defused."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([[defused(cell) for cell in row] for row in rows])
    return buffer.getvalue().encode("utf-8-sig")
