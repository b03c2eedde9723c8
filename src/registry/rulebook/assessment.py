"""考核规则: veto findings with their thresholds, doubts, and what each fault costs, by edition."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from registry.datafiles import Day, Shape, Text, Whole, many

VETOES = ("blank_column", "stale_current", "stale_column", "unreviewed", "personal_data")
DOUBTS = ("date_registered", "date_unseen", "date_before_formed", "personal_data_kept")
POINTS = (
    "long_overdue",
    "overdue",
    "late",
    "missing_table",
    "missing_element",
    "dead_link",
    "title_number",
    "unconfirmed",
)
STALE = ("stale_current", "stale_column")
RHYTHMS = ("realtime", "event", "month", "quarter", "half_year", "year")
SPANS = ("month", "quarter", "half_year", "year")
GROUP = re.compile(r"[a-z_]+")
QUARTERS = re.compile(r"(0|[1-9][0-9]{0,2})(\.(25|5|75))?")


@dataclass(frozen=True)
class Rhythm:
    """How old the newest publication of a column may be, and the rule it falls under when it is older and something is owed.

    `of` is how often its item recurs; `realtime` and `event` are items that do not.
    """

    of: str
    count: int
    unit: str
    rule: str


@dataclass(frozen=True)
class VetoRule:
    """单项否决: it holds from `threshold` records on."""

    code: str
    name: str
    counts: str
    threshold: int
    source: str


@dataclass(frozen=True)
class DoubtRule:
    """存疑: what somebody has to look into; it costs nothing and vetoes nothing."""

    code: str
    name: str
    counts: str
    source: str
    days: int = 0


@dataclass(frozen=True)
class PointRule:
    """What a record costs, until the cap of the rule's group is reached. Points are quarters, so that sums are exact."""

    code: str
    name: str
    group: str
    counts: str
    points: float
    source: str
    days: int = 0


@dataclass(frozen=True)
class PointGroup:
    """What the rules of a group can cost a unit together: what grows worse moves within a group and never costs less for it."""

    code: str
    name: str
    cap: float


Rule = VetoRule | DoubtRule | PointRule


@dataclass(frozen=True)
class Edition:
    """The rules from a day on. A rule an edition does not have finds nothing; `span` is the time in which being late is counted."""

    from_on: date
    title: str
    full_mark: int
    passing_mark: int
    span: str
    scope: str
    source: str
    rhythms: tuple[Rhythm, ...]
    vetoes: tuple[VetoRule, ...]
    groups: tuple[PointGroup, ...]
    points: tuple[PointRule, ...]
    doubts: tuple[DoubtRule, ...] = ()

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule by its code: vetoes, doubts, then points, in the order of the file."""
        every: tuple[Rule, ...] = (*self.vetoes, *self.doubts, *self.points)
        return {rule.code: rule for rule in every}

    def group_of(self, rule: PointRule) -> PointGroup:
        return next(group for group in self.groups if group.code == rule.group)

    def find_rhythm(self, of: str) -> Rhythm | None:
        return next((rhythm for rhythm in self.rhythms if rhythm.of == of), None)


@dataclass(frozen=True)
class AssessmentRules:
    editions: tuple[Edition, ...]

    def on(self, day: date) -> Edition:
        """The edition in force on a day; before the first one, that."""
        in_force = [one for one in self.editions if one.from_on <= day]
        return max(in_force or self.editions[:1], key=lambda one: one.from_on)


class Quarters(fields.Field[float]):
    """A number of points in steps of 0.25, more than nought."""

    def __init__(self, **field: Any) -> None:
        super().__init__(error_messages={"required": "missing_field", "null": "missing_field"}, **field)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> float:
        if not isinstance(value, str) or not QUARTERS.fullmatch(value) or not float(value):
            raise ValidationError("wrong_form|0.25、0.5、1")
        return float(value)


class RhythmShape(Shape):
    makes = Rhythm
    of = Text(16, choices=RHYTHMS, required=True)
    count = Whole(1, 999, required=True)
    unit = Text(8, choices=("day", "month"), required=True)
    rule = Text(20, choices=STALE, required=True)


class VetoRuleShape(Shape):
    makes = VetoRule
    code = Text(20, choices=VETOES, required=True)
    name = Text(20, required=True)
    counts = Text(200, required=True)
    threshold = Whole(1, 999, required=True)
    source = Text(400, required=True)


class DoubtRuleShape(Shape):
    makes = DoubtRule
    code = Text(20, choices=DOUBTS, required=True)
    name = Text(20, required=True)
    counts = Text(200, required=True)
    days = Whole(0, 999)
    source = Text(400, required=True)


class PointRuleShape(Shape):
    makes = PointRule
    code = Text(20, choices=POINTS, required=True)
    name = Text(20, required=True)
    counts = Text(200, required=True)
    group = Text(20, pattern=GROUP, form="a-z", required=True)
    days = Whole(0, 999)
    points = Quarters(required=True)
    source = Text(400, required=True)


class PointGroupShape(Shape):
    makes = PointGroup
    code = Text(20, pattern=GROUP, form="a-z", required=True)
    name = Text(20, required=True)
    cap = Quarters(required=True)


class EditionShape(Shape):
    makes = Edition
    from_on = Day(data_key="from", required=True)
    title = Text(40, required=True)
    full_mark = Whole(1, 1000, required=True)
    passing_mark = Whole(0, 1000, required=True)
    span = Text(16, choices=SPANS, required=True)
    scope = Text(400, required=True)
    source = Text(600, required=True)
    rhythms = many(RhythmShape, required=True)
    vetoes = many(VetoRuleShape, required=True)
    doubts = many(DoubtRuleShape)
    groups = many(PointGroupShape, required=True)
    points = many(PointRuleShape, required=True)

    @validates_schema
    def marks_fit(self, loaded: dict[str, Any], **_: Any) -> None:
        """With caps that add up to more than the full mark, some lost points would have no effect and nobody could say which."""
        full, caps = loaded["full_mark"], {group.code: group.cap for group in loaded["groups"]}
        if sum(caps.values()) > full:
            raise ValidationError(f"caps_exceed_full|{full}", "groups")
        if loaded["passing_mark"] > full:
            raise ValidationError(f"number_out_of_range|0–{full}", "passing_mark")
        wrong = {place: found for place, rule in enumerate(loaded["points"]) if (found := _misplaced(rule, caps))}
        if wrong:
            raise ValidationError({"points": wrong})


def _misplaced(rule: PointRule, caps: Mapping[str, float]) -> dict[str, list[str]]:
    """What is wrong between a rule and the groups: field → message."""
    if rule.group not in caps:
        return {"group": ["not_accepted|" + "、".join(caps)]}
    return {"points": [f"points_above_cap|{caps[rule.group]:g}"]} if rule.points > caps[rule.group] else {}


class AssessmentRulesShape(Shape):
    makes = AssessmentRules
    editions = many(EditionShape, required=True)
