"""The seven management standards, M1 主动公开 to M7 监督考核."""

import re
from dataclasses import dataclass

from registry.datafiles import EVIDENCE, Shape, Text, many
from registry.rulebook.regulations import Basis, BasisShape

CODES = ("M1", "M2", "M3", "M4", "M5", "M6", "M7")
CHECKS = ("published_within_deadline", "every_item_covered", "reviewed_before_publishing", "review_recorded")
REQUIREMENT = re.compile(r"M[1-7]-[1-9][0-9]?")


@dataclass(frozen=True)
class Requirement:
    """`check` names the figure the registry can compute for it; without one it is shown, not measured."""

    code: str
    text: str
    who: str
    evidence: str
    time_limit: str | None = None
    legal_bases: tuple[Basis, ...] = ()
    source: str | None = None
    check: str | None = None


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
    evidence = Text(32, choices=EVIDENCE, required=True)


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
