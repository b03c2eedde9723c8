"""The audit log: append-only, each entry sealed with the hash of the one before."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.database import json_column


class AuditEntry(SQLModel, table=True):
    """Who did what to which thing, before → after."""

    __tablename__ = "audit_entry"
    number: int = Field(
        sa_column=sa.Column(sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False)
    )
    at: datetime = Field(index=True)
    actor_id: UUID | None = Field(default=None, index=True)
    actor_label: str = Field(max_length=80)
    door: str = Field(max_length=16)
    action: str = Field(max_length=64, index=True)
    subject_kind: str = Field(max_length=32)
    subject_id: str = Field(max_length=64, index=True)
    changes: dict[str, Any] = Field(sa_column=json_column())
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """One row: where the chain ends. Writers lock it, so entries and index requests are numbered in commit order."""

    __tablename__ = "audit_head"
    id: int = Field(default=1, primary_key=True)
    number: int
    hash: str = Field(max_length=64)
