"""年度报告: what units fill in, cell by cell with every version, and the city's report compiled from it."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.annual.rules import Origin
from registry.database import enum_column, json_column, new_id

STEPS = 1_000_000
"""Figures are stored as whole millionths, so that both databases add them up exactly; no unit of measure has more decimals."""


class Exact(sa.types.TypeDecorator[Decimal]):
    """A decimal number, kept as a whole number of millionths."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        return None if value is None else int(value * STEPS)

    def process_result_value(self, value: Any, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(int(value)) / STEPS


class ReturnState(StrEnum):
    """填报中 · 待确认 · 已退回 · 已确认. A unit that has not begun has no return."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    CONFIRMED = "confirmed"


OPEN = frozenset({ReturnState.DRAFT, ReturnState.RETURNED})


class FigureReturn(SQLModel, table=True):
    """What a unit reports of a year. Only a confirmed return is counted; `is_nil` is 零报告, said and not assumed.

    `notes` are the unit's remarks by table; `authors` all who wrote figures since it was last confirmed; `confirmed_by` is none of them.
    """

    __tablename__ = "figure_return"
    __table_args__ = (
        sa.UniqueConstraint("unit_code", "year"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> submitted_by", name="two_persons"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    unit_code: str = Field(foreign_key="unit.code", max_length=32)
    year: int = Field(index=True)
    state: ReturnState = enum_column(ReturnState)
    version: int = 1
    is_nil: bool = False
    notes: dict[str, str] = Field(sa_column=json_column())
    authors: list[str] = Field(sa_column=json_column())
    edited_at: datetime
    submitted_by: UUID | None = Field(default=None, foreign_key="user_account.id")
    submitted_at: datetime | None = None
    confirmed_by: UUID | None = Field(default=None, foreign_key="user_account.id")
    confirmed_at: datetime | None = None
    return_reason: str | None = Field(default=None, max_length=400)


class FigureEntry(SQLModel, table=True):
    """One figure of a return as entered; the next one replaces it and it stays. Without `figure` it was cleared: unknown again."""

    __tablename__ = "figure_entry"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    return_id: UUID = Field(foreign_key="figure_return.id", index=True)
    cell: str = Field(max_length=130, index=True)
    figure: Decimal | None = Field(default=None, sa_column=sa.Column(Exact(), nullable=True))
    origin: Origin = enum_column(Origin)
    note: str | None = Field(default=None, max_length=400)
    entered_by: UUID = Field(foreign_key="user_account.id")
    entered_at: datetime
    replaced_at: datetime | None = None


class ReportState(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"


class AnnualReport(SQLModel, table=True):
    """The city's report of a year: what the office writes, section → text. Numbers are computed until it is confirmed, then frozen.

    `frozen` is the record of the whole report with the figures of every unit, `sha256` the digest of its canonical JSON;
    `missing_reason` says why it was confirmed although units were missing.
    """

    __tablename__ = "annual_report"
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: ReportState = enum_column(ReportState)
    version: int = 1
    sections: dict[str, str] = Field(sa_column=json_column())
    authors: list[str] = Field(sa_column=json_column())
    edited_at: datetime
    confirmed_by: UUID | None = Field(default=None, foreign_key="user_account.id")
    confirmed_at: datetime | None = None
    missing_reason: str | None = Field(default=None, max_length=400)
    frozen: dict[str, Any] = Field(sa_column=json_column())
    sha256: str | None = Field(default=None, max_length=64)
