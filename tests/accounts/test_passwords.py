from contextlib import ExitStack

import pytest

from registry.accounts import passwords
from registry.accounts.passwords import Preset, hash_password, is_right, issues_with, weak_passwords
from registry.errors import Unavailable


@pytest.mark.parametrize(
    ("password", "djbh", "asvs"),
    [
        ("Lan-Xiang7river", [], []),
        ("Xk7#mNq2Lp", [], ["password_too_short"]),
        ("Xk7#mNq2L", ["password_too_short"], ["password_too_short"]),
        ("correct horse battery", ["password_kinds"], []),
        ("kettlefishlampmoss", ["password_kinds"], []),
        ("Kettlefishlampmoss9", [], []),
        ("kettle-fish-9", [], []),
        ("雨落在老城的石板路上kn", ["password_kinds"], []),
        ("雨落在老城的石板路上Ak7", [], []),
        ("P@ssw0rd1234", ["password_weak"], ["password_weak"]),
        ("Password2026!", ["password_weak"], ["password_weak"]),
        ("qwertyuiop123", ["password_kinds", "password_weak"], ["password_weak"]),
        ("Abcdefghijk9", ["password_weak"], ["password_weak"]),
        ("Aa1Aa1Aa1Aa1", ["password_weak"], ["password_weak"]),
        ("Chuxiong@2026", ["password_contains_word", "password_weak"], ["password_weak"]),
        ("Lan7-zwgk-riverbed", ["password_contains_word"], []),
        ("Lan7-Chux1ong-bed", ["password_contains_word"], []),
        ("Lan7-clerklaowu-bed", ["password_contains_username"], []),
        ("Lan7-uwoalkrelc-bed", ["password_contains_username"], []),
        ("Lan-Xiang7" * 20 + "x", ["password_too_long"], ["password_too_long"]),
        ("Lan-Xiang7" * 7, [], []),
        (
            "",
            ["password_too_short", "password_kinds", "password_weak"],
            ["password_too_short", "password_weak"],
        ),
    ],
)
def test_each_preset_refuses_what_it_must(password: str, djbh: list[str], asvs: list[str]) -> None:
    def codes(preset: Preset) -> list[str]:
        return [issue.code for issue in issues_with(password, username="clerklaowu", preset=preset)]

    assert codes("djbh") == djbh
    assert codes("asvs") == asvs


def test_half_characters_are_refused_and_never_right() -> None:
    issues = issues_with("Lan-Xiang7river\udcff", username="clerk", preset="asvs")
    assert [issue.code for issue in issues] == ["password_not_text"]
    assert not is_right("Lan-Xiang7river\udcff", hash_password("Lan-Xiang7river"))


def test_a_very_short_username_is_not_looked_for() -> None:
    assert issues_with("Lan-Xiang7river", username="la", preset="djbh") == []


def test_the_longest_local_word_is_named() -> None:
    issues = issues_with("Lan7-chuxiongshi-bed", username="clerklaowu", preset="djbh")
    assert [issue.context for issue in issues] == [{"word": "chuxiongshi"}]


def test_weak_list_has_thousands_of_entries_that_are_long_enough_to_matter() -> None:
    assert sum(len(one) >= 10 for one in weak_passwords()) >= 3000
    assert sum(len(one) >= 12 for one in weak_passwords()) >= 3000


def test_hash_is_argon2id_and_tells_only_right_from_wrong() -> None:
    kept = hash_password("Lan-Xiang7river")
    assert kept.startswith("$argon2id$")
    assert "Lan-Xiang7river" not in kept
    assert is_right("Lan-Xiang7river", kept)
    assert not is_right("lan-xiang7river", kept)
    assert not is_right("Lan-Xiang7river ", kept)


@pytest.mark.parametrize("stored", [None, "", "not a hash"])
def test_nothing_is_right_where_no_hash_is_kept(stored: str | None) -> None:
    assert not is_right("anything", stored)
    assert not is_right("", stored)


def test_hashes_of_other_parameters_are_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = hash_password("Lan-Xiang7river")
    assert not passwords.is_outdated(kept)
    dearer = passwords.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "hasher", dearer)
    assert passwords.is_outdated(kept)


def test_a_fifth_check_waits_and_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LONGEST_WAIT_SECONDS", 0.01)
    kept = hash_password("Lan-Xiang7river")
    with ExitStack() as four:
        for _ in range(4):
            four.enter_context(passwords.AT_ONCE)
        with pytest.raises(Unavailable, match="sign_in_busy"):
            is_right("Lan-Xiang7river", kept)
    assert is_right("Lan-Xiang7river", kept)
