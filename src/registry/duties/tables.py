"""Who owes which item since when, and each time it is due."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.database import enum_column, json_column, new_id
from registry.units.tables import Certainty


class Part(StrEnum):
    """牵头 or 配合."""

    LEAD = "lead"
    CONTRIBUTOR = "contributor"


class Assignment(SQLModel, table=True):
    """Which units stand behind a 公开主体 role at a level: the row of `catalog/assignments.yaml`, kept whole in `content`."""

    __tablename__ = "assignment"
    __table_args__ = (sa.UniqueConstraint("role", "level"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    position: int
    role: str = Field(max_length=80)
    level: str = Field(max_length=16)
    part: Part = enum_column(Part)
    content: dict[str, Any] = Field(sa_column=json_column())
    certainty: Certainty = enum_column(Certainty)
    note: str | None = Field(default=None, max_length=400)


class Tracking(SQLModel, table=True):
    """One row: the day from which occasions arise. What happened before is not recorded here, and said to be unknown."""

    __tablename__ = "tracking"
    id: int = Field(default=1, primary_key=True)
    tracked_from: date


class Duty(SQLModel, table=True):
    """公开责任: an item as one unit owes it, from day to day (both included); `successor_id` is the duty that goes on after it ended."""

    __tablename__ = "duty"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "unit_code", "starts_on"),
        sa.Index("ix_duty_counted", "unit_code", "item_id", "part", "id", "starts_on", "ends_on"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    item_id: UUID = Field(foreign_key="item.id", index=True)
    unit_code: str = Field(foreign_key="unit.code", max_length=32)
    part: Part = enum_column(Part)
    starts_on: date
    ends_on: date | None = None
    successor_id: UUID | None = None


class Responsibility(SQLModel, table=True):
    """A duty's person of its unit, from day to day (both included). Whether the account still is the unit's is asked of the account."""

    __tablename__ = "responsibility"
    __table_args__ = (sa.UniqueConstraint("duty_id", "from_on"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    duty_id: UUID = Field(foreign_key="duty.id", index=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    from_on: date
    to_on: date | None = None


class OccasionKind(StrEnum):
    """A period (2026年度), a recorded event (批准于 2026-02-12), or the first disclosure of a duty nobody has recorded an event for."""

    PERIOD = "period"
    EVENT = "event"
    FIRST = "first"


class Occasion(SQLModel, table=True):
    """应公开事由: one expected disclosure, with its due date and the count that led to it.

    `due_on` is None when no rule gives a date (待定规则). `assumed` marks a date counted from a configured fall-back rather than from a
    recorded event, `provisional` one counted over a year whose days off nobody has announced yet. `basis` keeps which clause, rule and
    calendar version were used. `handed_on` is the first day on which it is owed as `successor_id` instead, by the unit that
    took the duty over.
    """

    __tablename__ = "occasion"
    __table_args__ = (
        sa.UniqueConstraint("duty_id", "kind", "period", "event", "counted_from"),
        sa.Index("ix_occasion_counted", "duty_id", "id", "due_on", "arises_on", "handed_on"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    duty_id: UUID = Field(foreign_key="duty.id")
    kind: OccasionKind = enum_column(OccasionKind)
    period: str = Field(default="", max_length=16)
    event: str = Field(default="", max_length=120)
    counted_from: date
    arises_on: date
    due_on: date | None = Field(default=None, index=True)
    assumed: bool = False
    provisional: bool = False
    basis: dict[str, Any] = Field(sa_column=json_column())
    created_at: datetime
    handed_on: date | None = None
    successor_id: UUID | None = None


class ClosedPeriod(SQLModel, table=True):
    """A month, quarter, half-year or year (2026-10) that is closed: due dates in it move no more, whatever changes afterwards."""

    __tablename__ = "closed_period"
    code: str = Field(primary_key=True, max_length=16)
    first_on: date
    last_on: date
    closed_at: datetime
    closed_by: UUID | None = Field(default=None, foreign_key="user_account.id")


class RulingKind(StrEnum):
    """A proper answer other than a publication."""

    NOTHING_TO_PUBLISH = "nothing_to_publish"
    NOT_APPLICABLE = "not_applicable"
    EXTENDED = "extended"


class Ruling(SQLModel, table=True):
    """裁定 on a duty or one occasion of it: 本期无信息, 不适用 or 延期, with reason.

    It counts from `decided_on`, the day it was granted; `refused_on` is the day it was not. `answer` is what the decider wrote to it.
    """

    __tablename__ = "ruling"
    __table_args__ = (
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="two_persons"),
        sa.CheckConstraint("(kind = 'extended') = (extended_to IS NOT NULL)", name="extension_has_date"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: RulingKind = enum_column(RulingKind)
    duty_id: UUID = Field(foreign_key="duty.id", index=True)
    occasion_id: UUID | None = Field(default=None, foreign_key="occasion.id", index=True)
    reason: str = Field(max_length=400)
    from_on: date
    to_on: date | None = None
    extended_to: date | None = None
    requested_by: UUID = Field(foreign_key="user_account.id")
    decided_by: UUID | None = Field(default=None, foreign_key="user_account.id")
    decided_on: date | None = None
    refused_on: date | None = None
    answer: str | None = Field(default=None, max_length=400)
