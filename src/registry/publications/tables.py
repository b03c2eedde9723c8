"""公开信息, every version of it, and the files each version carries."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.database import enum_column, json_column, new_id
from registry.files.kinds import FileKind
from registry.publications.rules import RevisionState, Why


class Publication(SQLModel, table=True):
    """What a unit disclosed for an occasion. Its content is in its revisions; the address of a publication never goes away.

    `published_on` and `withdrawn_on` are the days the public could first and could no longer see it; both only ever set forward.
    From `superseded_on` another one, `successor_id`, stands in its place; it stays to be read, and what it answered stays answered.
    `version` counts changes and guards against lost updates.
    """

    __tablename__ = "publication"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    duty_id: UUID = Field(foreign_key="duty.id", index=True)
    occasion_id: UUID = Field(foreign_key="occasion.id", index=True)
    created_at: datetime
    version: int = 1
    public_revision_id: UUID | None = None
    published_on: date | None = Field(default=None, index=True)
    withdrawn_on: date | None = None
    withdrawal_why: str | None = Field(default=None, max_length=32)
    withdrawal_reason: str | None = Field(default=None, max_length=400)
    superseded_on: date | None = None
    successor_id: UUID | None = Field(default=None, foreign_key="publication.id")


class Revision(SQLModel, table=True):
    """One version of a publication's content, and what was decided about it. A version that was handed over is never written again.

    `elements` are ids of the item's elements this disclosure covers; `channels` is a list of {channel, address, place};
    `return_reasons` a list of {field, text}; `replies` the reasons the version before went back for, {field, text, reply}.
    `authors` are all who wrote on it since the last public version, the last one being `author_id`; the reviewer is none of them.
    `correction_why` and `correction_reason` tell the public why something public was changed. An approval by the office in the reviewer's
    place has its reason in `override_reason`, and `confirmed_by` once a reviewer of the unit has looked at it too.
    `personal_data_reason` says why it is published although personal data was found. `interprets_id` is the document it
    explains (政策解读).
    """

    __tablename__ = "revision"
    __table_args__ = (
        sa.UniqueConstraint("publication_id", "number"),
        sa.CheckConstraint("reviewer_id IS NULL OR reviewer_id <> author_id", name="two_persons"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    publication_id: UUID = Field(foreign_key="publication.id", index=True)
    number: int
    state: RevisionState = enum_column(RevisionState, index=True)
    title: str = Field(max_length=200)
    doc_no: str | None = Field(default=None, max_length=60)
    summary: str | None = Field(default=None, max_length=2000)
    formed_on: date
    published_on: date
    elements: list[str] = Field(sa_column=json_column())
    channels: list[dict[str, Any]] = Field(sa_column=json_column())
    interprets_id: UUID | None = Field(default=None, index=True)
    author_id: UUID = Field(foreign_key="user_account.id", index=True)
    edited_at: datetime
    submitted_at: datetime | None = None
    reviewer_id: UUID | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = None
    return_reasons: list[dict[str, Any]] = Field(sa_column=json_column())
    review_checks: list[str] = Field(sa_column=json_column())
    authors: list[str] = Field(sa_column=json_column())
    replies: list[dict[str, Any]] = Field(sa_column=json_column())
    correction_why: str | None = Field(default=None, max_length=32)
    correction_reason: str | None = Field(default=None, max_length=400)
    override_reason: str | None = Field(default=None, max_length=400)
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = None

    personal_data_reason: str | None = Field(default=None, max_length=400)

    @property
    def writers(self) -> frozenset[UUID]:
        """All who may not decide about this version."""
        return frozenset({self.author_id, *map(UUID, self.authors)})

    @property
    def reasons_to_answer(self) -> list[dict[str, Any]]:
        """What this version was returned for, or the version before it, with the replies given so far: {field, text, reply}.

        Nothing once it was approved: the next correction is another matter.
        """
        if self.state is RevisionState.RETURNED:
            return [{**reason, "reply": None} for reason in self.return_reasons]
        return self.replies if self.state in (RevisionState.DRAFT, RevisionState.SUBMITTED) else []

    @property
    def correction(self) -> Why | None:
        """Why something public is corrected by this version; None while nobody has said so."""
        return Why(self.correction_why) if self.correction_why else None

    @property
    def awaits_confirming(self) -> bool:
        """已发布待复核: approved by the office, and not yet looked at by a reviewer of the unit."""
        return self.state is RevisionState.APPROVED and self.override_reason is not None and self.confirmed_at is None


class Attachment(SQLModel, table=True):
    """A file brought to a publication; its bytes are in the object folder under `sha256`. Versions carry it by `RevisionAttachment`."""

    __tablename__ = "attachment"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    publication_id: UUID = Field(foreign_key="publication.id", index=True)
    sha256: str = Field(max_length=64, index=True)
    file_name: str = Field(max_length=120)
    size_bytes: int
    kind: FileKind = enum_column(FileKind)
    uploaded_by: UUID = Field(foreign_key="user_account.id")
    uploaded_at: datetime


class RevisionAttachment(SQLModel, table=True):
    """A version carries a file. A correction begins with the files of the version it corrects."""

    __tablename__ = "revision_attachment"
    revision_id: UUID = Field(foreign_key="revision.id", primary_key=True)
    attachment_id: UUID = Field(foreign_key="attachment.id", primary_key=True, index=True)


class FileScreening(SQLModel, table=True):
    """What the rules of one version found in a file: derived, so that no page waits for a file to be read again.

    `found` is a list of {kind, masked, part, at, within}, `counts` kind → number of all, `not_read` a list of {part, at, within, why}.
    What was found itself is never stored.
    """

    __tablename__ = "file_screening"
    sha256: str = Field(max_length=64, primary_key=True)
    rules: str = Field(max_length=16, primary_key=True)
    found: list[dict[str, Any]] = Field(sa_column=json_column())
    counts: dict[str, int] = Field(sa_column=json_column())
    not_read: list[dict[str, Any]] = Field(sa_column=json_column())
