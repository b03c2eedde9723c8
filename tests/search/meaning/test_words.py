"""Where words stand: by the segmenter's dictionary, for ranking only."""

import pytest

from registry.search.meaning.words import STANDS, fine_cut, standing_term, standing_words, stands_apart


@pytest.mark.parametrize(
    ("text", "stands", "hides"),
    [
        ("楚雄市公证处", ["公证", "公证处"], []),
        ("规范办公证明", ["办公", "证明"], ["公证"]),
        ("市人民政府", ["政府"], ["民政"]),
        ("春节办公安排", ["办公"], ["公安"]),
        ("民政局", ["民政"], []),
    ],
)
def test_a_word_stands_where_the_dictionary_has_its_ends(text: str, stands: list[str], hides: list[str]) -> None:
    found = set(standing_words(text))
    assert {STANDS + one for one in stands} <= found
    assert found.isdisjoint({STANDS + one for one in hides})


@pytest.mark.parametrize(
    ("needle", "expected"),
    [("公证", STANDS + "公证"), ("证", ""), ("办公证", ""), ("\x01ppp\x01", ""), ("控制性详细规划", "")],
)
def test_only_short_words_of_the_dictionary_are_asked_for_as_words(needle: str, expected: str) -> None:
    assert standing_term(needle) == expected


@pytest.mark.parametrize(
    ("needle", "text", "expected"),
    [
        ("决算", "部门决算", True),
        ("决算", "财政预决算", False),
        ("决算", "财政预决算 部门决算", True),
        ("算", "预算", True),
        ("规划", "没有", False),
    ],
)
def test_a_word_inside_a_longer_one_does_not_stand_apart(needle: str, text: str, *, expected: bool) -> None:
    assert stands_apart(needle, text) == expected


def test_long_words_are_cut_in_two_words() -> None:
    assert fine_cut("拖欠工资") == ["拖欠", "工资"]
    assert fine_cut("公证") == ["公证"]
