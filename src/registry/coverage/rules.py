"""occasion + publications + date → state. One function answers for today, for last quarter and for a closed month. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from registry.deadlines.workdays import Workdays


class OccasionState(StrEnum):
    """未到期 · 即将到期 · 已公开（按时） · 已公开（迟） · 逾期 · 严重逾期 · 本期无信息 · 不适用 · 已批准延期 · 待定规则, worst first."""

    LONG_OVERDUE = "long_overdue"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    EXTENDED = "extended"
    UPCOMING = "upcoming"
    NEEDS_RULE = "needs_rule"
    MET_LATE = "met_late"
    MET = "met"
    NOTHING_TO_PUBLISH = "nothing_to_publish"
    NOT_APPLICABLE = "not_applicable"


WORST_FIRST = {state: rank for rank, state in enumerate(OccasionState)}

OPEN = frozenset(
    {
        OccasionState.LONG_OVERDUE,
        OccasionState.OVERDUE,
        OccasionState.DUE_SOON,
        OccasionState.EXTENDED,
        OccasionState.UPCOMING,
    }
)

ANSWERED = frozenset({OccasionState.MET, OccasionState.MET_LATE})

LATE = frozenset({OccasionState.OVERDUE, OccasionState.LONG_OVERDUE})

DUE = ANSWERED | LATE


@dataclass(frozen=True)
class Thresholds:
    """When something is 即将到期 and when 严重逾期, in working days; from `standards/deadlines.yaml`."""

    due_soon_workdays: int
    long_overdue_workdays: int


@dataclass(frozen=True)
class StateDates:
    """A day turned into the three comparisons every state needs, so that judging a million occasions needs no calendar."""

    as_of: date
    soon_until: date
    long_before: date


def state_dates(as_of: date, calendar: Workdays, thresholds: Thresholds) -> StateDates:
    """`soon_until` is the last due date that is 即将到期; due dates before `long_before` are 严重逾期."""
    return StateDates(
        as_of=as_of,
        soon_until=calendar.after(as_of, thresholds.due_soon_workdays),
        long_before=calendar.before(as_of, thresholds.long_overdue_workdays),
    )


@dataclass(frozen=True)
class Facts:
    """What is known of one occasion: all dates, nothing about today.

    `disclosed` are (from, to) spans in which a publication for it was public, `to` None while it still is.
    """

    due_on: date | None
    disclosed: tuple[tuple[date, date | None], ...] = ()
    extended_to: date | None = None
    nothing_from: date | None = None
    not_applicable: tuple[tuple[date, date | None], ...] = ()


def state(facts: Facts, dates: StateDates) -> OccasionState:
    """The state of an occasion on `dates.as_of`. A publication counts on the days on which it was public, from its first one."""
    as_of = dates.as_of
    if any(start <= as_of and (end is None or as_of <= end) for start, end in facts.not_applicable):
        return OccasionState.NOT_APPLICABLE
    limit = facts.extended_to or facts.due_on
    published_on = min(
        (start for start, end in facts.disclosed if start <= as_of and (end is None or as_of < end)),
        default=None,
    )
    if published_on is not None:
        return OccasionState.MET_LATE if limit is not None and published_on > limit else OccasionState.MET
    if facts.nothing_from is not None and facts.nothing_from <= as_of:
        return OccasionState.NOTHING_TO_PUBLISH
    if limit is None:
        return OccasionState.NEEDS_RULE
    return open_state(limit, dates, extended=facts.extended_to is not None)


def open_state(limit: date, dates: StateDates, *, extended: bool = False) -> OccasionState:
    """The state of an unanswered occasion by its last day."""
    if limit < dates.long_before:
        return OccasionState.LONG_OVERDUE
    if limit < dates.as_of:
        return OccasionState.OVERDUE
    if extended:
        return OccasionState.EXTENDED
    return OccasionState.DUE_SOON if limit <= dates.soon_until else OccasionState.UPCOMING


def worst(states: Iterable[OccasionState]) -> OccasionState | None:
    """The state that needs attention most; None of nothing."""
    return min(states, key=WORST_FIRST.__getitem__, default=None)


@dataclass(frozen=True)
class Openness:
    """An item's occasions folded into two columns that do not age: the earliest unanswered last day, and the word when nothing is open."""

    open_due: date | None
    settled: OccasionState


def state_from(openness: Openness, dates: StateDates) -> OccasionState:
    """The worst state of all the occasions behind `openness` on the day of `dates`."""
    if openness.open_due is not None:
        return open_state(openness.open_due, dates)
    return openness.settled


@dataclass
class Counts:
    """How many occasions are in each state; `due` is the denominator of both rates."""

    met: int = 0
    met_late: int = 0
    overdue: int = 0
    long_overdue: int = 0
    upcoming: int = 0
    due_soon: int = 0
    nothing_to_publish: int = 0
    not_applicable: int = 0
    extended: int = 0
    needs_rule: int = 0

    def add(self, state: OccasionState, number: int = 1) -> None:
        setattr(self, state.value, getattr(self, state.value) + number)

    def merge(self, other: "Counts") -> None:
        for name, number in vars(other).items():
            setattr(self, name, getattr(self, name) + number)

    @property
    def answered(self) -> int:
        return self.met + self.met_late

    @property
    def due(self) -> int:
        """Occasions that had to be answered by now, or have been: the denominator."""
        return self.answered + self.overdue + self.long_overdue

    @property
    def total(self) -> int:
        return sum(vars(self).values())

    @property
    def rate(self) -> float | None:
        """Share of due occasions that were answered, 0–1; None when nothing was due."""
        return self.answered / self.due if self.due else None

    @property
    def on_time_rate(self) -> float | None:
        """Share of due occasions answered in time, 0–1; None when nothing was due."""
        return self.met / self.due if self.due else None

    def as_record(self) -> dict[str, int | float | None]:
        """The shape of `coverage --json`."""
        rates = {"rate": _rounded(self.rate), "on_time_rate": _rounded(self.on_time_rate)}
        return {"due": self.due, **{one.name: getattr(self, one.name) for one in fields(self)}, **rates}


@dataclass
class ElementCounts:
    """要素齐全: of the elements of the items behind answered occasions (`asked`), those that what was public names (`covered`)."""

    covered: int = 0
    asked: int = 0

    @property
    def missing_elements(self) -> int:
        return self.asked - self.covered

    @property
    def rate(self) -> float | None:
        return self.covered / self.asked if self.asked else None

    def as_record(self) -> dict[str, int | float | None]:
        """The shape of `elements` in `coverage --json --elements`."""
        return {"asked": self.asked, "covered": self.covered, "rate": _rounded(self.rate)}


@dataclass
class LinkCounts:
    """链接有效: public addresses by what the last look at each found. Doubt, and what nobody looked at, are never counted as dead."""

    seen: int = 0
    not_seen: int = 0
    unknown: int = 0
    never: int = 0

    @property
    def told(self) -> int:
        """Addresses of which something is known: the denominator."""
        return self.seen + self.not_seen

    @property
    def rate(self) -> float | None:
        return self.seen / self.told if self.told else None


class Grade(StrEnum):
    """达标 · 关注 · 整改, and nothing due."""

    GOOD = "good"
    WATCH = "watch"
    RECTIFY = "rectify"
    NONE = "none"


def grade(rate: float | None, *, good_percent: int, watch_percent: int) -> Grade:
    """The grade of a rate (0–1) by the lowest rates of 达标 and 关注, which `standards/deadlines.yaml` gives with their day."""
    if rate is None:
        return Grade.NONE
    if rate * 100 >= good_percent:
        return Grade.GOOD
    return Grade.WATCH if rate * 100 >= watch_percent else Grade.RECTIFY


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
