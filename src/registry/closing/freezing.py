"""From the facts of a day to the frozen bytes of a period."""

import gzip
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.closing.lines import (
    Basis,
    FrozenOccasion,
    ItemCounts,
    OccasionKey,
    counts_record,
    facts_by,
    item_record,
    occasion_record,
    written,
)
from registry.closing.queries import basis_of, frozen_on, item_titles_of, occasions_of
from registry.closing.tables import FrozenPeriod
from registry.coverage.queries import DutyFilter, OccasionRow, list_occasions
from registry.coverage.rules import Counts, StateDates
from registry.deadlines.workdays import Workdays
from registry.duties.queries import tracking_of
from registry.duties.rules import Period
from registry.duties.tables import Duty
from registry.items.queries import list_areas
from registry.items.tables import Item, Standard
from registry.objects import ObjectFolder
from registry.rulebook.book import Rulebook
from registry.units.queries import unit_names_on

# So much is unpacked at a time.
PIECE = 1 << 20

Titles = Mapping[tuple[str, str], tuple[str, ...]]


@dataclass(frozen=True)
class Freezer:
    """What freezing needs besides the database: where files lie, and the rules and calendars in use."""

    objects: ObjectFolder
    rulebook: Rulebook
    calendars: Mapping[str, Workdays]
    state_dates: Callable[[date], StateDates]


@dataclass(frozen=True)
class Frozen:
    """A period ready to be kept: its bytes, compressed, their hash, and its sums by unit and area."""

    basis: Basis
    packed: bytes
    content_hash: str
    size_bytes: int
    occasions: int
    board: list[dict[str, Any]]
    flow: list[dict[str, Any]]

    @property
    def numbers(self) -> str:
        """By which the numbers of a preview are known again."""
        return hashlib.sha256(written({"board": self.board, "flow": self.flow})).hexdigest()[:16]


def freeze(session: Session, period: Period, freezer: Freezer, *, known_at: datetime) -> Frozen:
    """The numbers and facts of a period.

    One day is frozen once: where a period that ends on the same day is closed already, its facts are taken, so that no day has two boards.
    """
    earlier = frozen_on(session, period.last)
    if earlier is not None:
        return _frozen_again(period, earlier, freezer.objects)
    basis = _basis(session, period, freezer, known_at)
    standards, titles = _items(session)
    return pack(basis, live_occasions(session, basis.dates, standards), titles)


def live_occasions(
    session: Session, dates: StateDates, standards: Mapping[Any, str] | None = None
) -> Iterator[FrozenOccasion]:
    """Every occasion as the database knows it now, judged on the day of `dates`, in the order of their keys; one unit at a time."""
    standards = standards if standards is not None else _items(session)[0]
    begun = {row.id: row.starts_on for row in session.execute(sa.select(col(Duty.id), col(Duty.starts_on)))}
    for unit in sorted(session.exec(select(Duty.unit_code).distinct())):
        rows = list_occasions(session, dates, DutyFilter(unit_code=unit))
        found = (_occasion(row, standards[row.item_id], begun[row.duty_id], dates.as_of) for row in rows)
        yield from sorted(found, key=lambda one: one.key)


def _occasion(row: OccasionRow, standard: str, begun: date, day: date) -> FrozenOccasion:
    key = OccasionKey(
        unit=row.unit_code,
        standard=standard,
        item=row.item_code,
        duty_from=begun.isoformat(),
        kind=row.kind,
        period=row.period,
        event=row.event,
        counted_from=row.counted_from.isoformat(),
    )
    return FrozenOccasion(key, row.area_code, facts_by(row.facts, day), row.state, row.unseen_id is not None)


@dataclass
class _Tally:
    """The counts of every item and, by unit and area, their sums; filled while the lines are written."""

    basis: Basis
    items: dict[tuple[str, str, str], ItemCounts] = field(default_factory=dict)
    board: dict[tuple[str, str], Counts] = field(default_factory=dict)
    flow: dict[tuple[str, str], Counts] = field(default_factory=dict)
    number: int = 0

    def add(self, one: FrozenOccasion) -> None:
        self.number += 1
        place, cell = (one.key.unit, one.key.standard, one.key.item), (one.key.unit, one.area)
        counts = self.items.setdefault(place, ItemCounts(one.key.unit, one.area, one.key.standard, one.key.item))
        counts.board.add(one.state)
        self.board.setdefault(cell, Counts()).add(one.state)
        if self.basis.has(one.limit):
            counts.flow.add(one.state)
            self.flow.setdefault(cell, Counts()).add(one.state)


def pack(basis: Basis, occasions: Iterable[FrozenOccasion], titles: Titles) -> Frozen:
    """Write the lines, compressed as they come: a million of them are never in memory at once."""
    tally, body = _Tally(basis), io.BytesIO()
    with _compressed(body) as file:
        for one in occasions:
            tally.add(one)
            file.write(written(occasion_record(one)))
    head = written(basis.as_record())
    for (_, standard, item), counts in sorted(tally.items.items()):
        head += written(item_record(counts, titles[standard, item]))
    packed, content_hash, size = _joined(head, body.getvalue())
    return Frozen(basis, packed, content_hash, size, tally.number, sums(tally.board), sums(tally.flow))


def sums(cells: Mapping[tuple[str, str], Counts]) -> list[dict[str, Any]]:
    """Counts by unit and area as a row keeps them."""
    return [
        {"unit": unit, "area": area, "counts": counts_record(counts)} for (unit, area), counts in sorted(cells.items())
    ]


def _joined(head: bytes, body: bytes) -> tuple[bytes, str, int]:
    """(both as one compressed file, the hash of what is in it, how many bytes that is)."""
    first = io.BytesIO()
    with _compressed(first) as file:
        file.write(head)
    packed = first.getvalue() + body
    hashed, size = hash_of(packed)
    return packed, hashed, size


def hash_of(packed: bytes) -> tuple[str, int]:
    """(SHA-256 of what a compressed file holds, its bytes)."""
    digest, size = hashlib.sha256(), 0
    with gzip.open(io.BytesIO(packed)) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def _compressed(target: io.BytesIO) -> gzip.GzipFile:
    """Without name and time, so that the same bytes are the same file."""
    return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=target, mtime=0)


def _frozen_again(period: Period, earlier: FrozenPeriod, objects: ObjectFolder) -> Frozen:
    packed = objects.get(earlier.object_digest)
    basis = replace(
        basis_of(earlier), code=period.code, first_on=period.first, last_on=period.last, facts_from=_origin(earlier)
    )
    return pack(basis, occasions_of(packed), item_titles_of(packed))


def _origin(earlier: FrozenPeriod) -> str:
    return str(earlier.basis["facts_from"] or earlier.code)


def _basis(session: Session, period: Period, freezer: Freezer, known_at: datetime) -> Basis:
    dates, words = freezer.state_dates(period.last), freezer.rulebook.deadlines
    limits, tracking = words.grade_limits(period.last), tracking_of(session)
    return Basis(
        code=period.code,
        first_on=period.first,
        last_on=period.last,
        known_at=known_at.astimezone(UTC).isoformat(timespec="microseconds"),
        soon_until=dates.soon_until,
        long_before=dates.long_before,
        due_soon_workdays=words.states.due_soon_workdays,
        long_overdue_workdays=words.states.long_overdue_workdays,
        good_percent=limits.good_percent,
        watch_percent=limits.watch_percent,
        rulebook=freezer.rulebook.version,
        calendars={name: calendar.version for name, calendar in sorted(freezer.calendars.items())},
        standards=_standards(session, period.last),
        units=unit_names_on(session, period.last),
        areas={area.code: area.name for area in list_areas(session)},
        tracked_from=tracking.tracked_from if tracking else None,
    )


def _standards(session: Session, day: date) -> Mapping[str, Mapping[str, str]]:
    """The standards begun by a day: code → version and days of force."""
    rows = session.exec(select(Standard).where(col(Standard.effective_from) <= day))
    return {
        one.code: {
            "version": one.version,
            "effective_from": one.effective_from.isoformat(),
            "effective_to": one.effective_to.isoformat() if one.effective_to else "",
        }
        for one in rows
    }


def _items(session: Session) -> tuple[Mapping[Any, str], Titles]:
    """(item id → its standard, what items are called)."""
    items = session.exec(select(Item)).all()
    standards = {item.id: item.standard_code for item in items}
    return standards, {(item.standard_code, item.code): tuple(item.titles) for item in items}
