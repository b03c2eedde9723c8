"""The official table: its columns, the codes behind them, and the spellings found in real tables."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.datafiles import CODE, EVIDENCE, Flag, Shape, Text, many, one, texts

FIELDS = (
    "serial",
    "title1",
    "title2",
    "title3",
    "elements",
    "legal_bases",
    "deadline_text",
    "body",
    "channels",
    "everyone",
    "groups",
    "active",
    "on_request",
    "city",
    "county",
    "township",
    "village",
    "notes",
)
LEVELS = ("city", "county", "township", "village")
METHODS = ("active", "on_request")
PROCESSES = ("decision", "execution", "administration", "service", "result")
UNIT_KINDS = ("government", "municipal_organ", "party_organ", "dev_zone", "township", "institution")


@dataclass(frozen=True)
class Column:
    """A leaf column; `group` is the header above it, `synonyms` are spellings of its own header."""

    code: str
    name: str
    required: bool
    group: str | None = None
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coded:
    """A code with its Chinese name, and what is written for it in real tables."""

    code: str
    name: str
    synonyms: tuple[str, ...] = ()
    meaning: str | None = None


@dataclass(frozen=True)
class CheckMarks:
    """Characters that tick a box in a table, and those that leave it empty."""

    selected: tuple[str, ...]
    empty: tuple[str, ...]


@dataclass(frozen=True)
class AudienceWords:
    everyone: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class ReadingWords:
    """What an import meets besides the official columns: headers of columns only some tables have, and words instead of a tick."""

    area: tuple[str, ...]
    code: tuple[str, ...]
    titles: tuple[str, ...]
    audience: tuple[str, ...]
    methods: tuple[str, ...]
    levels: tuple[str, ...]
    ignored: tuple[str, ...]
    ticked: tuple[str, ...]
    unticked: tuple[str, ...]


@dataclass(frozen=True)
class Columns:
    fields: tuple[Column, ...]
    channels: tuple[Coded, ...]
    levels: tuple[Coded, ...]
    methods: tuple[Coded, ...]
    check_marks: CheckMarks
    ditto: tuple[str, ...]
    reading: ReadingWords
    audience: AudienceWords
    processes: tuple[Coded, ...]
    evidence: tuple[Coded, ...]
    unit_kinds: tuple[Coded, ...]


def by_code(entries: tuple[Coded, ...]) -> Mapping[str, Coded]:
    return {entry.code: entry for entry in entries}


class ColumnShape(Shape):
    makes = Column
    code = Text(16, choices=FIELDS, required=True)
    name = Text(20, required=True)
    group = Text(20)
    synonyms = texts(40)
    required = Flag(required=True)


def _coded(choices: tuple[str, ...] = ()) -> type[Shape]:
    class CodedShape(Shape):
        makes = Coded
        code = Text(40, pattern=CODE, form="a-z 0-9 _ -", choices=choices, required=True)
        name = Text(40, required=True)
        meaning = Text(200)
        synonyms = texts(40)

    return CodedShape


class CheckMarksShape(Shape):
    makes = CheckMarks
    selected = texts(1, required=True)
    empty = texts(1, required=True)


class AudienceWordsShape(Shape):
    makes = AudienceWords
    everyone = texts(40, required=True)
    groups = texts(40, required=True)


class ReadingWordsShape(Shape):
    makes = ReadingWords
    area = texts(40, required=True)
    code = texts(40, required=True)
    titles = texts(40, required=True)
    audience = texts(40, required=True)
    methods = texts(40, required=True)
    levels = texts(40, required=True)
    ignored = texts(40, required=True)
    ticked = texts(10, required=True)
    unticked = texts(10, required=True)


class ColumnsShape(Shape):
    makes = Columns
    columns = many(ColumnShape, data_key="fields", attribute="fields", required=True)
    channels = many(_coded(), required=True)
    levels = many(_coded(LEVELS), required=True)
    methods = many(_coded(METHODS), required=True)
    check_marks = one(CheckMarksShape, required=True)
    ditto = texts(10, required=True)
    reading = one(ReadingWordsShape, required=True)
    audience = one(AudienceWordsShape, required=True)
    processes = many(_coded(PROCESSES), required=True)
    evidence = many(_coded(EVIDENCE), required=True)
    unit_kinds = many(_coded(UNIT_KINDS), required=True)
