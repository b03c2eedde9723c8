"""Chance that is the same on every run: decided by the codes a decision is about, never by ids, clocks or a generator's state."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from registry.deadlines.workdays import Workdays

T = TypeVar("T")

SEED = "registry demo 1"


def share(*about: object) -> float:
    """A number in [0, 1) that belongs to what it is about."""
    text = "|".join((SEED, *map(str, about)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48


def number(least: int, most: int, *about: object) -> int:
    """A whole number from `least` to `most`, both included."""
    return least + int(share(*about) * (most - least + 1))


def choice(among: Sequence[T], *about: object) -> T:
    return among[int(share(*about) * len(among))]


def workday_in(first: date, last: date, calendar: Workdays, *about: object) -> date:
    """A working day from `first` to `last`; where there is none, the first day."""
    days = [first + timedelta(days=offset) for offset in range(max(0, (last - first).days) + 1)]
    return choice([day for day in days if calendar.is_workday(day)] or days[:1], *about)
