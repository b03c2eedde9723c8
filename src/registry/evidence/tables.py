"""公开凭证: what was seen at an address, or kept of an offline channel."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from registry.database import enum_column, new_id
from registry.evidence.rules import Outcome


class Evidence(SQLModel, table=True):
    """One look at one address, or one photograph of a notice board.

    `reason` says why the outcome is what it is (`evidence_reason` in the wording). `sha256` and `size_bytes` are of the content as
    unpacked, `text_sha256` of the text that should not change by itself; `revision_id` is the version that was public when it was looked
    at. `capture` is a digest in the object folder: a WARC file, or the photograph; `media_type` says which.

    `cleared`: the row may be shown to everybody; its capture, page title and note only once a second person has found no personal data
    in them (`cleared_by`).
    """

    __tablename__ = "evidence"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    publication_id: UUID = Field(foreign_key="publication.id", index=True)
    revision_id: UUID | None = None
    channel: str = Field(max_length=40)
    address: str = Field(default="", max_length=400)
    outcome: Outcome = enum_column(Outcome, index=True)
    reason: str | None = Field(default=None, max_length=40)
    seen_at: datetime = Field(index=True)
    recorded_by: UUID | None = Field(default=None, foreign_key="user_account.id")
    status_code: int | None = None
    final_address: str | None = Field(default=None, max_length=400)
    sha256: str | None = Field(default=None, max_length=64)
    text_sha256: str | None = Field(default=None, max_length=64)
    size_bytes: int | None = None
    page_title: str | None = Field(default=None, max_length=200)
    title_found: bool | None = None
    capture: str | None = Field(default=None, max_length=200)
    media_type: str | None = Field(default=None, max_length=60)
    place: str | None = Field(default=None, max_length=120)
    posted_from: date | None = None
    posted_to: date | None = None
    note: str | None = Field(default=None, max_length=400)
    cleared: bool = False
    cleared_by: UUID | None = None
    cleared_at: datetime | None = None
