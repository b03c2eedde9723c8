"""年度报告格式: the statutory report as data – its sections, its tables cell by cell, and the sums that must hold (勾稽)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from marshmallow import ValidationError, validates_schema

from registry.datafiles import (
    CODE,
    EVIDENCE,
    Document,
    Fault,
    Flag,
    MonthDay,
    Path,
    Shape,
    Text,
    Whole,
    many,
    one,
    texts,
)
from registry.rulebook.regulations import Basis, BasisShape

AXES = ("rows", "columns")
RELATIONS = ("equals", "at_most")
COUNTS = ("publications",)
FIRST_YEAR, LAST_YEAR = 2008, 2044


@dataclass(frozen=True)
class Measure:
    """A unit of measure, and with how many decimals figures in it may be given."""

    name: str
    decimals: int


@dataclass(frozen=True)
class ReportColumn:
    """A column; `within` are the heads above it, outermost first. `signed`: a decrease is a negative number."""

    code: str
    name: str
    within: tuple[str, ...] = ()
    unit: str | None = None
    signed: bool = False


@dataclass(frozen=True)
class ReportRow:
    """A row; `within` are the heads left of it, outermost first, `level` how far its name is indented in a list.

    `counts` names what the registry itself can count for it, by `channels` where given.
    """

    code: str
    name: str
    within: tuple[str, ...] = ()
    unit: str | None = None
    level: int = 0
    counts: str | None = None
    channels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One figure of a report: `code` is block.row.column and stays, `words` name it for people, `unit` is its unit of measure."""

    code: str
    words: tuple[str, ...]
    measure: Measure
    signed: bool
    row: ReportRow
    column: ReportColumn


@dataclass(frozen=True)
class Block:
    """Rows and columns that cross everywhere; `heading` is the band above them, `head` what the column of row names is called."""

    code: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[ReportRow, ...]
    heading: str | None = None
    head: str | None = None

    @property
    def has_units(self) -> bool:
        """Whether the unit of measure differs from row to row and has a column of its own."""
        return self.columns[0].unit is None

    def cell_code(self, row: ReportRow, column: ReportColumn) -> str:
        return f"{self.code}.{row.code}.{column.code}"


@dataclass(frozen=True)
class ReportTable:
    """A table of the report. An `annex` stands at its end on pages of its own."""

    code: str
    title: str
    evidence: str
    blocks: tuple[Block, ...]
    annex: bool = False
    note: str | None = None


@dataclass(frozen=True)
class ReportSection:
    """A part of the report: what it must speak of, and the codes of the tables in it."""

    code: str
    title: str
    contents: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class SumRule:
    """Along `axis` of a block, the sum of `left` equals (or is at most) that of `right` – of the year before when `last_year`.

    What breaks a rule with `must` cannot be handed over; the others need a word why.
    """

    code: str
    name: str
    block: str
    axis: str
    left: tuple[str, ...]
    relation: str
    right: tuple[str, ...]
    must: bool
    last_year: bool = False


@dataclass(frozen=True)
class ReportDeadline:
    """The last day, in the year after the one reported on, for the units' own reports (`units`) or the government's (`city`)."""

    code: str
    name: str
    on: str
    legal_bases: tuple[Basis, ...]

    def due_on(self, year: int) -> date:
        return date.fromisoformat(f"{year + 1}-{self.on}")


@dataclass(frozen=True)
class ReportFormat:
    """The report of the years from `from_year` to `to_year`; `reporting_kinds` are the kinds of units whose figures it sums up,
    `compiler` is the code of the unit that compiles it."""

    code: str
    title: str
    short: str
    evidence: str
    source: Basis
    compiler: str
    reporting_kinds: tuple[str, ...]
    measures: tuple[Measure, ...]
    deadlines: tuple[ReportDeadline, ...]
    sections: tuple[ReportSection, ...]
    tables: tuple[ReportTable, ...]
    rules: tuple[SumRule, ...]
    from_year: int | None = None
    to_year: int | None = None
    note: str | None = None

    def holds_for(self, year: int) -> bool:
        return (self.from_year or FIRST_YEAR) <= year <= (self.to_year or LAST_YEAR)

    def table(self, code: str) -> ReportTable:
        return next(table for table in self.tables if table.code == code)

    def deadline(self, code: str) -> ReportDeadline:
        return next(deadline for deadline in self.deadlines if deadline.code == code)

    @cached_property
    def blocks(self) -> Mapping[str, Block]:
        return {block.code: block for table in self.tables for block in table.blocks}

    @cached_property
    def table_of(self) -> Mapping[str, str]:
        """The code of the table a block stands in."""
        return {block.code: table.code for table in self.tables for block in table.blocks}

    @cached_property
    def cells(self) -> Mapping[str, Cell]:
        """Every cell by its code, in the order of tables, rows and columns."""
        measures = {measure.name: measure for measure in self.measures}
        found = (cell for block in self.blocks.values() for cell in _cells(block, measures))
        return {cell.code: cell for cell in found}


def _cells(block: Block, measures: Mapping[str, Measure]) -> Iterator[Cell]:
    for row in block.rows:
        for column in block.columns:
            words = (*([block.heading] if block.heading else []), *row.within, row.name, *column.within, column.name)
            unit = row.unit or column.unit or ""
            yield Cell(
                block.cell_code(row, column),
                tuple(dict.fromkeys(words)),
                measures[unit],
                column.signed,
                row,
                column,
            )


def format_for(formats: Iterable[ReportFormat], year: int) -> ReportFormat | None:
    """The format of a report year, None for a year nobody reports on."""
    found = (one for one in formats if one.holds_for(year)) if FIRST_YEAR <= year <= LAST_YEAR else iter(())
    return next(found, None)


class MeasureShape(Shape):
    makes = Measure
    name = Text(8, required=True)
    decimals = Whole(0, 6, required=True)


class ColumnShape(Shape):
    makes = ReportColumn
    code = Text(40, pattern=CODE, form="a-z 0-9 -", required=True)
    name = Text(80, required=True)
    within = texts(80, distinct=False)
    unit = Text(8)
    signed = Flag()


class RowShape(Shape):
    makes = ReportRow
    code = Text(40, pattern=CODE, form="a-z 0-9 -", required=True)
    name = Text(80, required=True)
    within = texts(80, distinct=False)
    unit = Text(8)
    level = Whole(0, 3)
    counts = Text(16, choices=COUNTS)
    channels = texts(40)


class BlockShape(Shape):
    makes = Block
    code = Text(40, pattern=CODE, form="a-z 0-9 -", required=True)
    heading = Text(80)
    head = Text(80)
    columns = many(ColumnShape, required=True)
    rows = many(RowShape, required=True)

    @validates_schema
    def measured_once(self, loaded: Mapping[str, Any], **_: Any) -> None:
        """Each cell has its unit of measure from its row or from its column: all rows say it, or all columns do."""
        by_row = [row.unit is not None for row in loaded["rows"]]
        by_column = [column.unit is not None for column in loaded["columns"]]
        if not (all(by_row) and not any(by_column)) and not (all(by_column) and not any(by_row)):
            raise ValidationError("measured_by_row_or_column", "rows")


class TableShape(Shape):
    makes = ReportTable
    code = Text(40, pattern=CODE, form="a-z 0-9 -", required=True)
    title = Text(80, required=True)
    annex = Flag()
    evidence = Text(32, choices=EVIDENCE, required=True)
    note = Text(200)
    blocks = many(BlockShape, required=True)


class SectionShape(Shape):
    makes = ReportSection
    code = Text(40, pattern=CODE, form="a-z 0-9 -", required=True)
    title = Text(80, required=True)
    contents = texts(120)
    tables = texts(40)


class SumRuleShape(Shape):
    makes = SumRule
    code = Text(40, pattern=CODE, form="a-z 0-9 -", required=True)
    name = Text(120, required=True)
    block = Text(40, required=True)
    axis = Text(8, choices=AXES, required=True)
    left = texts(40, required=True)
    relation = Text(8, choices=RELATIONS, required=True)
    right = texts(40, required=True)
    last_year = Flag()
    must = Flag(required=True)


class ReportDeadlineShape(Shape):
    makes = ReportDeadline
    code = Text(8, choices=("units", "city"), required=True)
    name = Text(80, required=True)
    on = MonthDay(required=True)
    legal_bases = many(BasisShape, required=True)


class ReportFormatShape(Shape):
    makes = ReportFormat
    spans = (*Shape.spans, ("from_year", "to_year"))
    code = Text(16, pattern=CODE, form="2021", required=True)
    title = Text(80, required=True)
    short = Text(20, required=True)
    from_year = Whole(FIRST_YEAR, LAST_YEAR)
    to_year = Whole(FIRST_YEAR, LAST_YEAR)
    evidence = Text(32, choices=EVIDENCE, required=True)
    source = one(BasisShape, required=True)
    note = Text(400)
    compiler = Text(32, required=True)
    reporting_kinds = texts(32, required=True)
    measures = many(MeasureShape, required=True)
    deadlines = many(ReportDeadlineShape, required=True)
    sections = many(SectionShape, required=True)
    tables = many(TableShape, required=True)
    rules = many(SumRuleShape, required=True)


BLOCKS = ("tables", "*", "blocks", "*")


def format_faults(documents: Mapping[str, Document], kinds: Iterable[str], channels: Iterable[str]) -> Iterator[Fault]:
    """What the formats name that is not there: tables, blocks, rows, columns, measures, kinds of units, channels; and years twice taken."""
    for document in documents.values():
        yield from _unknown(
            document, "unknown_table", ("sections", "*", "tables", "*"), _at(document, "tables", "*", "code")
        )
        yield from _unknown(document, "unknown_block", ("rules", "*", "block"), _at(document, *BLOCKS, "code"))
        measures = _at(document, "measures", "*", "name")
        yield from _unknown(document, "unknown_measure", (*BLOCKS, "rows", "*", "unit"), measures)
        yield from _unknown(document, "unknown_measure", (*BLOCKS, "columns", "*", "unit"), measures)
        yield from _unknown(document, "unknown_unit_kind", ("reporting_kinds", "*"), list(kinds))
        yield from _unknown(document, "unknown_channel", (*BLOCKS, "rows", "*", "channels", "*"), list(channels))
        yield from _rule_faults(document)
        yield from _missing_deadlines(document)
    yield from _overlaps(documents)


def _at(document: Document, *pattern: str) -> list[str]:
    return [str(value) for _, value in document.every(*pattern)]


def _unknown(document: Document, code: str, pattern: tuple[str, ...], known: list[str]) -> Iterator[Fault]:
    for path, value in document.every(*pattern):
        if value not in known:
            yield document.fault(path, code, value, known)


def _rule_faults(document: Document) -> Iterator[Fault]:
    """Rules name rows or columns of their block."""
    members = {}
    for path, block in document.every(*BLOCKS, "code"):
        if not isinstance(block, str):
            continue
        inner = Document(document.name, _value(document, path[:-1]), {})
        members[block] = {axis: _at(inner, axis, "*", "code") for axis in AXES}
    for index, (block, axis) in enumerate(zip(_raw(document, "block"), _raw(document, "axis"), strict=False)):
        known = members.get(block, {}).get(axis, [])
        for side in ("left", "right") if known else ():
            for path, value in document.every("rules", "*", side, "*"):
                if path[1] == index and value not in known:
                    yield document.fault(path, f"unknown_{axis.removesuffix('s')}", value, known)


def _raw(document: Document, field: str) -> list[str]:
    rules = [value for _, value in document.every("rules", "*")]
    return [str(rule.get(field)) if isinstance(rule, dict) else "" for rule in rules]


def _value(document: Document, path: Path) -> Any:
    value = document.value
    for part in path:
        value = value[part]
    return value


def _missing_deadlines(document: Document) -> Iterator[Fault]:
    said = _at(document, "deadlines", "*", "code")
    for code in ("units", "city"):
        if code not in said:
            yield document.fault(("deadlines",), "missing_entry", code)


def _overlaps(documents: Mapping[str, Document]) -> Iterator[Fault]:
    """Two formats for one year; named at the later of them."""
    spans: list[tuple[int, int]] = []
    for document in sorted(documents.values(), key=lambda one: _year(one, "from_year", FIRST_YEAR)):
        first, last = _year(document, "from_year", FIRST_YEAR), _year(document, "to_year", LAST_YEAR)
        if any(first <= other_last and other_first <= last for other_first, other_last in spans):
            yield document.fault(("from_year",), "years_taken", first)
        spans.append((first, last))


def _year(document: Document, field: str, otherwise: int) -> int:
    written = next((str(value) for _, value in document.every(field)), "")
    return int(written) if written.isdigit() else otherwise
