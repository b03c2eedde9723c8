"""Text that file formats accept, and cells no spreadsheet program can mistake for formulas."""

import re

# What XML 1.0, and with it XLSX and DOCX, cannot hold.
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

# What a spreadsheet program may take for the beginning of a formula, in half and in full width.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def plain(text: str) -> str:
    """The text without what XML cannot hold."""
    return UNFIT.sub("", text)


def defused(cell: str) -> str:
    """The cell with an apostrophe before anything a spreadsheet program would calculate."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
