"""Tables for spreadsheet programs: text stays text, Chinese stays readable."""

import pytest

from registry.documents.csv_tables import csv_bytes
from registry.documents.text import defused


@pytest.mark.parametrize("cell", ["=1+1", "+8", "-2", "@SUM(A1)", "\tx", "\rx", "＝1", "＋1", "－1", "＠a"])
def test_what_could_run_as_a_formula_is_defused(cell: str) -> None:
    assert defused(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "一般公共预算", "1.收入表", "2026-01-01", "a=b"])
def test_plain_text_is_left_alone(cell: str) -> None:
    assert defused(cell) == cell


def test_csv_begins_with_the_mark_excel_needs() -> None:
    assert csv_bytes([["序号", "=1"]]) == "\ufeff序号,'=1\r\n".encode()
