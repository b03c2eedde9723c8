"""What was frozen when a period was closed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.database import json_column


class FrozenPeriod(SQLModel, table=True):
    """The numbers of a closed period, and by which hash they were signed. Nothing of it is ever changed.

    `content_hash` is the SHA-256 of the canonical bytes (`lines.py`), which lie compressed in the object folder under `object_digest`.
    `number` and `previous_hash` place it in the chain of closings; `hash` seals all of that and stands in the audit log too. `basis` is the
    first of the lines; `board` and `flow` are its sums by unit and area, so that no page has to read the file.
    """

    __tablename__ = "frozen_period"
    code: str = Field(primary_key=True, foreign_key="closed_period.code", max_length=16)
    number: int = Field(unique=True)
    closed_at: datetime
    content_hash: str = Field(max_length=64)
    object_digest: str = Field(max_length=64)
    size_bytes: int = Field(sa_column=sa.Column(sa.BigInteger(), nullable=False))
    occasions: int
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)
    basis: dict[str, Any] = Field(sa_column=json_column())
    board: list[dict[str, Any]] = Field(sa_column=json_column())
    flow: list[dict[str, Any]] = Field(sa_column=json_column())
