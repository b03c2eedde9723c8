"""What one rule of a deadline text says, and which of several a disclosure is due by. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class ClauseKind(StrEnum):
    WITHIN = "within"
    MIN_NOTICE = "min_notice"
    BEFORE_EVENT = "before_event"
    PERIODIC = "periodic"
    FIXED_DATE = "fixed_date"
    REALTIME = "realtime"
    PROMPT = "prompt"
    PERMANENT = "permanent"
    RESPONSE = "response"
    BARE = "bare"


class Unit(StrEnum):
    """What a count counts."""

    WORKDAY = "workday"
    DAY = "day"
    HOUR = "hour"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Clause:
    """One rule of a deadline text: 信息形成或者变更之日起20个工作日内 is within, trigger 信息形成或者变更, count 20, unit workday."""

    kind: ClauseKind
    trigger: str | None = None
    count: int | None = None
    unit: Unit | None = None
    direction: str | None = None
    period: str | None = None
    on: str | None = None
    applies_to: str | None = None
    override: bool = False
    implied: bool = False
    source: str | None = None

    def as_record(self) -> dict[str, Any]:
        """The shape that data files, tables and the API use; empty fields are left out."""
        return {name: value for name, value in asdict(self).items() if value not in (None, False)}


def clause_from(record: Mapping[str, Any]) -> Clause:
    """The inverse of `Clause.as_record`."""
    values = dict(record)
    values["kind"] = ClauseKind(values["kind"])
    if "unit" in values:
        values["unit"] = Unit(values["unit"])
    return Clause(**values)


COUNTABLE = frozenset({ClauseKind.WITHIN, ClauseKind.RESPONSE})


def leading_clause(clauses: Sequence[Clause]) -> Clause | None:
    """The clause that a disclosure is due by when nobody says which subset it belongs to.

    Clauses for a subset (`applies_to`) come last; before them those that set no latest day (公示不少于30日, 定期), and clauses added from
    another source come after those of the text itself; among equals one that can be counted comes first.
    """

    def rank(clause: Clause) -> tuple[bool, bool, bool, bool]:
        countable = bool(clause.count and clause.kind in COUNTABLE) or clause.kind is ClauseKind.FIXED_DATE
        return clause.applies_to is not None, not sets_a_latest_day(clause), clause.source is not None, not countable

    return min(clauses, key=rank, default=None)


def sets_a_latest_day(clause: Clause) -> bool:
    """Whether the clause can lead to a day by which something is due: a minimum display, 定期 and a bare count without event cannot."""
    if clause.kind is ClauseKind.PERIODIC:
        return clause.period is not None or clause.count is not None
    return clause.kind is not ClauseKind.MIN_NOTICE and not (clause.kind is ClauseKind.BARE and clause.count)
