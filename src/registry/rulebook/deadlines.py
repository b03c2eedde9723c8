"""The vocabulary of deadlines: state thresholds, fall-backs for texts without a number, and which clauses count how."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from registry.datafiles import CODE, EVIDENCE, Day, Flag, Many, MonthDay, Shape, Text, Whole, many, one
from registry.deadlines.clauses import Clause, ClauseKind, Unit, clause_from
from registry.deadlines.rules import CountingRule, Decides, Fallback, Rules
from registry.deadlines.vocabulary import Role, Term, Vocabulary
from registry.rulebook.columns import Coded

KINDS = tuple(kind.value for kind in ClauseKind)
UNITS = tuple(unit.value for unit in Unit)
PERIODS = ("month", "quarter", "half_year", "year")
DIRECTIONS = ("within", "at_least", "before")


@dataclass(frozen=True)
class StateThresholds:
    """From when a duty is 即将到期, and after how many working days 严重逾期."""

    due_soon_workdays: int
    long_overdue_workdays: int
    effective_from: date
    source: str


@dataclass(frozen=True)
class ReminderTimes:
    """When people are reminded, in working days: ahead of the last day, again while late, and when others are told."""

    before_workdays: tuple[int, ...]
    repeat_workdays: int
    reviewer_after_workdays: int
    office_after_workdays: int
    effective_from: date
    source: str


@dataclass(frozen=True)
class RectificationTimes:
    """How many working days units are given to put something right: what is offered, and what is usual."""

    workdays: tuple[int, ...]
    usual_workdays: int
    effective_from: date
    source: str


@dataclass(frozen=True)
class GradeLimits:
    """The lowest rates, in percent, of 达标 and 关注, from a day on."""

    from_on: date
    good_percent: int
    watch_percent: int
    source: str


@dataclass(frozen=True)
class BriefingTerms:
    """How many working days a briefing gives units to put things right."""

    rectify_workdays: int
    effective_from: date
    source: str


@dataclass(frozen=True)
class DeadlineWords:
    states: StateThresholds
    reminders: ReminderTimes
    rectification: RectificationTimes
    grades: tuple[GradeLimits, ...]
    fallbacks: tuple[Fallback, ...]
    counting: tuple[CountingRule, ...]
    kinds: tuple[Coded, ...]
    units: tuple[Coded, ...]
    periods: tuple[Coded, ...]
    terms: tuple[Term, ...]
    briefing: BriefingTerms | None = None

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words deadline texts are read with."""
        return Vocabulary(self.terms)

    @cached_property
    def rules(self) -> Rules:
        """What due dates are counted by."""
        return Rules(self.fallbacks, self.counting)

    def grade_limits(self, on: date) -> GradeLimits:
        """The limits in force on a day; before the first ones, those."""
        in_force = [limits for limits in self.grades if limits.from_on <= on]
        return max(in_force or self.grades[:1], key=lambda limits: limits.from_on)


class StateThresholdsShape(Shape):
    makes = StateThresholds
    due_soon_workdays = Whole(1, 250, required=True)
    long_overdue_workdays = Whole(1, 250, required=True)
    effective_from = Day(required=True)
    source = Text(200, required=True)


class ReminderTimesShape(Shape):
    makes = ReminderTimes
    before_workdays = Many(Whole(1, 60), required=True)
    repeat_workdays = Whole(1, 60, required=True)
    reviewer_after_workdays = Whole(1, 250, required=True)
    office_after_workdays = Whole(1, 250, required=True)
    effective_from = Day(required=True)
    source = Text(200, required=True)


class RectificationTimesShape(Shape):
    makes = RectificationTimes
    workdays = Many(Whole(1, 250), required=True)
    usual_workdays = Whole(1, 250, required=True)
    effective_from = Day(required=True)
    source = Text(200, required=True)


class GradeLimitsShape(Shape):
    makes = GradeLimits
    from_on = Day(data_key="from", required=True)
    good_percent = Whole(1, 100, required=True)
    watch_percent = Whole(1, 100, required=True)
    source = Text(200, required=True)


class BriefingTermsShape(Shape):
    makes = BriefingTerms
    rectify_workdays = Whole(1, 250, required=True)
    effective_from = Day(required=True)
    source = Text(200, required=True)


class FallbackShape(Shape):
    makes = Fallback
    code = Text(40, pattern=CODE, form="a-z 0-9 _ -", required=True)
    kinds = Many(Text(16, choices=KINDS), data_key="applies_to_kinds", required=True)
    count = Whole(1, 999, required=True)
    unit = Text(16, choices=UNITS, required=True)
    from_on = Day(data_key="from", required=True)
    to_on = Day(data_key="to", load_default=None)
    regulation = Text(80, required=True)
    edition = Text(16, required=True)
    article = Text(40, required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Fallback:
        kinds = frozenset(ClauseKind(kind) for kind in loaded["kinds"])
        return Fallback(**{**loaded, "kinds": kinds, "unit": Unit(loaded["unit"])})


class CountingRuleShape(Shape):
    makes = CountingRule
    code = Text(40, pattern=CODE, form="a-z 0-9 _ -", required=True)
    rule = Text(200, required=True)
    decides = Text(16, choices=tuple(one.value for one in Decides), required=True)
    moves = Flag()
    units = Many(Text(16, choices=UNITS))
    triggers = Many(Text(40))
    count = Whole(1, 999)
    extension = Whole(1, 999)
    regulation = Text(80, required=True)
    edition = Text(16)
    article = Text(40, required=True)
    from_on = Day(data_key="from")
    to_on = Day(data_key="to")
    evidence = Text(32, choices=EVIDENCE, required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> CountingRule:
        units = tuple(map(Unit, loaded.get("units", ())))
        return CountingRule(**{**loaded, "decides": Decides(loaded["decides"]), "units": units})


def _word(choices: tuple[str, ...]) -> type[Shape]:
    class WordShape(Shape):
        makes = Coded
        code = Text(16, choices=choices, required=True)
        name = Text(20, required=True)
        meaning = Text(200)

    return WordShape


class TermShape(Shape):
    makes = Term
    code = Text(40, pattern=CODE, form="a-z 0-9 _ -", required=True)
    role = Text(20, choices=tuple(role.value for role in Role), required=True)
    value = Text(40)
    words = Many(Text(20), required=True)
    matches = Text(80, required=True)
    other = Text(80, required=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Term:
        return Term(**{**loaded, "role": Role(loaded["role"]), "words": tuple(loaded["words"])})


class DeadlineWordsShape(Shape):
    makes = DeadlineWords
    states = one(StateThresholdsShape, required=True)
    reminders = one(ReminderTimesShape, required=True)
    rectification = one(RectificationTimesShape, required=True)
    grades = many(GradeLimitsShape, required=True)
    fallbacks = many(FallbackShape, required=True)
    counting = many(CountingRuleShape, required=True)
    kinds = many(_word(KINDS), required=True)
    units = many(_word(UNITS), required=True)
    periods = many(_word(PERIODS), required=True)
    terms = many(TermShape, data_key="vocabulary", required=True)
    briefing = one(BriefingTermsShape)


class ClauseShape(Shape):
    """A clause of an item's deadline, as the catalogs write it and the item rows keep it."""

    makes = Clause
    kind = Text(16, choices=KINDS, required=True)
    trigger = Text(80)
    count = Whole(1, 999)
    unit = Text(16, choices=UNITS)
    direction = Text(16, choices=DIRECTIONS)
    period = Text(16, choices=PERIODS)
    on = MonthDay()
    applies_to = Text(120)
    override = Flag()
    implied = Flag()
    source = Text(200)

    @validates_schema
    def parts_belong_together(self, loaded: dict[str, Any], **_: Any) -> None:
        missing = [name for name, needed in _needed(loaded).items() if needed and name not in loaded]
        if missing:
            raise ValidationError({name: ["clause_incomplete"] for name in missing})

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Clause:
        return clause_from(loaded)


def _needed(clause: dict[str, Any]) -> dict[str, bool]:
    """Which parts this clause cannot do without."""
    counted = clause["kind"] in ("within", "min_notice") or bool({"unit", "direction"} & clause.keys())
    return {
        "count": counted,
        "unit": "count" in clause or counted,
        "on": clause["kind"] == "fixed_date",
    }
