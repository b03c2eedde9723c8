"""Passwords: what is accepted under each preset, and how they are kept (argon2id)."""

import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registry.errors import Issue, Unavailable

Preset = Literal["djbh", "asvs"]

WEAK_PASSWORDS = Path(__file__).parent / "weak_passwords.txt"
SHORTEST: Mapping[Preset, int] = {"djbh": 10, "asvs": 12}
LONGEST = 200
KINDS_NEEDED = 3
SHORTEST_USERNAME_LOOKED_FOR = 3

# Each check takes 64 MiB and about 0.15 s; how many run at once is bounded, or a burst of sign-ins would
# exhaust the memory. Tests put a cheaper one in its place.
MEMORY_KIB = 64 * 1024
hasher = PasswordHasher(time_cost=3, memory_cost=MEMORY_KIB, parallelism=4)
AT_ONCE = threading.BoundedSemaphore(4)
LONGEST_WAIT_SECONDS = 10.0

LEET = str.maketrans({"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t"})
KEYBOARD_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")


def hash_password(password: str) -> str:
    """The argon2id hash to keep, with its own salt and parameters."""
    with _one_of_four():
        return hasher.hash(password)


def is_right(password: str, stored_hash: str | None) -> bool:
    """Whether `password` is the one hashed; takes the same time when there is nothing to compare with."""
    expected = stored_hash or _decoy(hasher)
    with _one_of_four():
        try:
            return hasher.verify(expected, password) and bool(stored_hash)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False


def is_outdated(stored_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's and should be made again."""
    return hasher.check_needs_rehash(stored_hash)


def issues_with(password: str, *, username: str, preset: Preset) -> list[Issue]:
    """Everything against `password`, except what only the account's history can tell.

    `djbh` follows 等保 身份鉴别 a (length, kinds, no names); `asvs` asks for length and refuses only what
    everybody tries first.
    """
    issues: list[Issue] = []
    if len(password) < SHORTEST[preset]:
        issues.append(_issue("password_too_short", minimum=SHORTEST[preset], found=len(password)))
    if not _is_text(password):
        issues.append(_issue("password_not_text"))
    if len(password) > LONGEST:
        issues.append(_issue("password_too_long", maximum=LONGEST, found=len(password)))
    if preset == "djbh":
        issues += _issues_of_complexity(password, username)
    if is_weak(password):
        issues.append(_issue("password_weak"))
    return issues


def is_weak(password: str) -> bool:
    """Whether it is on the list, nearly one sign repeated, or runs along the keyboard or the alphabet."""
    if len(set(password)) <= 3:
        return True
    return _plain(password) in weak_passwords() or _is_a_run(password.lower())


@cache
def weak_passwords() -> frozenset[str]:
    """Every entry of the list, expanded and in the form `_plain` gives."""
    sections = _sections()
    stems = [*sections["stems"], *sections["local"]]
    expanded = {stem + tail for stem in stems for tail in ("", stem, *sections["tails"])}
    expanded |= {
        head + stem + tail for head in sections["heads"] for stem in stems for tail in ("", "123", "1234", "123456")
    }
    return frozenset(map(_plain, expanded))


def _is_text(password: str) -> bool:
    """Half a character, which a JSON body can carry, cannot be hashed."""
    return not any("\ud800" <= sign <= "\udfff" for sign in password)


def _issues_of_complexity(password: str, username: str) -> list[Issue]:
    issues: list[Issue] = []
    kinds = _kinds(password)
    if kinds < KINDS_NEEDED:
        issues.append(_issue("password_kinds", needed=KINDS_NEEDED, found=kinds))
    lowered, name = password.lower(), username.lower()
    if len(name) >= SHORTEST_USERNAME_LOOKED_FOR and (name in lowered or name[::-1] in lowered):
        issues.append(_issue("password_contains_username"))
    issues += [_issue("password_contains_word", word=word) for word in _local_words_in(lowered)]
    return issues


def _kinds(password: str) -> int:
    """How many of lower case, upper case, digits and other signs occur."""
    return len(
        {
            "lower" if sign.islower() else "upper" if sign.isupper() else "digit" if sign.isdigit() else "other"
            for sign in password
        }
    )


def _local_words_in(lowered: str) -> list[str]:
    """The longest local words found; those inside a longer one found are left out."""
    found = [word for word in _sections()["local"] if word in lowered or word in lowered.translate(LEET)]
    return [word for word in found if not any(word != other and word in other for other in found)]


def _is_a_run(lowered: str) -> bool:
    """`abcdefghijkl`, `0987654321`, `qwertyuiop1`: all but two neighbours lie side by side on one row."""
    pairs = [first + second for first, second in pairwise(lowered)]
    beside = sum(any(pair in row or pair[::-1] in row for row in KEYBOARD_ROWS) for pair in pairs)
    return beside >= len(pairs) - 2


def _plain(password: str) -> str:
    return password.lower().translate(LEET)


@cache
def _sections() -> Mapping[str, tuple[str, ...]]:
    sections: dict[str, list[str]] = {}
    words: list[str] = []
    for line in WEAK_PASSWORDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("# "):
            words += line.split()
    return {name: tuple(found) for name, found in sections.items()}


@cache
def _decoy(_hasher: PasswordHasher) -> str:
    """A hash of nothing anybody knows, made with today's parameters, for accounts that do not exist."""
    return _hasher.hash(secrets.token_urlsafe(32))


@contextmanager
def _one_of_four() -> Iterator[None]:
    if not AT_ONCE.acquire(timeout=LONGEST_WAIT_SECONDS):
        raise Unavailable("sign_in_busy")
    try:
        yield
    finally:
        AT_ONCE.release()


def _issue(code: str, **context: object) -> Issue:
    return Issue("password", code, context)
