"""What reading a file gives: pieces of text, each with its place, and places that could not be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a place is; the words are `file_place` in the wording."""

    FILE = "file"
    NAME = "name"
    PROPERTIES = "properties"
    CELL = "cell"
    COMMENT = "comment"
    SHEET = "sheet"
    SHEET_NAME = "sheet_name"
    PARAGRAPH = "paragraph"
    TABLE = "table"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    REMARK = "remark"
    TEXT_BOX = "text_box"
    DELETED = "deleted"
    OTHER = "other"
    PAGE = "page"
    ANNOTATION = "annotation"
    LINE = "line"
    FIELD = "field"


@dataclass(frozen=True)
class Place:
    """`at` is a cell address, a number of paragraph, page or line; `within` the name of the sheet or number of the table it belongs to."""

    part: Part
    at: str = ""
    within: str = ""


@dataclass(frozen=True)
class Piece:
    """A text in one place. `label` is the heading of its column.

    `number` is there when a spreadsheet keeps a whole number there, `is_amount` when it shows it as money. `first_line` is there when each
    line of the text is a place of its own.
    """

    place: Place
    text: str
    label: str = ""
    is_number: bool = False
    is_amount: bool = False
    first_line: int | None = None


class Why(StrEnum):
    """Why something was not read; the words are `not_read` in the wording."""

    NO_TEXT = "no_text"
    TOO_MUCH = "too_much"
    EMBEDDED = "embedded"
    BROKEN = "broken"


@dataclass(frozen=True)
class NotRead:
    """A place nobody but a person can check."""

    place: Place
    why: Why


class ReadingStopped(Exception):
    """More than is read of one file: a bound on memory and time."""


@dataclass
class Budget:
    """What may still be read of one file, in characters and in elements of XML."""

    characters: int = 10_000_000
    elements: int = 1_500_000

    def spend(self, *, characters: int = 0, elements: int = 0) -> None:
        self.characters -= characters
        self.elements -= elements
        if self.characters < 0 or self.elements < 0:
            raise ReadingStopped


Reading = Iterator[Piece | NotRead]
