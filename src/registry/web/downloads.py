"""Tables as files: the same rows as XLSX with filters and live totals, or as CSV, both saying what they show and from where."""

from collections.abc import Sequence
from urllib.parse import quote

from flask import Response, request

from registry import wording
from registry.documents.csv_tables import CSV_TYPE, csv_bytes
from registry.documents.workbook import XLSX_TYPE, Column, Sheet, workbook


def xlsx_file(sheets: Sequence[Sheet], name: str, plain_name: str) -> Response:
    """A workbook under its Chinese name."""
    return download(workbook(sheets, title=name), XLSX_TYPE, f"{name}.xlsx", f"{plain_name}.xlsx")


def csv_file(sheet: Sheet, name: str, plain_name: str) -> Response:
    """A sheet as CSV: what it is about, then heads and rows."""
    rows = [[sheet.title], *([line] for line in sheet.about), [column.name for column in sheet.columns]]
    rows += [[_written(value, column) for value, column in zip(row, sheet.columns, strict=True)] for row in sheet.rows]
    return download(csv_bytes(rows), CSV_TYPE, f"{name}.csv", f"{plain_name}.csv")


def download(content: bytes, media_type: str, name: str, plain_name: str | None = None) -> Response:
    """A download under its Chinese name, with a plain one for programs that cannot read that: the last part of the address, else."""
    plain_name = plain_name or request.path.rpartition("/")[2]
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name)}"
    return answer


def address_line(address: str) -> str:
    """Where the view is that a file was made from."""
    return wording.label("closing_export", "address").format(address=request.host_url.rstrip("/") + address)


def _written(value: object, column: Column) -> str:
    if value is None:
        return ""
    return f"{value * 100:.1f}%" if column.kind == "percent" and isinstance(value, int | float) else str(value)
