"""From a clause and an event to a due date with its proof. Pure: calendar and rules are arguments, numbers come from the data files."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

import numpy as np

from registry.deadlines.clauses import Clause, ClauseKind, Unit, sets_a_latest_day
from registry.deadlines.counting import (
    PERIOD_MONTHS,
    Term,
    end_of,
    ends_of,
    next_day_of_period,
    next_fixed_date,
    period_of,
)
from registry.deadlines.workdays import Ordinals, Workdays

Asked = tuple[Clause, date]


class Decides(StrEnum):
    """What of a count a rule decides."""

    START = "start"
    NUMBER = "number"
    MONTHS = "months"
    LAST_DAY = "last_day"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class CountingRule:
    """How a kind of count is counted, with the article that says so and the days of the event it holds for.

    It concerns counts in its `units` whose trigger holds one of its `triggers`; without them, all. `count` is the longest time the law
    gives, `extension` by how much it may be extended, `moves` whether a last day that is a day off moves on.
    """

    code: str
    rule: str
    regulation: str
    article: str
    evidence: str
    decides: Decides
    edition: str | None = None
    from_on: date | None = None
    to_on: date | None = None
    units: tuple[Unit, ...] = ()
    triggers: tuple[str, ...] = ()
    count: int | None = None
    extension: int | None = None
    moves: bool = False

    def holds_on(self, event_on: date) -> bool:
        return _is_within(event_on, self.from_on, self.to_on)

    def concerns(self, clause: Clause, unit: Unit | None) -> bool:
        if self.units and unit not in self.units:
            return False
        return not self.triggers or any(word in (clause.trigger or "") for word in self.triggers)


@dataclass(frozen=True)
class Fallback:
    """The count that stands in where a text says 及时 or 按月 without a number, with its article and the days it is in force."""

    code: str
    kinds: frozenset[ClauseKind]
    count: int
    unit: Unit
    regulation: str
    edition: str
    article: str
    from_on: date
    to_on: date | None

    def holds_for(self, clause: Clause, event_on: date) -> bool:
        return clause.kind in self.kinds and _is_within(event_on, self.from_on, self.to_on)


def _is_within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True, eq=False)
class Length:
    """How long a clause gives for events of some era: the term, the rules that concern it, and the fall-back the number came from."""

    term: Term
    rules: tuple[CountingRule, ...]
    fallback: Fallback | None = None


@dataclass(frozen=True)
class Rules:
    """Everything the data files say about counting."""

    fallbacks: tuple[Fallback, ...] = ()
    counting: tuple[CountingRule, ...] = ()

    def length_of(self, clause: Clause, event_on: date) -> Length | None:
        """How long the clause gives for an event on that day; None when nothing gives a number. The same within an era, so kept."""
        key = clause, bisect_right(self._eras, event_on)
        if key not in self._lengths:
            self._lengths[key] = self._length(clause, event_on)
        return self._lengths[key]

    def _length(self, clause: Clause, event_on: date) -> Length | None:
        if clause.count and clause.unit:
            rules = self.concerning(clause, clause.unit, event_on)
            backwards = clause.kind is ClauseKind.BEFORE_EVENT
            moves = not backwards and clause.kind is not ClauseKind.MIN_NOTICE and any(one.moves for one in rules)
            kept = tuple(one for one in rules if moves or not one.moves)
            return Length(Term(clause.count, clause.unit, backwards=backwards, moves=moves), kept)
        fallback = next((one for one in self.fallbacks if one.holds_for(clause, event_on)), None)
        if fallback is None:
            return None
        rules = self.concerning(clause, fallback.unit, event_on)
        return Length(Term(fallback.count, fallback.unit), rules, fallback)

    def concerning(self, clause: Clause, unit: Unit | None, event_on: date) -> tuple[CountingRule, ...]:
        """The rules of a count from an event on that day; of those about the last day only the most particular."""
        found = [one for one in self.counting if one.holds_on(event_on) and one.concerns(clause, unit)]
        of_last_day = [one for one in found if one.decides is Decides.LAST_DAY]
        deciding = min(of_last_day, key=lambda one: not one.triggers, default=None)
        return tuple(one for one in found if one.decides is not Decides.LAST_DAY or one is deciding)

    @cached_property
    def _eras(self) -> list[date]:
        """The days on which a rule begins to hold or holds no more."""
        dated: list[CountingRule | Fallback] = [*self.counting, *self.fallbacks]
        begins = {one.from_on for one in dated if one.from_on}
        return sorted(begins | {one.to_on + timedelta(days=1) for one in dated if one.to_on})

    @cached_property
    def _lengths(self) -> dict[tuple[Clause, int], Length | None]:
        return {}


@dataclass(frozen=True)
class Step:
    """One day of a count: whether it was counted, and why (a holiday's name or a code of `day_kind`)."""

    date: date
    counted: bool
    why: str


@dataclass(frozen=True)
class Due:
    """The end of a count with its proof.

    `due_on` is the last day in time, or with `is_minimum` the first day a notice may end. `term` is None for a date of the calendar, as in
    每年1月31日前. `fallback` is set when the text itself gave no number, `moved_from` when the last day was a day off, `extended_to` when
    the law lets a reply be extended so far, `exceeds` when the text gives longer than the law.
    """

    due_on: date
    clause: Clause
    counted_from: date
    calendar: str
    calendar_version: str
    provisional: bool
    term: Term | None = None
    rules: tuple[CountingRule, ...] = ()
    fallback: Fallback | None = None
    moved_from: date | None = None
    is_minimum: bool = False
    extended_to: date | None = None
    exceeds: CountingRule | None = None

    @property
    def by_calendar(self) -> bool:
        """Whether the date depends on which days are working days."""
        return self.term is not None and (self.term.unit is Unit.WORKDAY or self.term.moves)


def due_date(clause: Clause, event_on: date, calendar: Workdays, rules: Rules) -> Due | None:
    """Last day on which the information may still be disclosed in time, or None when no rule gives one (待定规则).

    Counting starts on the day after `event_on`; of a period (按季度) on the day after its last. Working days are counted by `calendar`; 日
    are calendar days, as 预算法 第十四条 says 二十日 and names no working days. A clause without a number uses the fall-back in force on
    `event_on` (条例 2007 第十八条, 2019 第二十六条). Before an event (听证七日前) it is the latest day from which the count still fits.
    Raises CalendarTooShort when the calendar ends before the count does.
    """
    return due_dates([(clause, event_on)], calendar, rules)[clause, event_on]


def due_dates(asked: Iterable[Asked], calendar: Workdays, rules: Rules) -> dict[Asked, Due | None]:
    """`due_date` for many clauses and days at once: counts of one length are taken together as arrays."""
    found: dict[Asked, Due | None] = {}
    counted: dict[Length, list[Asked]] = defaultdict(list)
    for clause, event_on in dict.fromkeys(asked):
        fixed = _calendar_day(clause, event_on)
        length = rules.length_of(clause, event_on) if fixed is None and sets_a_latest_day(clause) else None
        if length is not None:
            counted[length].append((clause, event_on))
        found[clause, event_on] = _fixed(clause, event_on, fixed, calendar) if fixed else None
    for length, together in counted.items():
        found.update(zip(together, _counted(length, together, calendar), strict=True))
    return found


def earliest_end(clause: Clause, start_on: date, calendar: Workdays, rules: Rules) -> Due | None:
    """For 公示不少于30日: the first day on which what began on `start_on` may end; None for every other kind. Never a latest date."""
    length = rules.length_of(clause, start_on) if clause.kind is ClauseKind.MIN_NOTICE else None
    return next(_counted(length, [(clause, start_on)], calendar)) if length else None


def start_of(clause: Clause, event_on: date) -> date:
    """The day the count starts from: the event itself, of a period its last day."""
    if clause.kind is ClauseKind.PERIODIC and clause.period in PERIOD_MONTHS and not _repeats_after_years(clause):
        return period_of(clause.period, event_on)[1]
    return event_on


def _repeats_after_years(clause: Clause) -> bool:
    """每隔2年清理一次 counts from the last time, not from the end of a period."""
    return clause.count is not None and clause.direction is None


def _calendar_day(clause: Clause, event_on: date) -> date | None:
    """The due date of clauses that name a day instead of a count: 每年1月31日前, 每月10日前, 每半年至少一次."""
    if clause.kind is ClauseKind.FIXED_DATE and clause.on:
        return next_fixed_date(clause.on, event_on)
    if clause.kind is not ClauseKind.PERIODIC or clause.period is None:
        return None
    if clause.direction == "before" and clause.count:
        return next_day_of_period(clause.period, clause.count, event_on)
    return period_of(clause.period, event_on)[1] if clause.direction == "within" and not clause.count else None


def _fixed(clause: Clause, event_on: date, day: date, calendar: Workdays) -> Due:
    return Due(day, clause, event_on, calendar.name, calendar.version, provisional=False)


def _counted(length: Length, asked: Sequence[Asked], calendar: Workdays) -> Iterator[Due]:
    """The ends of counts of one length, in the order asked."""
    term = length.term
    starts = np.array([start_of(clause, event_on).toordinal() for clause, event_on in asked], dtype=np.int64)
    unmoved = ends_of(replace(term, moves=False), starts, calendar)
    ends = calendar.from_all(unmoved) if term.moves else unmoved
    by_calendar = term.unit is Unit.WORKDAY or term.moves
    rules = tuple(one for one in length.rules if calendar.is_local or one.decides is not Decides.CALENDAR)
    for (clause, _), start, day, end in zip(asked, _dates(starts), _dates(unmoved), _dates(ends), strict=True):
        yield Due(
            due_on=end,
            clause=clause,
            counted_from=start,
            calendar=calendar.name,
            calendar_version=calendar.version,
            provisional=by_calendar and calendar.is_provisional((start, end)),
            term=term,
            rules=rules,
            fallback=length.fallback,
            moved_from=day if day != end else None,
            is_minimum=clause.kind is ClauseKind.MIN_NOTICE,
            extended_to=_extended(clause, end, length.rules, calendar),
            exceeds=next((one for one in length.rules if one.count and term.count > one.count), None),
        )


def _dates(ordinals: Ordinals) -> Iterator[date]:
    return map(date.fromordinal, ordinals.tolist())


def _extended(clause: Clause, due_on: date, rules: Sequence[CountingRule], calendar: Workdays) -> date | None:
    """How far a reply may be extended: 15 working days until 2019-05-14, 20 since (条例 2007 第二十四条, 2019 第三十三条)."""
    extension = next((one.extension for one in rules if one.extension), None)
    if clause.kind is not ClauseKind.RESPONSE or extension is None:
        return None
    return end_of(Term(extension, Unit.WORKDAY), due_on, calendar)


def steps(due: Due, calendar: Workdays) -> list[Step]:
    """Each day of the count with its reason: counted, skipped or added; of months and years each month's day; of a date only itself."""
    if due.term is None:
        return [Step(due.due_on, True, "fixed_date")]
    first, last = sorted((due.counted_from, due.due_on))
    if due.term.backwards:
        days = [date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal())]
    elif due.term.unit in (Unit.MONTH, Unit.YEAR):
        days = _corresponding_days(due, calendar)
    else:
        days = [date.fromordinal(ordinal) for ordinal in range(first.toordinal() + 1, last.toordinal() + 1)]
    return [_step(day, due, calendar) for day in days]


def _corresponding_days(due: Due, calendar: Workdays) -> list[date]:
    term, last = due.term, due.moved_from or due.due_on
    numbers = range(1, term.count + 1) if term else ()
    days = [end_of(Term(number, term.unit), due.counted_from, calendar) for number in numbers if term]
    return days + [date.fromordinal(one) for one in range(last.toordinal() + 1, due.due_on.toordinal() + 1)]


def _step(day: date, due: Due, calendar: Workdays) -> Step:
    """Where the last day moved on, the days it passed over are named as what they are, and it itself as moved."""
    if due.moved_from and day > due.moved_from:
        return Step(day, False, "moved_to" if day == due.due_on else calendar.reason(day))
    if due.term is not None and due.term.unit is Unit.WORKDAY:
        return Step(day, calendar.is_workday(day), calendar.reason(day))
    return Step(day, True, "day")
