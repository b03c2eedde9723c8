"""管理标准: verdicts on what a requirement asks, from plain facts and a day. Pure; counts and items come from `standards/management/`.

Unknown is a verdict of its own and never counts as fulfilled: what is not due yet, what no rule decides, what the registry cannot see.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from registry.coverage.rules import LATE, OPEN, OccasionState
from registry.deadlines.workdays import Workdays
from registry.rulebook.regulations import Basis, Regulation


class Verdict(StrEnum):
    """Worst first."""

    FAILS = "fails"
    UNKNOWN = "unknown"
    HOLDS = "holds"


@dataclass(frozen=True)
class Judged:
    """A verdict and why, a code of `requirement_why` in the wording."""

    verdict: Verdict
    why: str


def holds(why: str) -> Judged:
    return Judged(Verdict.HOLDS, why)


def fails(why: str) -> Judged:
    return Judged(Verdict.FAILS, why)


def unknown(why: str) -> Judged:
    return Judged(Verdict.UNKNOWN, why)


@dataclass
class Tally:
    """How many of each verdict; `examined`, the denominator, leaves out what is unknown."""

    fails: int = 0
    unknown: int = 0
    holds: int = 0

    def add(self, verdict: Verdict) -> None:
        setattr(self, verdict.value, getattr(self, verdict.value) + 1)

    def merge(self, other: "Tally") -> None:
        for verdict in Verdict:
            setattr(self, verdict.value, self.number(verdict) + other.number(verdict))

    def number(self, verdict: Verdict) -> int:
        found: int = getattr(self, verdict.value)
        return found

    @property
    def examined(self) -> int:
        return self.holds + self.fails

    @property
    def total(self) -> int:
        return self.examined + self.unknown

    @property
    def rate(self) -> float | None:
        """Share of what was examined that holds, 0–1; None when nothing was."""
        return self.holds / self.examined if self.examined else None


def judge_publishing(state: OccasionState, *, published_on: date | None, formed_limit: date | None) -> Judged | None:
    """Whether an occasion was answered in time; None while it is not due or nothing is owed for it.

    `formed_limit` is the last day counted from when the information was formed, where the occasion's own start was only assumed.
    """
    if state is OccasionState.MET:
        if formed_limit is not None and published_on is not None and published_on > formed_limit:
            return fails("late_since_formed")
        return holds("in_time")
    if state is OccasionState.MET_LATE:
        return fails("late")
    if state in LATE:
        return fails("nothing_published")
    return unknown("needs_rule") if state is OccasionState.NEEDS_RULE else None


def judge_item(states: Collection[OccasionState]) -> Judged | None:
    """Whether an item of a unit has content; `states` are those of its occasions. None when nothing is owed for it."""
    if not {OccasionState.MET, OccasionState.MET_LATE}.isdisjoint(states):
        return holds("has_content")
    if not LATE.isdisjoint(states):
        return fails("empty")
    if OccasionState.NEEDS_RULE in states:
        return unknown("needs_rule")
    return None if OPEN.isdisjoint(states) else unknown("not_due")


def judge_channels(used: Collection[str], official: Collection[str]) -> Judged:
    """At least one of the channels that the standard names for the item is used."""
    if not official:
        return unknown("no_channels_named")
    return fails("no_official_channel") if set(used).isdisjoint(official) else holds("official_channel")


def judge_limit(done_on: date, limit: date | None) -> Judged:
    if limit is None:
        return unknown("no_calendar")
    return holds("in_time") if done_on <= limit else fails("late")


@dataclass(frozen=True)
class ReviewFacts:
    """What is recorded of the review of one public version. `claimed_on` is the day it says it was published, `registered_on` the day
    it was brought into the registry; a correction of what is public has no such day of its own.
    """

    has_reviewer: bool
    by_another: bool
    checks: frozenset[str]
    decided_on: date | None
    submitted: bool
    claimed_on: date
    registered_on: date
    is_correction: bool = False


def judge_review(facts: ReviewFacts, asked: Collection[str]) -> Judged:
    """先审查、后公开: by another person, on every point asked, no later than the day of publication.

    What was on the web before it was registered may have been reviewed there on paper: that is unknown.
    """
    if not facts.has_reviewer or facts.decided_on is None:
        return fails("not_reviewed")
    if not facts.by_another:
        return fails("same_person")
    if not facts.checks:
        return fails("no_points_ticked")
    if not facts.checks >= set(asked):
        return unknown("points_differ")
    if facts.is_correction or facts.decided_on <= facts.claimed_on:
        return holds("reviewed_before")
    return unknown("registered_after") if facts.claimed_on < facts.registered_on else fails("reviewed_after")


def judge_review_record(facts: ReviewFacts) -> Judged:
    """The record names who wrote, when it was handed over, who decided, when, and on which points."""
    whole = facts.has_reviewer and facts.submitted and facts.decided_on is not None and bool(facts.checks)
    return holds("recorded") if whole else fails("record_incomplete")


def judge_personal_data(*, found: int, unread: int, has_reason: bool) -> Judged:
    """Nothing that looks like personal data is left; with a reason somebody answers for it, which no program can judge."""
    if found:
        return unknown("published_with_reason") if has_reason else fails("personal_data_found")
    return unknown("file_not_read") if unread and not has_reason else holds("nothing_found")


def judge_interpretation(explained_on: Iterable[date], limit: date | None, *, is_needed: bool, as_of: date) -> Judged:
    """Whether the first interpretation came within its limit. A document nobody says needs one is unknown until it has one."""
    first = min(explained_on, default=None)
    if first is not None:
        return judge_limit(first, limit)
    return _unexplained(limit, is_needed=is_needed, as_of=as_of)


def judge_link(is_linked: bool, limit: date | None, *, is_needed: bool, as_of: date) -> Judged:
    """Whether a document and what explains it lead to each other."""
    return holds("linked") if is_linked else _unexplained(limit, is_needed=is_needed, as_of=as_of)


def _unexplained(limit: date | None, *, is_needed: bool, as_of: date) -> Judged:
    if not is_needed:
        return unknown("need_not_said")
    if limit is None:
        return unknown("no_calendar")
    return fails("not_interpreted") if limit < as_of else unknown("not_due")


def judge_display(published_on: date, ended_on: date | None, least_days: int, as_of: date) -> Judged:
    """Whether something was shown for `least_days` after the day it was published; `ended_on` is the first day it was gone."""
    until = published_on + timedelta(days=least_days)
    if ended_on is not None and ended_on <= as_of:
        return holds("shown_long_enough") if ended_on > until else fails("ended_early")
    return holds("shown_long_enough") if as_of >= until else unknown("still_shown")


def last_days(starts: Sequence[date], count: int, unit: str, calendar: Workdays) -> list[date | None]:
    """The last day of `count` days of kind `unit` after each start; None where the calendar does not reach."""
    if unit == "day":
        return [start + timedelta(days=count) for start in starts]
    ordinals = np.array([start.toordinal() for start in starts], dtype=np.int64)
    margin = timedelta(days=count * MOST_DAYS_A_WORKDAY + MOST_DAYS_A_WORKDAY)
    inside = (ordinals >= calendar.first.toordinal()) & (ordinals <= (calendar.last - margin).toordinal())
    ends = np.zeros_like(ordinals)
    if inside.any():
        ends[inside] = calendar.after_all(ordinals[inside], count)
    return [date.fromordinal(int(end)) if end else None for end in ends]


MOST_DAYS_A_WORKDAY = 20
"""No run of days off is longer, so that a count which begins this far before the calendar's end stays within it."""


def in_force(bases: Iterable[Basis], regulations: Mapping[str, Regulation], day: date) -> list[Basis]:
    """The bases whose edition holds on a day (2007 until 2019-05-14, 2019 from the next day on); without a known edition, all."""
    return [basis for basis in bases if _holds_on(basis, regulations, day)]


def _holds_on(basis: Basis, regulations: Mapping[str, Regulation], day: date) -> bool:
    regulation = regulations.get(basis.regulation or "")
    edition = regulation.find_edition(basis.edition) if regulation and basis.edition else None
    return edition is None or edition.holds_on(day)


class Standing(StrEnum):
    """What a requirement comes to on a day, computed or assessed."""

    FAILS = "fails"
    HOLDS = "holds"
    NOTHING = "nothing"
    ASSESSED = "assessed"
    PARTLY_ASSESSED = "partly_assessed"
    NOT_ASSESSED = "not_assessed"
    NOT_COMPUTED = "not_computed"


def standing_of(tally: Tally) -> Standing:
    """Of a computed requirement: it fails as soon as one thing does; NOTHING while nothing could be examined."""
    if tally.fails:
        return Standing.FAILS
    return Standing.HOLDS if tally.holds else Standing.NOTHING


@dataclass
class SelfTally:
    """How many self-assessments say what (codes of `self_verdict`, `disputed` apart), and how many of those asked said nothing."""

    said: dict[str, int] = field(default_factory=dict)
    asked: int = 0

    def add(self, code: str) -> None:
        self.said[code] = self.said.get(code, 0) + 1

    @property
    def missing(self) -> int:
        return self.asked - sum(self.said.values())

    @property
    def standing(self) -> Standing:
        if not self.missing:
            return Standing.ASSESSED
        return Standing.NOT_ASSESSED if self.missing == self.asked else Standing.PARTLY_ASSESSED
