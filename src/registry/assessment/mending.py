"""先整改这五项: what gains a unit most, computed by judging changed facts with the same functions. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from registry.assessment.facts import Facts, Version
from registry.assessment.finding import assess_unit
from registry.assessment.rules import Finding, UnitAssessment
from registry.coverage import rules as coverage
from registry.coverage.queries import OccasionRow
from registry.rulebook.assessment import Edition

AT_MOST = 5


class Remedy(StrEnum):
    """What is done about a record: 公开 · 恢复地址 · 更正 · 复核."""

    PUBLISH = "publish"
    RESTORE = "restore"
    CORRECT = "correct"
    CONFIRM = "confirm"


# What was late stays late (IRREPARABLE), a doubt is looked into, and a blank or stale column is mended by what is published in it.
REMEDIES: Mapping[str, Remedy] = {
    "long_overdue": Remedy.PUBLISH,
    "overdue": Remedy.PUBLISH,
    "dead_link": Remedy.RESTORE,
    "missing_table": Remedy.CORRECT,
    "missing_element": Remedy.CORRECT,
    "title_number": Remedy.CORRECT,
    "personal_data": Remedy.CORRECT,
    "unreviewed": Remedy.CORRECT,
    "unconfirmed": Remedy.CONFIRM,
}


IRREPARABLE = frozenset({"late"})


@dataclass(frozen=True)
class Action:
    """One thing to do about one record, and the findings it is done for, all of that record."""

    remedy: Remedy
    subject: str
    subject_id: str
    reasons: tuple[Finding, ...]

    @property
    def gains_like(self) -> tuple[Remedy, tuple[str, ...], str]:
        """Actions of which this is the same gain the same, but for what is already capped; columns are told apart."""
        return self.remedy, tuple(sorted({one.rule for one in self.reasons})), self.reasons[0].item_code


@dataclass(frozen=True)
class Step:
    """An action with how the unit stands after it and all those before it."""

    action: Action
    points: float
    after: UnitAssessment


@dataclass(frozen=True)
class Plan:
    """The steps in the order of what they gain, from how the unit stands `before`."""

    before: UnitAssessment
    steps: Sequence[Step]

    @property
    def after(self) -> UnitAssessment:
        """How it stands after all of them."""
        return self.steps[-1].after if self.steps else self.before


def plan(unit_code: str, facts: Facts, rules: Edition, *, at_most: int = AT_MOST) -> Plan:
    """The actions that gain most points, then rate, then mend most records of vetoes; the oldest of those that gain the same.

    After each the facts are as they would be then, so that caps, and what is then late instead of missing, are told as they are.
    """
    before = assess_unit(unit_code, facts, rules)
    stands, steps = before, list[Step]()
    while len(steps) < at_most:
        tried = [(action, mended(facts, action)) for action in _worth_trying(stands.findings)]
        judged = [(action, changed, assess_unit(unit_code, changed, rules)) for action, changed in tried]
        best = max(judged, key=lambda one: _gain(stands, one[2]), default=None)
        if best is None or _gain(stands, best[2]) <= (0, 0, 0):
            break
        action, facts, after = best
        steps.append(Step(action, after.score - stands.score, after))
        stands = after
    return Plan(before, steps)


def actions(findings: Iterable[Finding]) -> list[Action]:
    """Everything that can be done about the findings, what is oldest first."""
    found: dict[tuple[Remedy, str, str], list[Finding]] = defaultdict(list)
    for one in findings:
        remedy = REMEDIES.get(one.rule)
        if remedy is not None:
            found[(remedy, one.subject, one.subject_id)].append(one)
    made = [Action(*key, tuple(reasons)) for key, reasons in found.items()]
    return sorted(made, key=lambda one: (str(one.reasons[0].since or ""), one.subject_id))


def mended(facts: Facts, action: Action) -> Facts:
    """The facts as they would be had the action been taken on their day."""
    if action.remedy is Remedy.PUBLISH:
        rows = [_published(row, facts.as_of, action) for row in facts.occasions]
        return replace(facts, occasions=rows)
    repair = REPAIRS[action.remedy]
    versions = [repair(one) if str(one.publication_id) == action.subject_id else one for one in facts.versions]
    if action.remedy is not Remedy.RESTORE:
        return replace(facts, versions=versions)
    shown = {one.publication_id: one.shown_from for one in versions if str(one.publication_id) == action.subject_id}
    rows = [_found_again(row, facts.as_of, shown) for row in facts.occasions]
    return replace(facts, versions=versions, occasions=rows)


def _published(row: OccasionRow, as_of: date, action: Action) -> OccasionRow:
    """The occasion of the action, answered on the day; others as they are."""
    return _answered(row, as_of, as_of) if str(row.occasion_id) == action.subject_id else row


def _found_again(row: OccasionRow, as_of: date, shown: Mapping[UUID, date]) -> OccasionRow:
    """An occasion whose publication was not found any more, answered by it from its first day on."""
    if row.unseen_id is None or row.unseen_id not in shown:
        return row
    return replace(_answered(row, as_of, shown[row.unseen_id]), publication_id=row.unseen_id, unseen_id=None)


def _answered(row: OccasionRow, as_of: date, published_on: date) -> OccasionRow:
    known = coverage.Facts(due_on=row.limit, disclosed=((published_on, None),))
    word = coverage.state(known, coverage.StateDates(as_of, as_of, as_of))
    return replace(row, state=word, published_on=published_on)


def _worth_trying(findings: Iterable[Finding]) -> list[Action]:
    """Of actions that gain the same the oldest is enough."""
    first: dict[object, Action] = {}
    for action in actions(findings):
        first.setdefault(action.gains_like, action)
    return list(first.values())


def _gain(before: UnitAssessment, after: UnitAssessment) -> tuple[float, float, int]:
    rates = [one.counts.rate if one.counts.rate is not None else 0 for one in (before, after)]
    return after.score - before.score, rates[1] - rates[0], len(before.vetoes) - len(after.vetoes)


def _corrected(one: Version) -> Version:
    """The next version: reviewed, whole, rightly titled, and without what must not be told."""
    return replace(one, is_reviewed=True, missing_elements=(), missing_tables=(), title_flaws=(), personal_data=())


REPAIRS: Mapping[Remedy, Callable[[Version], Version]] = {
    Remedy.CORRECT: _corrected,
    Remedy.RESTORE: lambda one: replace(one, dead=()),
    Remedy.CONFIRM: lambda one: replace(one, unconfirmed_since=None),
}
