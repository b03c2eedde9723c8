"""A view of the numbers that can be put beside another: a closed period as it was frozen, or the registry on any day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, url_for
from sqlmodel import Session

from registry import wording
from registry.bootstrap import Registry
from registry.closing.queries import Sums, basis_of, get_frozen, items_of, sums_of
from registry.closing.tables import FrozenPeriod
from registry.coverage.queries import DutyFilter, list_occasions
from registry.coverage.rules import ANSWERED, DUE, LATE, Counts, Grade, OccasionState, grade
from registry.web.boards import Boards

# What is counted, and in which states it is.
NUMBERS: Mapping[str, frozenset[OccasionState]] = {
    "due": DUE,
    "answered": ANSWERED,
    "met": frozenset({OccasionState.MET}),
    "met_late": frozenset({OccasionState.MET_LATE}),
    "overdue": LATE,
    "ahead": frozenset({OccasionState.UPCOMING, OccasionState.DUE_SOON, OccasionState.EXTENDED}),
    "nothing_to_publish": frozenset({OccasionState.NOTHING_TO_PUBLISH}),
    "not_applicable": frozenset({OccasionState.NOT_APPLICABLE}),
    "needs_rule": frozenset({OccasionState.NEEDS_RULE}),
    "all": frozenset(),
}


def number_of(counts: Counts, key: str) -> int:
    """How many are in the states behind a key of NUMBERS; without states all are meant."""
    return sum(getattr(counts, state.value) for state in NUMBERS[key] or OccasionState)


@dataclass(frozen=True)
class OwedItem:
    """What a unit owes of an item: its titles, its area, and the counts of its occasions."""

    code: str
    titles: tuple[str, ...]
    area: str
    counts: Counts


@dataclass(frozen=True)
class Side:
    """`period` is empty for the registry on `day`. `flow` says that only last days in the period count."""

    label: str
    day: date
    sums: Sums
    period: str = ""
    flow: bool = False

    def address(self, key: str, **wanted: str) -> str:
        """Where exactly the rows behind a number are listed: `wanted` are unit, area and item, as far as they are meant."""
        states = sorted(state.value for state in NUMBERS[key])
        asked: dict[str, Any] = {name: value for name, value in wanted.items() if value}
        if self.period:
            asked |= {"of": "flow"} if self.flow else {}
            return url_for("periods.rows", code=self.period, state=states, **asked)
        return url_for("coverage.occasions", state=states, as_of=self.day.isoformat(), **asked)


def frozen_side(frozen: FrozenPeriod, *, flow: bool = False) -> Side:
    """A closed period as it was frozen."""
    sums = sums_of(frozen.flow if flow else frozen.board)
    return Side(wording.months_and_days(frozen.code), basis_of(frozen).last_on, sums, frozen.code, flow)


def live_side(session: Session, registry: Registry, day: date) -> Side:
    """The registry on a day, as it is known now."""
    boards: Boards = current_app.extensions["boards"]
    sums = Sums(boards.on(session, registry.state_dates(day)).cells)
    return Side(wording.day_in_words(day), day, sums)


def items_owed(session: Session, registry: Registry, side: Side, unit: str) -> Mapping[str, OwedItem]:
    """Item code → what a unit owes of it on that side."""
    found: dict[str, OwedItem] = {}
    if side.period:
        packed = registry.objects.get(get_frozen(session, side.period).object_digest)
        for one, titles in items_of(packed):
            if one.unit == unit:
                found.setdefault(one.item, OwedItem(one.item, titles, one.area, Counts())).counts.merge(one.board)
        return found
    for row in list_occasions(session, registry.state_dates(side.day), DutyFilter(unit_code=unit)):
        owed = found.setdefault(row.item_code, OwedItem(row.item_code, row.item_titles, row.area_code, Counts()))
        owed.counts.add(row.state)
    return found


def grade_of(counts: Counts, limits: Any) -> Grade:
    """The grade of a rate by limits that have `good_percent` and `watch_percent`."""
    return grade(counts.rate, good_percent=limits.good_percent, watch_percent=limits.watch_percent)
