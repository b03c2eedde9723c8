"""Texts of CSV and TXT files, whatever they are encoded in."""

import csv
from collections.abc import Iterator
from io import StringIO

from registry.files.pieces import Budget, Part, Piece, Place, Reading

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
LINES = 400


def decoded(content: bytes) -> str | None:
    """The text: by its byte-order mark, else as UTF-8, else as GB 18030; None when it is no text."""
    marked = [encoding for mark, encoding in MARKS if content.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if is_text(text) else None
    return None


def is_text(text: str) -> bool:
    """Without the control characters that only other kinds of files have."""
    return not any(character < " " and character not in "\t\r\n\f" for character in set(text))


def read_txt(text: str, budget: Budget) -> Reading:
    """Blocks of lines, each with the last line of the one before, so that no number is cut."""
    budget.spend(characters=len(text))
    lines = text.splitlines(keepends=True)
    for first in range(0, len(lines), LINES):
        from_line = max(0, first - 1)
        block = "".join(lines[from_line : first + LINES])
        yield Piece(Place(Part.LINE), block, first_line=from_line + 1)


def read_csv(text: str, budget: Budget) -> Reading:
    """Fields with row and column; the first row gives the headings."""
    budget.spend(characters=len(text))
    headings: list[str] = []
    for number, row in enumerate(_rows(text), start=1):
        if number == 1:
            headings = [field.strip() for field in row]
        for column, field in enumerate(row, start=1):
            if field.strip():
                label = headings[column - 1] if number > 1 and column <= len(headings) else ""
                yield Piece(Place(Part.FIELD, f"{number}-{column}"), field, label)


def _rows(text: str) -> Iterator[list[str]]:
    """As the commonest separator of the first line cuts them; a file whose quotes do not close is read line by line."""
    first, _, _ = text.partition("\n")
    separator = max(",;\t", key=first.count)
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        yield from list(rows)
    except csv.Error:
        yield from ([line] for line in text.splitlines())
