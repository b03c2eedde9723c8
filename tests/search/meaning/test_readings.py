"""How characters sound, from any dictionary of Chinese."""

import pytest

from registry.search.meaning.readings import abbreviations, read_alike, sound_alike, syllables


@pytest.mark.parametrize(
    ("character", "expected"),
    [("算", {"suan"}), ("行", {"xing", "hang"}), ("重", {"zhong", "chong"}), ("律", {"lv", "lu"}), ("a", set())],
)
def test_all_readings_without_tones(character: str, expected: set[str]) -> None:
    assert expected <= syllables(character)
    assert all(one.isascii() for one in syllables(character))


@pytest.mark.parametrize(
    ("word", "typed", "expected"),
    [
        ("预算", "yusuan", 0),
        ("预算", "ys", 2),
        ("财政预算", "czys", 4),
        ("财政预算", "caizhengys", 2),
        ("财政预算", "czhys", 4),
        ("法律", "falv", 0),
        ("法律", "falu", 0),
        ("行政", "hangzheng", 0),
        ("预算", "yusua", None),
        ("预算", "yusuanbiao", None),
        ("预算", "", None),
    ],
)
def test_letters_spell_a_word_in_full_by_initials_or_mixed(word: str, typed: str, expected: int | None) -> None:
    assert abbreviations(word, typed) == expected


@pytest.mark.parametrize(
    ("word", "typed", "expected"),
    [
        ("预算", "yu", True),
        ("预算", "yusua", True),
        ("预算公开", "ysg", True),
        ("预算", "yb", False),
        ("预算", "u", False),
    ],
)
def test_letters_may_stop_anywhere_while_somebody_types(word: str, typed: str, *, expected: bool) -> None:
    assert (abbreviations(word, typed, begun=True) is not None) == expected


@pytest.mark.parametrize(
    ("one", "other", "alike", "usually"),
    [
        ("公正", "公证", True, True),
        ("预祘", "预算", True, True),
        ("司法", "私法", True, True),
        ("自传", "置传", True, False),  # z and zh are confused, but not read alike
        ("监定", "鉴定", True, True),
        ("预算", "决算", False, False),
        ("预算", "预算表", False, False),
    ],
)
def test_what_sounds_alike(one: str, other: str, *, alike: bool, usually: bool) -> None:
    assert (sound_alike(one, other), read_alike(one, other)) == (alike, usually)
