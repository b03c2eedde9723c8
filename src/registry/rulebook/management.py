"""The seven management standards, M1 主动公开 to M7 监督考核."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, validates_schema

from registry.datafiles import EVIDENCE, Shape, Text, Whole, many, texts
from registry.rulebook.regulations import Basis, BasisShape

CODES = ("M1", "M2", "M3", "M4", "M5", "M6", "M7")

# What the registry can compute, and what the requirement must state for it: a count with its unit, the items that are meant.
CHECKS: Mapping[str, tuple[str, ...]] = {
    "published_within_deadline": (),
    "every_item_covered": (),
    "channels_of_standard": (),
    "decisions_within_limit": ("count", "items"),
    "reviewed_before_publishing": (),
    "review_recorded": (),
    "personal_data_masked": (),
    "interpreted_in_time": ("count", "items"),
    "interpretation_linked": ("count", "items"),
    "displayed_long_enough": ("count", "items"),
}
CONCERNS = ("units", "city")
REQUIREMENT = re.compile(r"M[1-7]-[1-9][0-9]?")


@dataclass(frozen=True)
class Requirement:
    """`check` names the figure the registry can compute for it, from `count` days of kind `unit` and for `items` where it needs them.

    Without a check the units assess themselves, or the office for the city, as `concerns` says.
    """

    code: str
    text: str
    who: str
    evidence: str
    time_limit: str | None = None
    legal_bases: tuple[Basis, ...] = ()
    source: str | None = None
    check: str | None = None
    count: int | None = None
    unit: str | None = None
    items: tuple[str, ...] = ()
    concerns: str = "units"

    @property
    def is_of_city(self) -> bool:
        """Whether it concerns the city as a whole and not each unit."""
        return self.concerns == "city"


@dataclass(frozen=True)
class ReviewCheck:
    """A point a reviewer ticks before publishing; `requirement` is the code of the requirement it serves."""

    code: str
    text: str
    requirement: str


@dataclass(frozen=True)
class ManagementStandard:
    code: str
    title: str
    summary: str
    evidence: str
    requirements: tuple[Requirement, ...]
    note: str | None = None
    review_checks: tuple[ReviewCheck, ...] = ()


class RequirementShape(Shape):
    makes = Requirement
    code = Text(8, pattern=REQUIREMENT, form="M1-2", required=True)
    text = Text(200, required=True)
    who = Text(40, required=True)
    time_limit = Text(80)
    legal_bases = many(BasisShape, least=0, required=True)
    source = Text(200)
    check = Text(40, choices=CHECKS)
    count = Whole(1, 999)
    unit = Text(8, choices=("workday", "day"))
    items = texts(32)
    concerns = Text(8, choices=CONCERNS)
    evidence = Text(32, choices=EVIDENCE, required=True)

    @validates_schema
    def states_what_its_check_needs(self, loaded: dict[str, Any], **_: Any) -> None:
        needed = CHECKS.get(loaded.get("check", ""), ())
        for name in (*needed, *(("unit",) if "count" in loaded else ())):
            if name not in loaded:
                raise ValidationError("missing_field", name)


class ReviewCheckShape(Shape):
    makes = ReviewCheck
    code = Text(40, pattern=re.compile(r"[a-z_]+"), form="no_state_secret", required=True)
    text = Text(80, required=True)
    requirement = Text(8, pattern=REQUIREMENT, form="M3-4", required=True)


class ManagementStandardShape(Shape):
    makes = ManagementStandard
    code = Text(2, choices=CODES, required=True)
    title = Text(20, required=True)
    summary = Text(200, required=True)
    evidence = Text(32, choices=EVIDENCE, required=True)
    note = Text(400)
    requirements = many(RequirementShape, required=True)
    review_checks = many(ReviewCheckShape, least=0)
