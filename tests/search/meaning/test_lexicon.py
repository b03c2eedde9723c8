"""What leads to a word: its sound, a slip, a short form."""

import pytest

from registry.search.meaning.lexicon import Lexicon, is_one_slip, is_short_for


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("法律援助", "法律援肋", True),
        ("法律援助", "法律援", True),
        ("法律援助", "法律援助助", True),
        ("法律援助", "法律助援", True),
        ("法律援助", "法援律助", True),
        ("法律援助", "助律援法", False),
        ("法律援助", "法律", False),
        ("法律援助", "法律援助", False),
        ("法律援助", "法律服务", False),
    ],
)
def test_one_slip(one: str, other: str, *, expected: bool) -> None:
    assert is_one_slip(one, other) == is_one_slip(other, one) == expected


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("公厕", ("公共", "厕所"), True),
        ("控规", ("控制性", "详细", "规划"), True),
        ("公租房", ("公共", "租赁", "住房"), True),
        ("公房", ("公共", "租赁"), False),
        ("共厕", ("公共", "厕所"), False),
        ("公共厕", ("公共", "厕所"), True),
        ("律师证", ("律师", "执业", "证书"), True),
        ("公共厕所", ("公共", "厕所"), False),
        ("公执", ("公共", "厕所"), False),
        ("公", ("公共", "厕所"), False),
    ],
)
def test_what_a_short_form_takes_from_each_word(text: str, words: tuple[str, ...], *, expected: bool) -> None:
    assert is_short_for(text, words) == expected


@pytest.fixture
def lexicon() -> Lexicon:
    lexicon = Lexicon()
    for word in ("预算", "预算", "公证", "法律援助", "养老保险"):
        lexicon.learn(word)
    lexicon.learn("财政预算", is_word=False)
    return lexicon


def test_a_word_is_learned_and_counted(lexicon: Lexicon) -> None:
    assert ("预算" in lexicon, lexicon.weight("预算")) == (True, 2)
    assert ("财政预算" in lexicon, lexicon.weight("财政预算")) == (False, 1)


@pytest.mark.parametrize("term", ["算", "PPP", "2026", "预 算", "长" * 17, ""])
def test_what_is_no_chinese_term_is_passed_over(lexicon: Lexicon, term: str) -> None:
    lexicon.learn(term)
    assert (term in lexicon, lexicon.weight(term)) == (False, 0)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("yusuan", ("预算",)),
        ("czys", ("财政预算",)),
        ("caizhengyusuan", ("财政预算",)),
        ("flyz", ("法律援助",)),
        ("qq", ()),
    ],
)
def test_letters_find_terms(lexicon: Lexicon, typed: str, expected: tuple[str, ...]) -> None:
    assert lexicon.sounding(typed) == expected


def test_a_term_learned_later_is_found_by_letters_asked_before(lexicon: Lexicon) -> None:
    assert lexicon.sounding("juesuan") == ()
    lexicon.learn("决算")
    assert lexicon.sounding("juesuan") == ("决算",)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("玉算", "预算"),
        ("公正", "公证"),
        ("法律援肋", "法律援助"),
        ("法援助", "法律援助"),
        ("养劳保险", "养老保险"),
        ("预箅", "预算"),
    ],
)
def test_slips_lead_to_words(lexicon: Lexicon, typed: str, expected: str) -> None:
    assert expected in set(lexicon.near(typed))


def test_a_slip_never_leads_to_a_mere_sequence(lexicon: Lexicon) -> None:
    assert "财政预算" not in set(lexicon.near("财正预算"))
