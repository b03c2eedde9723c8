"""领域, 公开标准, 公开事项 and their parts."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.database import enum_column, json_column, new_id
from registry.units.tables import Certainty

# Between the levels of an item's titles.
PATH = " / "


class Area(SQLModel, table=True):
    """领域, such as 财政预决算."""

    __tablename__ = "area"
    code: str = Field(primary_key=True, max_length=40)
    position: int
    prefix: str = Field(max_length=8, unique=True)
    name: str = Field(max_length=40)
    later_name: str | None = Field(default=None, max_length=40)
    national_guide: str | None = Field(default=None, max_length=400)
    summary: str = Field(max_length=200)


class Standard(SQLModel, table=True):
    """One version of an area's 分类目录＋公开规范, in force from `effective_from` to `effective_to` (both days included)."""

    __tablename__ = "standard"
    code: str = Field(primary_key=True, max_length=32)
    area_code: str = Field(foreign_key="area.code", index=True, max_length=40)
    title: str = Field(max_length=120)
    version: str = Field(max_length=40)
    issuer_code: str = Field(foreign_key="unit.code", max_length=32)
    doc_no: str | None = Field(default=None, max_length=60)
    effective_from: date
    effective_to: date | None = None
    certainty: Certainty = enum_column(Certainty)
    note: str | None = Field(default=None, max_length=400)
    sources: list[dict[str, Any]] = Field(sa_column=json_column())


class Item(SQLModel, table=True):
    """A row of a standard: what must be disclosed, by whom, on which basis, by when.

    `recurs` says how often it is owed; `reports_on` is previous_year when what is disclosed in a year is about the one before (决算).
    `deadline` is the list of clauses as `deadlines.rules.clause_from` reads them; `channels`, `methods`, `levels` are codes of
    `standards/columns.yaml`; `sources` are refs of the standard's sources; `extra` keeps columns nobody knows, header → text.
    """

    __tablename__ = "item"
    __table_args__ = (sa.UniqueConstraint("standard_code", "code"),)
    id: UUID = Field(default_factory=new_id, primary_key=True)
    standard_code: str = Field(foreign_key="standard.code", index=True, max_length=32)
    code: str = Field(max_length=32, index=True)
    position: int
    titles: list[str] = Field(sa_column=json_column())
    granularity: str | None = Field(default=None, max_length=400)
    deadline_text: str = Field(max_length=400)
    deadline: list[dict[str, Any]] = Field(sa_column=json_column())
    recurs: str | None = Field(default=None, max_length=16)
    event_expected_by: str | None = Field(default=None, max_length=5)
    reports_on: str | None = Field(default=None, max_length=16)
    body: str = Field(max_length=200)
    roles: list[str] = Field(sa_column=json_column())
    channels: list[str] = Field(sa_column=json_column())
    channel_notes: str | None = Field(default=None, max_length=200)
    audience_everyone: bool
    audience_groups: str | None = Field(default=None, max_length=200)
    methods: list[str] = Field(sa_column=json_column())
    levels: list[str] = Field(sa_column=json_column())
    certainty: Certainty = enum_column(Certainty)
    sources: list[str] = Field(sa_column=json_column())
    in_force_from: date | None = None
    in_force_to: date | None = None
    notes: str | None = Field(default=None, max_length=600)
    extra: dict[str, Any] = Field(sa_column=json_column())

    @property
    def title(self) -> str:
        """The last level, which names the item; a path of all levels is `path`."""
        return self.titles[-1]

    @property
    def path(self) -> str:
        return PATH.join(self.titles)


class ElementKind(StrEnum):
    CONTENT = "content"
    TABLE = "table"


class Element(SQLModel, table=True):
    """公开要素: one checkable part of an item's content; budget tables are elements of kind `table`."""

    __tablename__ = "element"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    item_id: UUID = Field(foreign_key="item.id", index=True)
    position: int
    kind: ElementKind = enum_column(ElementKind)
    text: str = Field(max_length=400)


class LegalBasis(SQLModel, table=True):
    """公开依据: a regulation of `standards/regulations.yaml`, with edition and articles when the standard names them.

    Where the regulations list no such law, number or article, `regulation` is empty, and `title` and `doc_no` say what the table says.
    """

    __tablename__ = "legal_basis"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    item_id: UUID = Field(foreign_key="item.id", index=True)
    position: int
    regulation: str | None = Field(default=None, max_length=80)
    title: str | None = Field(default=None, max_length=200)
    doc_no: str | None = Field(default=None, max_length=60)
    edition: str | None = Field(default=None, max_length=16)
    articles: list[str] = Field(sa_column=json_column())
