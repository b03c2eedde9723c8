"""What a number of the board counts, and where exactly its rows are listed: one measure for each question that is asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from flask import url_for

from registry.coverage.measures import LinkState
from registry.coverage.rules import ANSWERED, DUE, LATE, Counts, ElementCounts, Grade, LinkCounts, OccasionState, grade
from registry.rulebook.deadlines import GradeLimits

# The numbers beside the rates, by the key of their column.
BESIDE: Mapping[str, frozenset[OccasionState]] = {
    "overdue": LATE,
    "due_soon": frozenset({OccasionState.DUE_SOON}),
    "upcoming": frozenset({OccasionState.UPCOMING}),
    "extended": frozenset({OccasionState.EXTENDED}),
    "nothing_to_publish": frozenset({OccasionState.NOTHING_TO_PUBLISH}),
    "not_applicable": frozenset({OccasionState.NOT_APPLICABLE}),
    "needs_rule": frozenset({OccasionState.NEEDS_RULE}),
}
BEHIND: Mapping[str, frozenset[OccasionState]] = {
    "answered": ANSWERED,
    "due": DUE,
    "all": frozenset(),
    "met": frozenset({OccasionState.MET}),
    "met_late": frozenset({OccasionState.MET_LATE}),
    **BESIDE,
}
LINKS_BEHIND: Mapping[str, frozenset[LinkState]] = {
    "seen": frozenset({LinkState.SEEN}),
    "told": frozenset({LinkState.SEEN, LinkState.NOT_SEEN}),
    "not_seen": frozenset({LinkState.NOT_SEEN}),
    "unknown": frozenset({LinkState.UNKNOWN}),
    "never": frozenset({LinkState.NEVER}),
}

AnyCounts = Counts | ElementCounts | LinkCounts


class Measure(StrEnum):
    """公开率 · 按时率 · 要素齐全率 · 链接有效率."""

    RATE = "rate"
    ON_TIME = "on_time"
    ELEMENTS = "elements"
    LINKS = "links"


@dataclass(frozen=True)
class Reading:
    """How a measure is read: keys of the number that is good, of its denominator, and of the numbers beside it."""

    part: str
    whole: str
    beside: Sequence[str]


READINGS: Mapping[Measure, Reading] = {
    Measure.RATE: Reading("answered", "due", tuple(BESIDE)),
    Measure.ON_TIME: Reading("met", "due", ("met_late", *BESIDE)),
    Measure.ELEMENTS: Reading("covered", "asked", ("missing_elements",)),
    Measure.LINKS: Reading("seen", "told", ("not_seen", "unknown", "never")),
}


@dataclass(frozen=True)
class Cell:
    """Counts of a unit, an area, an item; an empty code stands for all of them. Every number has the address of its rows."""

    counts: AnyCounts
    limits: GradeLimits
    unit: str = ""
    area: str = ""
    as_of: date | None = None
    item: str = ""
    measure: Measure = Measure.RATE

    @property
    def reading(self) -> Reading:
        return READINGS[self.measure]

    @property
    def is_empty(self) -> bool:
        return not any(vars(self.counts).values())

    @property
    def part(self) -> int:
        return self.number(self.reading.part)

    @property
    def whole(self) -> int:
        return self.number(self.reading.whole)

    @property
    def rate(self) -> float | None:
        """0–1; None when there is nothing to divide by."""
        return self.part / self.whole if self.whole else None

    @property
    def grade(self) -> Grade:
        return grade(self.rate, good_percent=self.limits.good_percent, watch_percent=self.limits.watch_percent)

    def number(self, key: str) -> int:
        """How many rows are behind `key`."""
        if isinstance(self.counts, Counts):
            return sum(getattr(self.counts, state.value) for state in BEHIND[key])
        return int(getattr(self.counts, key))

    def address(self, key: str) -> str:
        """Where the rows behind that number are listed; `all` are the occasions, whatever is measured."""
        where: dict[str, str | Sequence[str] | date | None]
        where = {"unit": self.unit, "area": self.area, "item": self.item, "as_of": self.as_of}
        if key == "all":
            return occasions_address(**where)
        if isinstance(self.counts, ElementCounts):
            return _address(
                "counted.elements", where | {"covered": {"covered": "yes", "missing_elements": "no"}.get(key)}
            )
        if isinstance(self.counts, LinkCounts):
            return _address("counted.links", where | {"state": sorted(state.value for state in LINKS_BEHIND[key])})
        return occasions_address(**where, state=sorted(state.value for state in BEHIND[key]))


def occasions_address(**wanted: str | Sequence[str] | date | None) -> str:
    """The list of occasions under these filters; empty ones are left out."""
    return _address("coverage.occasions", wanted)


def _address(endpoint: str, wanted: Mapping[str, str | Sequence[str] | date | None]) -> str:
    return url_for(endpoint, **{name: value for name, value in wanted.items() if value})  # type: ignore[arg-type]
