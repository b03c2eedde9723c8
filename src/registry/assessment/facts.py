"""What is known on a day of what units owe and what they have made public: all that findings are made from. Plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from registry.coverage.queries import OccasionRow
from registry.coverage.rules import Counts


@dataclass(frozen=True)
class DeadAddress:
    """An address of a public version at which nothing was found, and the days on which it was looked for since it was last seen."""

    address: str
    days: tuple[date, ...]


@dataclass(frozen=True)
class Version:
    """The version of a publication that is public on the day.

    `unit_code` is whose it is by now, `shown_from` the first day the publication was public, `claimed_on` the day this version gives as
    its publication, `period` and `due_on` those of its occasion. `title_flaws` are codes of `titles.py`; `missing_elements` and
    `missing_tables` are texts of elements of the item that no publication of the occasion covers. `personal_data` are the kinds that were
    found, `personal_data_reason` says why they are published all the same. `unconfirmed_since` is the day the office approved it in the
    reviewer's place, None when nobody need confirm that any more. `seen_on` is the first day it was seen by anybody, `unseen_days` the
    days before that on which it was looked for in vain.
    """

    publication_id: UUID
    occasion_id: UUID
    unit_code: str
    area_code: str
    item_code: str
    title: str
    doc_no: str | None
    period: str
    due_on: date | None
    formed_on: date
    claimed_on: date
    registered_on: date
    shown_from: date
    is_reviewed: bool = True
    unconfirmed_since: date | None = None
    title_flaws: tuple[str, ...] = ()
    missing_elements: tuple[str, ...] = ()
    missing_tables: tuple[str, ...] = ()
    personal_data: tuple[str, ...] = ()
    personal_data_reason: str | None = None
    seen_on: date | None = None
    unseen_days: tuple[date, ...] = ()
    dead: Sequence[DeadAddress] = ()


@dataclass(frozen=True)
class Facts:
    """Occasions judged on the day, public versions, and by item code how often the item recurs (a value of RHYTHMS)."""

    as_of: date
    occasions: Sequence[OccasionRow]
    versions: Sequence[Version]
    rhythms: Mapping[str, str]

    def of_unit(self, unit_code: str) -> "Facts":
        return Facts(
            self.as_of,
            [one for one in self.occasions if one.unit_code == unit_code],
            [one for one in self.versions if one.unit_code == unit_code],
            self.rhythms,
        )

    def by_unit(self) -> "dict[str, Facts]":
        """The facts of each unit that owes or has published something."""
        occasions, versions = _by_unit(self.occasions), _by_unit(self.versions)
        return {
            code: Facts(self.as_of, occasions.get(code, []), versions.get(code, []), self.rhythms)
            for code in sorted(occasions.keys() | versions.keys())
        }

    @property
    def counts(self) -> Counts:
        counts = Counts()
        for one in self.occasions:
            counts.add(one.state)
        return counts


Row = TypeVar("Row", OccasionRow, Version)


def _by_unit(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.unit_code, []).append(row)
    return found
