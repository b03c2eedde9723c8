"""The words deadline texts are read with, as `standards/deadlines.yaml` lists them, and the patterns the grammar is made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Role(StrEnum):
    """What a word of the vocabulary does in a deadline text."""

    LINK = "link"
    INSIDE = "inside"
    AT_LEAST = "at_least"
    OR_MORE = "or_more"
    BEYOND = "beyond"
    BEFORE = "before"
    AHEAD = "ahead"
    AT_MOST = "at_most"
    UNIT = "unit"
    PROMPT = "prompt"
    REALTIME = "realtime"
    PERMANENT = "permanent"
    PERIOD = "period"
    PERIOD_NAME = "period_name"
    PERIOD_END = "period_end"
    NO_PERIOD = "no_period"
    OVERRIDE = "override"
    RESPONSE = "response"
    NOTICE = "notice"
    WINDOW = "window"
    WORKDAYS_BY_LAW = "workdays_by_law"
    DAYS_BY_LAW = "days_by_law"
    CIRCULAR = "circular"
    UNUSUAL = "unusual"
    TIME = "time"
    EVENT = "event"
    HAPPENS = "happens"


@dataclass(frozen=True)
class Term:
    """An entry of the vocabulary: words with one role; `value` says which unit, period or trigger they mean.

    `matches` is a text in which the entry is used, `other` one in which it is not; both run as tests.
    """

    code: str
    role: Role
    words: tuple[str, ...]
    matches: str
    other: str
    value: str | None = None


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All terms, with the patterns the grammar is made of; one object is one vocabulary, so that readings can be remembered by it."""

    terms: tuple[Term, ...]

    @cached_property
    def by_role(self) -> Mapping[Role, tuple[str, ...]]:
        """The words of each role, longest first."""
        found: dict[Role, list[str]] = {role: [] for role in Role}
        for term in self.terms:
            found[term.role].extend(term.words)
        return {role: tuple(sorted(words, key=len, reverse=True)) for role, words in found.items()}

    def words(self, role: Role) -> tuple[str, ...]:
        return self.by_role[role]

    def pattern(self, *roles: Role) -> str:
        """Alternatives of some roles, longest first."""
        words = sorted((word for role in roles for word in self.by_role[role]), key=len, reverse=True)
        return "|".join(map(re.escape, words))

    @cached_property
    def values(self) -> Mapping[tuple[Role, str], str]:
        """(role, word) → what it means, for units, periods and triggers by law."""
        return {(term.role, word): term.value for term in self.terms if term.value for word in term.words}

    @cached_property
    def _searches(self) -> Mapping[Role, re.Pattern[str]]:
        return {role: re.compile(self.pattern(role)) for role in Role if self.by_role[role]}

    def find(self, role: Role, text: str) -> str | None:
        """The first word of that role in the text, the longest where several begin."""
        found = self._searches[role].search(text)
        return found[0] if found else None

    @cached_property
    def link(self) -> re.Pattern[str]:
        """之日起 or 后 at the end of what stands before a count."""
        return re.compile(rf"(?:{self.pattern(Role.LINK)})的?$")

    @cached_property
    def override(self) -> re.Pattern[str]:
        """法律法规另有规定的从其规定, with what it speaks of."""
        words = self.pattern(Role.OVERRIDE)
        return re.compile(rf"[（(]?[^，。；（(]*?(?:{words})的?(?:，?应?(?:{words}|除外))?[）)]?")

    @cached_property
    def count(self) -> re.Pattern[str]:
        """20个工作日内, 不少于30日, 7日前 with the limit before and the word behind."""
        limits = self.pattern(Role.AT_LEAST, Role.AT_MOST, Role.AHEAD)
        return re.compile(
            rf"(?P<limit>{limits})?(?P<number>\d+)(?:个)?(?P<unit>{self.pattern(Role.UNIT)})?"
            rf"(?P<after>的?(?:{self.pattern(Role.BEFORE)})|{self.pattern(Role.INSIDE)}|{self.pattern(Role.OR_MORE)})?"
        )

    @cached_property
    def after_period(self) -> re.Pattern[str]:
        """每季度结束后15日内, 年度终了后3个月内."""
        names, ends = self.pattern(Role.PERIOD, Role.PERIOD_NAME), self.pattern(Role.PERIOD_END)
        return re.compile(
            rf"(?P<period>{names})(?:{ends})(?:{self.pattern(Role.LINK)})的?"
            rf"(?P<number>\d+)个?(?P<unit>{self.pattern(Role.UNIT)})(?:{self.pattern(Role.INSIDE)})?"
        )

    @cached_property
    def day_of_period(self) -> re.Pattern[str]:
        """每月10日前, 每季度首月5号前."""
        return re.compile(
            rf"(?P<period>{self.pattern(Role.PERIOD)})的?(?:首月)?的?(?P<number>\d+)[日号](?:{self.pattern(Role.BEFORE)})?"
        )

    @cached_property
    def times_a_period(self) -> re.Pattern[str]:
        """半年至少更新1次, 每年公开2次."""
        return re.compile(rf"(?P<period>{self.pattern(Role.PERIOD)})\D*(?P<number>\d+)次")

    @cached_property
    def events(self) -> str:
        """Alternatives of what information goes through: 形成, 变更, 制作 …"""
        return self.pattern(Role.EVENT)

    @cached_property
    def happening(self) -> re.Pattern[str]:
        """A text that ends with something that happens on a day: 批准, 签订, or an event of information."""
        return re.compile(rf"(?:{self.pattern(Role.EVENT, Role.HAPPENS)})$")

    @cached_property
    def event_alone(self) -> re.Pattern[str]:
        """自规划批准之日起 as a segment of its own; its count stands beside it."""
        return re.compile(
            rf"(?P<event>\D*[^\d自在于从]\D*?(?:{self.pattern(Role.LINK)}))(?:开始)?(?:计算|起算|算起|计|算)?$"
        )
