"""批注 on cells of the board, and 整改清单 with their tasks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.database import enum_column, json_column, new_id
from registry.rectification.rules import Progress, StepKind, TaskState


class Note(SQLModel, table=True):
    """A note on a cell of the board: a unit, a unit in an area, or one of its items (then with the item's area).

    It is never changed or deleted: it ends, with the reason, or another one, `successor_id`, stands in its place.
    """

    __tablename__ = "note"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    unit_code: str = Field(foreign_key="unit.code", index=True, max_length=32)
    area_code: str | None = Field(default=None, foreign_key="area.code", max_length=40)
    item_code: str | None = Field(default=None, max_length=32)
    text: str = Field(max_length=400)
    promised_on: date | None = None
    written_by: UUID = Field(foreign_key="user_account.id")
    written_at: datetime
    ended_by: UUID | None = Field(default=None, foreign_key="user_account.id")
    ended_at: datetime | None = None
    end_reason: str | None = Field(default=None, max_length=400)
    successor_id: UUID | None = Field(default=None, foreign_key="note.id")


class NoteAnswer(SQLModel, table=True):
    """What the unit says to a note."""

    __tablename__ = "note_answer"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    note_id: UUID = Field(foreign_key="note.id", index=True)
    text: str = Field(max_length=400)
    answered_by: UUID = Field(foreign_key="user_account.id")
    answered_at: datetime


class RectificationList(SQLModel, table=True):
    """整改清单: what was found on `found_on`, handed to the units. It is the `number`-th of its year."""

    __tablename__ = "rectification_list"
    __table_args__ = (sa.UniqueConstraint("year", "number"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    year: int
    number: int
    title: str = Field(max_length=120)
    found_on: date
    issued_at: datetime
    issued_by: UUID = Field(foreign_key="user_account.id")


class RectificationTask(SQLModel, table=True):
    """One finding a unit has to put right. `rule`, `unit_code`, `subject` and `subject_id` are the finding's key.

    `task`, `problem` and `before` are frozen as they were found; `after` is what the registry said when it was closed, empty until then.
    `code` is the 编号 that finds the task again in a sheet however it was sorted. `answered_by` gave the last answer.
    """

    __tablename__ = "rectification_task"
    __table_args__ = (
        sa.UniqueConstraint("list_id", "place"),
        sa.CheckConstraint("closed_by IS NULL OR answered_by IS NULL OR closed_by <> answered_by", name="two_persons"),
    )
    id: UUID = Field(default_factory=new_id, primary_key=True)
    list_id: UUID = Field(foreign_key="rectification_list.id", index=True)
    place: int
    code: str = Field(max_length=24, unique=True)
    rule: str = Field(max_length=60)
    unit_code: str = Field(foreign_key="unit.code", index=True, max_length=32)
    area_code: str = Field(max_length=40)
    item_code: str = Field(max_length=32)
    subject: str = Field(max_length=32)
    subject_id: str = Field(max_length=80)
    task: str = Field(max_length=400)
    problem: str = Field(max_length=800)
    due_on: date
    before: dict[str, Any] = Field(sa_column=json_column())
    state: TaskState = enum_column(TaskState, index=True)
    version: int = 1
    answered_by: UUID | None = Field(default=None, foreign_key="user_account.id")
    closed_by: UUID | None = Field(default=None, foreign_key="user_account.id")
    closed_at: datetime | None = None
    closing_reason: str | None = Field(default=None, max_length=400)
    after: dict[str, Any] = Field(sa_column=json_column())


class RectificationStep(SQLModel, table=True):
    """An answer, a return or the closing, in the order they happened. An answer has its progress, day and proof."""

    __tablename__ = "rectification_step"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    task_id: UUID = Field(foreign_key="rectification_task.id", index=True)
    kind: StepKind = enum_column(StepKind)
    by: UUID = Field(foreign_key="user_account.id")
    at: datetime
    text: str = Field(max_length=600)
    progress: Progress | None = enum_column(Progress, nullable=True)
    done_on: date | None = None
    proof: str | None = Field(default=None, max_length=400)
