"""What of a document decides about filters, facets, states and order: as columns of numbers, so that a million
documents fit and a question to all of them is one comparison.

Days are ordinals, 0 for none. The facets but the state are three groups of a few each; a profile is the values
of one group, which many documents share, so it is stored once a segment and documents hold its number.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.coverage.rules import OccasionState
from registry.search.documents import SearchDocument
from registry.search.standing import name_of

Profile = tuple[tuple[str, ...], ...]

# What rarely varies by itself stands together, as documents are counted once a group.
GROUPS = (("kind", "area", "year"), ("unit",), ("channel", "level"))

SETTLED = ("", *OccasionState)
_SETTLED_NUMBER = {state: number for number, state in enumerate(SETTLED)}
PROFILE_COLUMNS = tuple(f"profile_{group[0]}" for group in GROUPS)
DAYS = ("published", "open_due", "public_from", "public_to")


def profiles_of(document: SearchDocument) -> tuple[Profile, ...]:
    """By group, the values of each of its facets, each once."""
    year = () if document.year is None else (str(document.year),)
    values = (document.units, document.channels, document.levels)
    units, channels, levels = (tuple(dict.fromkeys(one)) for one in values)
    return ((document.kind,), (document.area,), year), (units,), (channels, levels)


def days_of(document: SearchDocument) -> tuple[int, ...]:
    """The columns `settled` and those of DAYS."""
    openness = document.openness
    open_due = openness.open_due if openness else None
    settled = _SETTLED_NUMBER[openness.settled] if openness else 0
    return settled, *map(_ordinal, (document.published_on, open_due, document.public_from, document.public_to))


def name_number(name: str) -> int:
    """A name as compared, in 64 bits."""
    digest = blake2b(name_of(name).encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "little")


@dataclass
class FactsDraft:
    """Gathers the columns of a segment, one document after the other."""

    profiles: tuple[dict[Profile, int], ...] = field(default_factory=lambda: tuple({} for _ in GROUPS))
    rows: list[tuple[int, ...]] = field(default_factory=list)
    names: list[tuple[int, int]] = field(default_factory=list)
    ties: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, document: SearchDocument) -> None:
        number = len(self.rows)
        numbers = (
            known.setdefault(one, len(known)) for known, one in zip(self.profiles, profiles_of(document), strict=True)
        )
        self.rows.append((*numbers, *days_of(document)))
        self.names += [(name_number(document.title), number), (name_number(document.code), number)]
        self.ties.append((document.code, document.kind, document.id))

    def columns(self) -> dict[str, NDArray[Any]]:
        """Name → values by document number."""
        names = (*PROFILE_COLUMNS, "settled", *DAYS)
        rows = np.array(self.rows, dtype=np.int32).reshape(-1, len(names))
        found: dict[str, NDArray[Any]] = {name: rows[:, at].copy() for at, name in enumerate(names)}
        found["rank"] = ranks(self.ties)
        numbers = np.array([number for number, _ in self.names], dtype=np.uint64)
        owners = np.array([owner for _, owner in self.names], dtype=np.int32)
        return found | sorted_names(numbers, owners) | {"profiles": as_array([list(one) for one in self.profiles])}


def ranks(ties: Sequence[tuple[str, str, str]]) -> NDArray[np.int32]:
    """The place of each document in the order of code, kind and id."""
    found = np.empty(len(ties), dtype=np.int32)
    found[sorted(range(len(ties)), key=ties.__getitem__)] = np.arange(len(ties), dtype=np.int32)
    return found


def sorted_names(numbers: NDArray[np.uint64], owners: NDArray[np.int32]) -> dict[str, NDArray[Any]]:
    """The names of documents, to be looked up by halving."""
    order = np.argsort(numbers, kind="stable")
    return {"names": numbers[order], "name_owners": owners[order]}


def as_array(value: Any) -> NDArray[np.uint8]:
    """Anything JSON can hold, for a file of arrays."""
    return np.frombuffer(json.dumps(value).encode(), dtype=np.uint8)


def profiles_from(content: NDArray[np.uint8]) -> list[list[Profile]]:
    """By group and number."""
    return [[tuple(map(tuple, one)) for one in group] for group in json.loads(content.tobytes())]


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0
