"""自评: what units, and the office for the city, say of requirements that the registry cannot compute."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.database import city_day, enum_column, new_id

CITY = "city"
"""Stands in the place of a unit's code where the city as a whole is meant."""


class SelfVerdict(StrEnum):
    FULFILLED = "fulfilled"
    PARTLY = "partly"
    NOT_FULFILLED = "not_fulfilled"
    NOT_APPLICABLE = "not_applicable"


class Answer(StrEnum):
    """What the office says to a self-assessment."""

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class SelfAssessment(SQLModel, table=True):
    """One of the verdicts a unit gave on a requirement, for a year or quarter; a change is the next `number`, never another text here.

    `unit_code` is a unit's or CITY. The evidence is an address, or a document number with its day. `answer` is given once, by another
    person, and stays with the version it was given to.
    """

    __tablename__ = "self_assessment"
    __table_args__ = (
        sa.UniqueConstraint("requirement", "unit_code", "number"),
        sa.CheckConstraint("answered_by IS NULL OR answered_by <> recorded_by", name="two_persons"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    requirement: str = Field(max_length=8)
    unit_code: str = Field(max_length=32, index=True)
    period: str = Field(max_length=7)
    number: int
    verdict: SelfVerdict = enum_column(SelfVerdict)
    reason: str = Field(max_length=1000)
    evidence_address: str | None = Field(default=None, max_length=400)
    evidence_doc_no: str | None = Field(default=None, max_length=60)
    evidence_on: date | None = None
    recorded_by: UUID = Field(foreign_key="user_account.id")
    recorded_at: datetime
    answer: Answer | None = enum_column(Answer, nullable=True)
    answer_reason: str | None = Field(default=None, max_length=400)
    answered_by: UUID | None = Field(default=None, foreign_key="user_account.id")
    answered_at: datetime | None = None

    def answer_on(self, day: date) -> Answer | None:
        """What the office had said by a day."""
        if self.answered_at is None or city_day(self.answered_at) > day:
            return None
        return self.answer
