"""Queries answered by an engine: which plan is taken, what is offered instead."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rulebook.book import Rulebook
from registry.search.answering import Answer, answer
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.memory_backend import MemoryBackend
from registry.search.upkeep import learn_rules
from tests.search.conftest import UNITS
from tests.search.made_up import ask, item, publication

DOCUMENTS = (
    item("A", "政府预算", content=("一般公共预算收入表",), units=("CX-101",), unit_names="楚雄市财政局\n财政局"),
    item("B", "政府决算", path="财政预决算 / 政府决算", units=("CX-101",)),
    item("C", "法律援助服务", content=("申请条件",), area="public-legal-services", units=("CX-103",)),
    item("D", "楚雄市公证处", units=("CX-103",)),
    item("E", "规范办公证明", units=("CX-103",)),
    item("F", "控制性详细规划", area="urban-rural-planning", units=("CX-104",), openness=None),
    item("G", "公共厕所分布表"),
    item("H", "财政预决算收支表"),
    publication(1, "楚雄市2026年政府预算公开", content=("预算草案",)),
    publication(2, "楚雄市2025年政府预算公开", published_on=date(2025, 2, 10)),
    item("I", "農村公路養護"),
)


@pytest.fixture(scope="module")
def words(rulebook: Rulebook) -> Vocabulary:
    vocabulary = Vocabulary()
    learn_rules(vocabulary, rulebook)
    for code, (names, aliases) in UNITS.items():
        vocabulary.learn_unit(code, names, aliases)
    vocabulary.learn_texts(text for one in DOCUMENTS for text in (one.title, *one.content))
    return vocabulary


BACKEND = MemoryBackend()
BACKEND.rebuild(DOCUMENTS, 1)


def answered(words: Vocabulary, text: str, **filters: object) -> Answer:
    return answer(BACKEND, words, text, ask(**filters))


def codes(given: Answer) -> list[str]:
    return [hit.id.removeprefix("id-") for hit in given.page.hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("控规", ["F"]),
        ("怎么申请法律援助", ["C"]),
        ("公证", ["D", "E"]),
        ("zhengfuyusuan", ["A", "pub-1", "pub-2"]),
        ("公厕", ["G"]),
        ("农村公路养护", ["I"]),
        ("預算 -草案", ["A", "pub-2"]),
        ("财政 -决算", ["H", "A"]),
        ("单位：财政局 预算", ["A", "pub-1", "pub-2"]),
        ("法律援助 外星人", ["C"]),
        ("外星人", []),
    ],
)
def test_what_is_meant_is_found(words: Vocabulary, text: str, expected: list[str]) -> None:
    assert codes(answered(words, text)) == expected


def test_a_year_comes_first(words: Vocabulary) -> None:
    assert codes(answered(words, "2026年政府预算"))[0] == "pub-1"
    assert codes(answered(words, "2025年政府预算"))[0] == "pub-2"


@pytest.mark.parametrize(
    ("text", "offered", "expected"),
    [
        ("法律援肋", "法律援助", ["C"]),
        ("法率援助", "法律援助", ["C"]),
        ("控制性祥细规划", "控制性详细规划", ["F"]),
        ("玉算 -草案", "预算 -草案", ["A", "pub-2"]),
        ("政府预祘 单位：财政局", "政府预算 单位:财政局", ["A", "pub-1", "pub-2"]),
    ],
)
def test_a_slip_is_answered_as_what_was_meant_and_says_so(
    words: Vocabulary, text: str, offered: str, expected: list[str]
) -> None:
    given = answered(words, text)
    assert (given.did_you_mean, given.corrected, codes(given)) == (offered, True, expected)


@pytest.mark.parametrize("text", ["政府预算", "外星人", "公证", "控规", "", "！？"])
def test_nothing_is_offered_when_nothing_is_wrong_or_nothing_is_there(words: Vocabulary, text: str) -> None:
    assert answered(words, text).did_you_mean is None


def test_nothing_is_offered_that_finds_nothing_under_the_filters(words: Vocabulary) -> None:
    given = answered(words, "法律援肋", units=["CX-101"])
    assert (given.page.total, given.corrected) == (0, True)


def test_a_filter_that_leaves_nothing_is_not_answered_by_a_looser_plan(words: Vocabulary) -> None:
    given = answered(words, "控制性详细规划", units=["CX-101"])
    assert (given.page.total, given.request.plan) == (0, given.meant.plans[0])


def test_only_words_that_were_searched_are_told(words: Vocabulary) -> None:
    assert "控制性详细规划" in answered(words, "控规").also_searched
    assert answered(words, "公厕").also_searched[:1] == ("公共厕所",)
    assert answer(BACKEND, words, "控规", ask(), synonyms=False).also_searched == ()


VARIANTS = str.maketrans("财决农护处规划证书", "財決農護處規劃證書")


@pytest.mark.parametrize("title", [one.title for one in DOCUMENTS])
def test_every_way_of_writing_a_title_finds_the_same(words: Vocabulary, title: str) -> None:
    plain = codes(answered(words, title))
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in title)
    assert plain
    assert codes(answered(words, title.translate(VARIANTS))) == plain
    assert codes(answered(words, wide)) == plain
    assert codes(answered(words, f"  {title}\u3000")) == plain
    assert codes(answered(words, " ".join(title) if title.isalpha() else title)) == plain


@settings(deadline=None, max_examples=1000)
@given(st.data())
def test_every_short_piece_of_a_title_finds_it(words: Vocabulary, data: st.DataObject) -> None:
    document = data.draw(st.sampled_from([one for one in DOCUMENTS if not any(map(str.isdigit, one.title))]))
    start = data.draw(st.integers(0, len(document.title) - 1))
    piece = document.title[start : start + data.draw(st.integers(1, 8))]
    assert document.id.removeprefix("id-") in codes(answered(words, piece)), piece


PIECES = st.sampled_from(
    ["预算", "单位:", "-", "“", "”", "年份：", "2026", "yusuan", " ", "〔2016〕", "怎么", "\x01", "\x02", "\x03"]
)


@settings(deadline=None, max_examples=1500)
@given(st.one_of(st.text(max_size=1000), st.lists(PIECES, max_size=60).map("".join)))
def test_no_input_raises(words: Vocabulary, text: str) -> None:
    given = answered(words, text)
    assert given.page.total >= 0
    assert len(given.also_searched) == len(set(given.also_searched))
