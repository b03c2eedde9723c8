"""What was said to whom on which day."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.database import enum_column, json_column, new_id


class DigestKind(StrEnum):
    """Everything for one person, or what was left undone by others and is brought before them."""

    DIGEST = "digest"
    ESCALATION = "escalation"


class Digest(SQLModel, table=True):
    """What a person was reminded of on a day, as facts (`records.entry_record`); at most one of a kind a day.

    `mailed_at` is when a mail server took it, `attempts` and `failure` tell of the tries before that.
    """

    __tablename__ = "digest"
    __table_args__ = (sa.UniqueConstraint("user_id", "day", "kind"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="user_account.id", index=True)
    day: date = Field(index=True)
    kind: DigestKind = enum_column(DigestKind)
    entries: list[dict[str, Any]] = Field(sa_column=json_column())
    created_at: datetime
    read_at: datetime | None = None
    mailed_at: datetime | None = None
    attempts: int = 0
    failure: str | None = Field(default=None, max_length=400)
