"""Briefings that were issued."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from registry.database import json_column, new_id


class Briefing(SQLModel, table=True):
    """通报: what was issued about a period under a number, as it was. Nothing of it is ever changed.

    `texts` are the edited texts by their name, `figures` the numbers they were drafted from, and the document is in the object folder under
    `sha256`. `is_closed` says whether the period was closed then, so that its numbers could change no more.
    """

    __tablename__ = "briefing"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    period: str = Field(max_length=16, index=True)
    number: str = Field(max_length=60, unique=True)
    issued_on: date
    issued_at: datetime
    issued_by: UUID = Field(foreign_key="user_account.id")
    is_closed: bool
    texts: dict[str, str] = Field(sa_column=json_column())
    figures: dict[str, Any] = Field(sa_column=json_column())
    sha256: str = Field(max_length=64)
    size_bytes: int
