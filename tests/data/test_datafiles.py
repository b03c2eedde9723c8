"""Reading is strict and knows its lines; writing has one form."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.datafiles import (
    BadData,
    Day,
    Fault,
    Flag,
    Shape,
    Text,
    Whole,
    check,
    decode,
    dump,
    many,
    read_document,
    spelled,
    texts,
)

SAMPLE = """\
# Two things.
things:
  - code: A
    from: 2026-01-01
    words:
      - one
      - two
  - code: B
    count: 0012
"""


@dataclass(frozen=True)
class Thing:
    code: str
    from_on: date | None = None
    to_on: date | None = None
    count: int | None = None
    open: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Things:
    things: tuple[Thing, ...]


class ThingShape(Shape):
    makes = Thing
    code = Text(8, required=True)
    from_on = Day(data_key="from")
    to_on = Day(data_key="to")
    count = Whole(1, 99)
    open = Flag()
    words = texts(8)


class ThingsShape(Shape):
    makes = Things
    things = many(ThingShape, required=True)


def faults_of(text: str) -> list[Fault]:
    document, faults = read_document("x.yaml", text)
    return faults if document is None else faults + check(document, ThingsShape)[1]


def test_a_document_knows_the_line_of_every_field() -> None:
    document, _ = read_document("x.yaml", SAMPLE)
    assert document is not None
    assert document.line_of(("things",)) == 2
    assert document.line_of(("things", 0, "code")) == 3
    assert document.line_of(("things", 0, "words", 1)) == 7
    assert document.line_of(("things", 1)) == 8


def test_a_field_that_is_not_there_is_found_at_what_encloses_it() -> None:
    document, _ = read_document("x.yaml", SAMPLE)
    assert document is not None
    assert document.line_of(("things", 1, "words", 3)) == 8


@pytest.mark.parametrize(
    "scalar", ["0012", "no", "on", "12:30", "1e3", "~", "null", "2026-01-01", "0x1F", "=", "1_000"]
)
def test_a_scalar_stays_the_text_it_is(scalar: str) -> None:
    document, faults = read_document("x.yaml", f"key: {scalar}\n{scalar}: value\n")
    assert not faults
    assert document is not None
    assert document.value == {"key": scalar, scalar: "value"}


@pytest.mark.parametrize(
    ("text", "line", "field", "code"),
    [
        ("", 1, "", "empty_file"),
        ("  \n\n", 1, "", "empty_file"),
        ("# comment\n", 1, "", "empty_file"),
        ("things:\n\t- code: A\n", 2, "", "tab"),
        ("\ufeffthings: []\n", 1, "", "byte_order_mark"),
        ("things:\r\n  - code: A\r\n", 1, "", "carriage_return"),
        ("things: \x00\n", 1, "", "control_character"),
        ("things:\n  - code: A\u2028\n", 2, "", "control_character"),
        ("# a\n" + decode("things: 财".encode("gb18030")), 2, "", "not_utf8"),
        ("things:\n  - code: A\n    code: B\n", 3, "things[0].code", "repeated_key"),
        ("things:\n  - code: &a A\n", 2, "things[0].code", "anchor"),
        ("things:\n  - code: *a\n", 2, "things[0].code", "alias"),
        ("things:\n  - code: !!str A\n", 2, "things[0].code", "tag"),
        ("things:\n  - code: ! A\n", 2, "things[0].code", "tag"),
        ("things: []\n---\nthings: []\n", 2, "", "second_document"),
        ("things:\n  - code: A\n   words: []\n", 3, "", "not_yaml"),
        ("things: [\n", 2, "", "not_yaml"),
        ("%YAML 9.9\n---\nthings: []\n", 1, "", "not_yaml"),
        ("? [a, b]\n: 1\nthings: []\n", 1, "", "key_not_text"),
        ("things: " + "[" * 50 + "]" * 50, 1, "things" + "[0]" * 11, "too_deep"),
        ("<<: {a: 1}\nthings:\n  - code: A\n", 1, "<<", "unknown_field"),
        ("things:\n  - words: []\n    code: A\n", 2, "things[0].words", "empty_list"),
        ("things:\n  - code: A\n    from: 2026-02-02\n    to: 2026-02-01\n", 4, "things[0].to", "from_after_to"),
        ("things:\n  - code: A\n    count: ０１\n", 3, "things[0].count", "not_a_number"),
        ("things:\n  - code: A\n    from: ２０２６-01-01\n", 3, "things[0].from", "not_a_date"),
        ("things:\n  - code: A\n    from: 2026-W01-1\n", 3, "things[0].from", "not_a_date"),
        ("things:\n  - code: A\n    open: True\n", 3, "things[0].open", "not_a_flag"),
        ("things:\n  - code: A\n    open: []\n", 3, "things[0].open", "not_a_flag"),
        ("things:\n  - code: A\n    from: {}\n", 3, "things[0].from", "not_text"),
        ("things:\n  - code: A\n    count: [1]\n", 3, "things[0].count", "not_text"),
        ("things:\n  - code: A\n    words:\n      - a: 1\n", 4, "things[0].words[0]", "not_text"),
        ("things:\n  - code: A\n    words: [a, a]\n", 3, "things[0].words[1]", "duplicate"),
        ("things:\n  - A\n", 2, "things[0]", "not_a_mapping"),
    ],
)
def test_what_is_refused_is_named_with_its_line(text: str, line: int, field: str, code: str) -> None:
    assert (line, field, code) in {(fault.line, fault.field, fault.code) for fault in faults_of(text)}


def test_an_unknown_field_is_told_which_fields_there_are() -> None:
    (fault,) = faults_of("things:\n  - code: A\n    colour: red\n")
    assert (fault.found, fault.accepted) == ("red", "code、from、to、count、open、words")


def test_many_faults_of_one_file_come_together() -> None:
    found = faults_of("things:\n  - count: x\n    from: gestern\n  - code: &a A\n    open: ja\nmore: 1\n")
    assert [(fault.line, fault.code) for fault in sorted(found)] == [
        (2, "missing_field"),
        (2, "not_a_number"),
        (3, "not_a_date"),
        (4, "anchor"),
        (5, "not_a_flag"),
        (6, "unknown_field"),
    ]


def test_bad_data_carries_all_faults_in_order() -> None:
    faults = [Fault("b.yaml", 1, "", "tab"), Fault("a.yaml", 9, "", "tab"), Fault("a.yaml", 2, "", "tab")]
    assert [(fault.file, fault.line) for fault in BadData(faults).faults] == [
        ("a.yaml", 2),
        ("a.yaml", 9),
        ("b.yaml", 1),
    ]


def test_what_nobody_can_see_is_shown_by_its_number() -> None:
    (fault,) = faults_of("things:\n  - code: A\u200b\n")
    assert (fault.code, fault.found) == ("invisible_character", "AU+200B")


def test_a_long_value_is_quoted_shortly() -> None:
    (fault,) = faults_of(f"things:\n  - code: {'长' * 500}\n")
    assert fault.found == "长" * 59 + "…"


def test_paths_are_spelled_as_people_read_them() -> None:
    assert spelled(("items", 3, "legal_bases", 0, "regulation")) == "items[3].legal_bases[0].regulation"


def test_the_canonical_form_leaves_out_what_is_empty_and_folds_nothing() -> None:
    long = "很长的一句话，" * 40
    things = Things((Thing("2007", from_on=date(2026, 1, 1), words=("no", long)), Thing("B", count=12, open=True)))
    assert dump("First line.\nSecond line.", ThingsShape().dump(things)) == (
        "# First line.\n# Second line.\n"
        "things:\n"
        "  - code: '2007'\n"
        "    from: 2026-01-01\n"
        "    words:\n"
        "      - 'no'\n"
        f"      - {long}\n"
        "  - code: B\n"
        "    count: 12\n"
        "    open: true\n"
    )


LINES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=8).filter(
    lambda text: text == text.strip()
)
THINGS = st.builds(
    Thing,
    code=LINES,
    from_on=st.none() | st.dates(),
    count=st.none() | st.integers(1, 99),
    open=st.booleans(),
    words=st.lists(LINES, unique=True, max_size=4).map(tuple),
)


@given(st.lists(THINGS, min_size=1, max_size=4, unique=True).map(tuple))
def test_what_is_written_reads_back_as_it_was(things: tuple[Thing, ...]) -> None:
    document, faults = read_document("x.yaml", dump("Things.", ThingsShape().dump(Things(things))))
    assert not faults
    assert document is not None
    assert check(document, ThingsShape) == (Things(things), [])


@given(st.text(max_size=60) | st.binary(max_size=60).map(decode))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    document, faults = read_document("x.yaml", text)
    assert document is not None or faults
    if document is not None:
        check(document, ThingsShape)
