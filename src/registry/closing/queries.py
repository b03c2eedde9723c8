"""Reads of closed periods: their rows, their numbers, and the lines they were frozen as."""

import gzip
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.accounts.tables import User
from registry.closing.lines import (
    Basis,
    FrozenOccasion,
    ItemCounts,
    basis_from,
    counts_from,
    item_from,
    occasion_from,
)
from registry.closing.rules import kind_of
from registry.closing.tables import FrozenPeriod
from registry.coverage.rules import Counts
from registry.duties.tables import ClosedPeriod, Ruling
from registry.errors import NotFound
from registry.publications.rules import RevisionState
from registry.publications.tables import Revision

Cells = Mapping[tuple[str, str], Counts]


@dataclass(frozen=True)
class Closing:
    """A closed period; `frozen` is None for one that was closed before numbers were kept. `by` is empty for the command line."""

    period: ClosedPeriod
    frozen: FrozenPeriod | None
    by: str = ""

    @property
    def kind(self) -> str:
        return kind_of(self.period.code)

    @property
    def total(self) -> Counts:
        return sums_of(self.frozen.board).of() if self.frozen else Counts()


def list_closings(session: Session) -> list[Closing]:
    """All closed periods, the latest days first, of periods ending on one day the shortest first."""
    query = (
        sa.select(ClosedPeriod, FrozenPeriod, User)
        .outerjoin(FrozenPeriod, col(FrozenPeriod.code) == col(ClosedPeriod.code))
        .outerjoin(User, col(User.id) == col(ClosedPeriod.closed_by))
        .order_by(col(ClosedPeriod.last_on).desc(), col(ClosedPeriod.first_on).desc())
    )
    return [
        Closing(period, frozen, user.display_name if user else "") for period, frozen, user in session.execute(query)
    ]


def get_closing(session: Session, code: str) -> Closing:
    """NotFound for what is no closed period."""
    found = next((one for one in list_closings(session) if one.period.code == code), None)
    if found is None:
        raise NotFound(subject="period", found=code)
    return found


def get_frozen(session: Session, code: str) -> FrozenPeriod:
    """The numbers of a closed period; NotFound where there are none."""
    found = session.get(FrozenPeriod, code)
    if found is None:
        raise NotFound(subject="period", found=code)
    return found


def frozen_on(session: Session, day: date) -> FrozenPeriod | None:
    """The first frozen period that ended on a day."""
    query = select(FrozenPeriod).where(FrozenPeriod.code == ClosedPeriod.code, ClosedPeriod.last_on == day)
    return session.exec(query.order_by(col(FrozenPeriod.number))).first()


def last_frozen(session: Session, kind: str, number: int) -> Sequence[FrozenPeriod]:
    """The latest `number` frozen periods of a kind, in the order of their days."""
    query = select(FrozenPeriod).where(FrozenPeriod.code == ClosedPeriod.code)
    found = session.exec(query.order_by(col(ClosedPeriod.last_on).desc()))
    return [one for one in found if kind_of(one.code) == kind][:number][::-1]


def frozen_chain(session: Session) -> Sequence[FrozenPeriod]:
    """In the order in which they were closed."""
    return session.exec(select(FrozenPeriod).order_by(col(FrozenPeriod.number))).all()


def frozen_digests(session: Session) -> Sequence[str]:
    """Digests of all frozen files; each must be in the object folder."""
    return session.exec(select(FrozenPeriod.object_digest).distinct().order_by(col(FrozenPeriod.object_digest))).all()


@dataclass(frozen=True)
class Waiting:
    """What people have not decided yet and might change the numbers of a period: versions to be reviewed, rulings to be decided."""

    versions: int
    rulings: int


def waiting_by(session: Session, day: date) -> Waiting:
    """Versions said to be published by a day and still under review, and rulings asked for that count from before its end."""
    versions = sa.select(sa.func.count()).where(
        col(Revision.state) == RevisionState.SUBMITTED, col(Revision.published_on) <= day
    )
    rulings = sa.select(sa.func.count()).where(col(Ruling.decided_by).is_(None), col(Ruling.from_on) <= day)
    return Waiting(session.scalar(versions) or 0, session.scalar(rulings) or 0)


def basis_of(frozen: FrozenPeriod) -> Basis:
    return basis_from(frozen.basis)


def sums_of(kept: Sequence[Mapping[str, Any]]) -> "Sums":
    """`board` or `flow` of a row."""
    return Sums({(one["unit"], one["area"]): counts_from(one["counts"]) for one in kept})


@dataclass(frozen=True)
class Sums:
    """Counts by unit and area, summed once each way, so that a page of a thousand units does not add up everything for each of them."""

    cells: Cells

    @cached_property
    def _summed(self) -> Cells:
        """An empty code stands for all."""
        found: dict[tuple[str, str], Counts] = {("", ""): Counts()}
        for (unit, area), counts in self.cells.items():
            for key in ((unit, area), (unit, ""), ("", area), ("", "")):
                found.setdefault(key, Counts()).merge(counts)
        return found

    def of(self, *, unit: str = "", area: str = "") -> Counts:
        """Nobody may change what is returned."""
        return self._summed.get((unit, area)) or Counts()

    @property
    def units(self) -> set[str]:
        return {unit for unit, _ in self.cells}

    @property
    def areas(self) -> set[str]:
        return {area for _, area in self.cells}


def lines_of(packed: bytes) -> Iterator[Mapping[str, Any]]:
    """The lines of a frozen file, read as they are asked for."""
    with gzip.open(io.BytesIO(packed)) as file:
        for line in file:
            yield json.loads(line)


def occasions_of(packed: bytes, *, unit: str = "") -> Iterator[FrozenOccasion]:
    """All of them, or those of one unit: lines of others are passed over unread."""
    named = f'"unit":"{unit}'.encode()
    with gzip.open(io.BytesIO(packed)) as file:
        for line in file:
            if named in line and b'"line":"occasion"' in line:
                found = occasion_from(json.loads(line))
                if unit in ("", found.key.unit):
                    yield found


def items_of(packed: bytes) -> Iterator[tuple[ItemCounts, tuple[str, ...]]]:
    """The counts of every item with its titles; reading ends where the occasions begin."""
    for line in lines_of(packed):
        if line["line"] == "occasion":
            return
        if line["line"] == "item":
            yield item_from(line)


def item_titles_of(packed: bytes) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """(standard, item) → titles."""
    return {(counts.standard, counts.item): titles for counts, titles in items_of(packed)}
