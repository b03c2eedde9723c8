"""A file loaded again over rows that were changed on pages: who wins, entry by entry."""

import pytest

from registry.exchange.merging import merged

Entry = tuple[str, int]


@pytest.mark.parametrize(
    ("before", "file", "kept", "expected", "clashes"),
    [
        pytest.param(1, 1, 1, 1, [], id="nothing changed"),
        pytest.param(1, 2, 1, 2, [], id="the file changed"),
        pytest.param(1, 1, 2, 2, [], id="a page changed"),
        pytest.param(1, 2, 2, 2, [], id="both to the same"),
        pytest.param(1, 2, 3, 2, [0], id="both differently"),
    ],
)
def test_an_entry(before: int, file: int, kept: int, expected: int, clashes: list[int]) -> None:
    found = merged([("a", before)], [("a", file)], [("a", kept)], key=lambda one: one[0])

    assert found == ((("a", expected),), clashes)


def test_what_a_page_added_stays_and_what_the_file_dropped_goes() -> None:
    before: list[Entry] = [("a", 1), ("b", 1)]
    kept: list[Entry] = [("a", 1), ("b", 1), ("new", 1)]

    assert merged(before, [("a", 1)], kept, key=lambda one: one[0]) == ((("a", 1), ("new", 1)), [])


def test_what_the_file_adds_is_taken() -> None:
    before: list[Entry] = [("a", 1)]

    assert merged(before, [("a", 1), ("b", 1)], [("a", 2)], key=lambda one: one[0]) == ((("a", 2), ("b", 1)), [])


def test_both_adding_the_same_code_differently_clash() -> None:
    before: list[Entry] = []

    assert merged(before, [("a", 1)], [("a", 2)], key=lambda one: one[0])[1] == [0]


def test_without_an_earlier_load_the_file_stands() -> None:
    assert merged(None, [("a", 1)], [("a", 2), ("b", 1)], key=lambda one: one[0]) == ((("a", 1),), [])
