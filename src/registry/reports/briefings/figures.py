"""What a briefing is drafted from: the numbers of the last day of its period, those of the period before, and the problems found."""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from sqlmodel import Session

from registry.assessment.queries import list_findings
from registry.assessment.rules import Finding
from registry.assessment.telling import finding_in_words
from registry.closing.tables import FrozenPeriod
from registry.coverage.queries import Board, board
from registry.coverage.rules import Counts, Grade, StateDates, grade
from registry.deadlines.counting import period_of
from registry.duties.queries import tracking_of
from registry.duties.rules import PERIOD_FORMS, Period, period_code, period_from
from registry.errors import Invalid, Issue
from registry.items.queries import list_areas
from registry.reports.board_tables import Names, worst_first
from registry.reports.comparing import frozen_board
from registry.rulebook.assessment import DoubtRule, Edition
from registry.rulebook.book import Rulebook
from registry.rulebook.deadlines import GradeLimits
from registry.units.queries import unit_names


@dataclass(frozen=True)
class Problem:
    """A finding in words, with the names of its rule and unit."""

    finding: Finding
    rule: str
    unit: str
    text: str


@dataclass(frozen=True)
class Ranked:
    """A unit in the order of rates; `short` is how many more it needed to be 达标."""

    code: str
    name: str
    counts: Counts
    grade: Grade
    short: int


@dataclass(frozen=True)
class Before:
    """The period before, with its counts on its last day."""

    period: str
    day: date
    counts: Counts


@dataclass(frozen=True)
class Figures:
    """`day` is the last of the period, or today while it runs; `is_closed` says whether its numbers can still change."""

    period: Period
    day: date
    is_closed: bool
    board: Board
    names: Names
    limits: GradeLimits
    before: Before | None
    problems: Sequence[Problem]

    @cached_property
    def total(self) -> Counts:
        return self.board.total()

    @property
    def late(self) -> int:
        return self.total.overdue + self.total.long_overdue

    @cached_property
    def ranking(self) -> list[Ranked]:
        """Units that owed anything, best first; of the same rate the one that owed more, then by the order of the catalog."""
        ranked = [self._ranked(code) for code in self.names.units if self.board.of_unit(code).due]
        return sorted(ranked, key=lambda one: (-(one.counts.rate or 0), -one.counts.due))

    @property
    def off_target(self) -> list[Ranked]:
        """Worst first, as on the board."""
        ranked = {one.code: one for one in self.ranking}
        codes = [code for code in worst_first(self.board, self.names.units) if code in ranked]
        return [ranked[code] for code in codes if ranked[code].grade is not Grade.GOOD]

    @property
    def by_rule(self) -> Mapping[str, list[Problem]]:
        """Rule → its problems, in the order in which they were found."""
        found: dict[str, list[Problem]] = defaultdict(list)
        for problem in self.problems:
            found[problem.finding.rule].append(problem)
        return found

    @property
    def digest(self) -> str:
        """By which a draft knows that nothing it was made from has changed."""
        cells = sorted((*key, counts.as_record()) for key, counts in self.board.cells.items() if counts.total)
        told = [[one.finding.key, one.text] for one in self.problems]
        before = [self.before.period, self.before.counts.as_record()] if self.before else None
        written = json.dumps([cells, told, before, self.is_closed, self.day.isoformat()], ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()[:16]

    def _ranked(self, code: str) -> Ranked:
        counts = self.board.of_unit(code)
        good = self.limits.good_percent
        graded = grade(counts.rate, good_percent=good, watch_percent=self.limits.watch_percent)
        short = max(0, math.ceil(counts.due * good / 100) - counts.answered)
        return Ranked(code, self.names.units[code], counts, graded, short)


def gather(
    session: Session,
    code: str,
    today: date,
    dates_on: Callable[[date | None], StateDates],
    rulebook: Rulebook,
) -> Figures:
    """The figures of a period that has begun; Invalid for what is no period or has not."""
    period = period_from(code)
    if period is None:
        raise Invalid([Issue("period", "period_form", {"found": code})])
    if period.first > today:
        raise Invalid(
            [Issue("period", "briefing_period_not_begun", {"found": code, "first": period.first.isoformat()})]
        )
    day = min(period.last, today)
    dates, frozen = dates_on(day), session.get(FrozenPeriod, code)
    names = Names(unit_names(session), {area.code: area.name for area in list_areas(session)})
    return Figures(
        period=period,
        day=day,
        is_closed=frozen is not None,
        board=frozen_board(frozen) if frozen else board(session, dates),
        names=names,
        limits=rulebook.deadlines.grade_limits(day),
        before=_before(session, period, dates_on),
        problems=_problems(session, dates, names, rulebook.assessment.on(day)),
    )


def _before(session: Session, period: Period, dates_on: Callable[[date | None], StateDates]) -> Before | None:
    """As it was closed, if it was; None where nothing was recorded yet: unknown is not nought."""
    last, code = period.first - timedelta(days=1), period_before(period)
    frozen = session.get(FrozenPeriod, code)
    if frozen is not None:
        return Before(code, last, frozen_board(frozen).total())
    tracking = tracking_of(session)
    if tracking is None or last < tracking.tracked_from:
        return None
    return Before(code, last, board(session, dates_on(last)).total())


def period_before(period: Period) -> str:
    """The code of the period of the same length that ended the day before."""
    kind = next(kind for kind, form in PERIOD_FORMS.items() if form.fullmatch(period.code))
    first, _ = period_of(kind, period.first - timedelta(days=1))
    return period_code(kind, first)


def recent_periods(today: date, *, since: date = date.min, months: int = 6, quarters: int = 4) -> list[str]:
    """Codes of finished periods a briefing may be about, of each kind the last ones first; none that ended before anything was recorded."""
    found = []
    for kind, number in (("month", months), ("quarter", quarters), ("half_year", 2), ("year", 2)):
        first, _ = period_of(kind, today)
        for _ in range(number):
            first, last = period_of(kind, first - timedelta(days=1))
            if last >= since:
                found.append(period_code(kind, first))
    return found


def _problems(session: Session, dates: StateDates, names: Names, rules: Edition) -> list[Problem]:
    """What was found, but for doubts: nobody is named for what has yet to be looked into."""
    return [
        Problem(one, rules.rules[one.rule].name, names.units.get(one.unit_code, one.unit_code), finding_in_words(one))
        for one in list_findings(session, dates, rules)
        if not isinstance(rules.rules[one.rule], DoubtRule)
    ]
