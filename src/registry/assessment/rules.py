"""考核: what is wrong on a day, by which rule, and what it costs. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from registry.coverage.rules import Counts
from registry.rulebook.assessment import DoubtRule, Edition, PointRule, VetoRule


@dataclass(frozen=True)
class Finding:
    """One thing wrong on a day: the rule of `standards/assessment.yaml` it breaks, whose it is, and the record it is about.

    `subject` is the kind of record (occasion, publication, item, requirement), `subject_id` its id or code. `context` fills the sentence
    of `finding` in the wording. `points` are lost by it; a veto finding (单项否决) loses none and stands apart, and so does a doubt (存疑).
    """

    rule: str
    unit_code: str
    area_code: str
    item_code: str
    subject: str
    subject_id: str
    since: date | None = None
    points: float = 0
    is_veto: bool = False
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is the same by on another day."""
        return self.rule, self.unit_code, self.subject, self.subject_id


@dataclass(frozen=True)
class Verdict:
    """Whether a veto rule holds for a unit, or for the whole city where `unit_code` is empty: `count` records against `threshold`."""

    rule: str
    unit_code: str
    count: int
    threshold: int

    @property
    def holds(self) -> bool:
        return self.count >= self.threshold


@dataclass(frozen=True)
class Lost:
    """What a unit loses by the `count` records of one point rule; `is_capped` where its group can cost no more."""

    rule: str
    group: str
    count: int
    points: float
    is_capped: bool


@dataclass(frozen=True)
class UnitAssessment:
    """A unit on a day. Veto findings and doubts stand beside the score and never change it; `counts` are its occasions by state."""

    unit_code: str
    counts: Counts
    findings: Sequence[Finding]
    rules: Edition

    @property
    def vetoes(self) -> list[Finding]:
        return [one for one in self.findings if one.is_veto]

    @property
    def doubts(self) -> list[Finding]:
        return [one for one in self.findings if isinstance(self.rules.rules[one.rule], DoubtRule)]

    @property
    def faults(self) -> list[Finding]:
        """What loses points, also beyond a cap."""
        return [one for one in self.findings if isinstance(self.rules.rules[one.rule], PointRule)]

    @property
    def lost_points(self) -> float:
        return sum(one.points for one in self.findings)

    @property
    def score(self) -> float:
        return self.rules.full_mark - self.lost_points

    @property
    def passes(self) -> bool:
        """Whether the score is one that passes; a veto is told apart from it (`verdicts`)."""
        return self.score >= self.rules.passing_mark

    @property
    def verdicts(self) -> list[Verdict]:
        return verdicts(self.findings, self.rules, self.unit_code)

    @property
    def vetoed_by(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.holds]

    @property
    def lost_by_group(self) -> Mapping[str, float]:
        """Points by group, nought included, in the order of the rules."""
        found = {group.code: 0.0 for group in self.rules.groups}
        for one in self.faults:
            rule = self.rules.rules[one.rule]
            if isinstance(rule, PointRule):
                found[rule.group] += one.points
        return found

    @property
    def lost(self) -> list[Lost]:
        """By rule, in the order of the rules; those without a record are left out."""
        found: dict[str, list[Finding]] = defaultdict(list)
        for one in self.faults:
            found[one.rule].append(one)
        full = {group.code for group in self.rules.groups if self.lost_by_group[group.code] >= group.cap}
        return [
            Lost(rule.code, rule.group, len(own), sum(one.points for one in own), rule.group in full)
            for rule in self.rules.points
            if (own := found[rule.code])
        ]


@dataclass(frozen=True)
class Assessment:
    """All units on a day, and the veto rules for the whole city."""

    as_of: date
    rules: Edition
    units: Mapping[str, UnitAssessment]

    @property
    def findings(self) -> list[Finding]:
        return [one for unit in self.units.values() for one in unit.findings]

    @property
    def verdicts(self) -> list[Verdict]:
        """For the whole city: its units' columns stand on one site, as the inspection counts them."""
        return verdicts(self.findings, self.rules, "")


def verdicts(findings: Iterable[Finding], rules: Edition, unit_code: str) -> list[Verdict]:
    """One for each veto rule, whether it holds or not."""
    counts = Counter(one.rule for one in findings)
    return [Verdict(rule.code, unit_code, counts[rule.code], rule.threshold) for rule in rules.vetoes]


def charged(findings: Iterable[Finding], rules: Edition) -> list[Finding]:
    """The findings that the rules know, in their order and oldest first, each with the points its unit loses by it.

    The records of a unit lose what their rule says until the cap of its group is reached; those after that lose nothing more.
    """
    known = [one for one in findings if one.rule in rules.rules]
    places = {code: place for place, code in enumerate(rules.rules)}
    left: dict[tuple[str, str], float] = {}
    found = []
    for one in sorted(known, key=lambda one: (one.unit_code, places[one.rule], one.since or date.max, one.subject_id)):
        rule = rules.rules[one.rule]
        points = 0.0
        if isinstance(rule, PointRule):
            key = one.unit_code, rule.group
            rest = left.get(key, rules.group_of(rule).cap)
            points = min(rule.points, rest)
            left[key] = rest - points
        found.append(replace(one, points=points, is_veto=isinstance(rule, VetoRule)))
    return found
