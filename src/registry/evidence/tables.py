"""公开凭证: what was seen at an address, or kept of an offline channel."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from registry.database import enum_column, new_id


class Outcome(StrEnum):
    """已查见 · 未查见 · 无法判断 · 内容有变 · 仅线下凭证."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    OFFLINE = "offline"


class Evidence(SQLModel, table=True):
    """One look at one address (or one photograph of a notice board). `cleared` once the personal-data check has passed."""

    __tablename__ = "evidence"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    publication_id: UUID = Field(foreign_key="publication.id", index=True)
    channel: str = Field(max_length=40)
    address: str = Field(default="", max_length=400)
    outcome: Outcome = enum_column(Outcome)
    seen_at: datetime = Field(index=True)
    recorded_by: UUID | None = Field(default=None, foreign_key="user_account.id")
    status_code: int | None = None
    final_address: str | None = Field(default=None, max_length=400)
    sha256: str | None = Field(default=None, max_length=64)
    size_bytes: int | None = None
    page_title: str | None = Field(default=None, max_length=200)
    title_found: bool | None = None
    capture: str | None = Field(default=None, max_length=200)
    place: str | None = Field(default=None, max_length=120)
    posted_from: date | None = None
    posted_to: date | None = None
    note: str | None = Field(default=None, max_length=400)
    cleared: bool = False
