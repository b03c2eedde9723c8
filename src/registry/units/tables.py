"""责任单位, under each name it has had."""

from datetime import date
from enum import StrEnum

from sqlmodel import Field, SQLModel

from registry.database import enum_column


class UnitKind(StrEnum):
    GOVERNMENT = "government"
    MUNICIPAL_ORGAN = "municipal_organ"
    PARTY_ORGAN = "party_organ"
    DEV_ZONE = "dev_zone"
    TOWNSHIP = "township"
    INSTITUTION = "institution"


class Certainty(StrEnum):
    """How sure the registry is of a fact of the catalogs (`evidence` in the data files)."""

    EVIDENCED = "evidenced"
    EVIDENCED_PARTIAL = "evidenced_partial"
    LAW = "law"
    RECONSTRUCTED = "reconstructed"


class Unit(SQLModel, table=True):
    """An organ that must publish. `ended_on` is the last day it existed; `name` is the current (or last) name.

    `calendar` names the calendar its working days are counted by where that is not the city's own.
    """

    __tablename__ = "unit"
    code: str = Field(primary_key=True, max_length=32)
    position: int
    name: str = Field(max_length=80, index=True)
    kind: UnitKind = enum_column(UnitKind)
    parent_code: str | None = Field(default=None, foreign_key="unit.code", max_length=32)
    telephone: str | None = Field(default=None, max_length=40)
    address: str | None = Field(default=None, max_length=120)
    reception_point: bool = False
    ended_on: date | None = None
    successor_code: str | None = Field(default=None, foreign_key="unit.code", max_length=32)
    index_prefix: str | None = Field(default=None, max_length=32)
    calendar: str | None = Field(default=None, max_length=40)
    certainty: Certainty = enum_column(Certainty)
    source: str | None = Field(default=None, max_length=200)
    note: str | None = Field(default=None, max_length=400)


class UnitName(SQLModel, table=True):
    """A name with the days it was borne; open ends mean "as far as known"."""

    __tablename__ = "unit_name"
    unit_code: str = Field(foreign_key="unit.code", primary_key=True, max_length=32)
    position: int = Field(primary_key=True)
    name: str = Field(max_length=80)
    from_on: date | None = None
    to_on: date | None = None
    certainty: Certainty = enum_column(Certainty)


class UnitAlias(SQLModel, table=True):
    """A short name people type; belongs to one unit only."""

    __tablename__ = "unit_alias"
    alias: str = Field(primary_key=True, max_length=80)
    unit_code: str = Field(foreign_key="unit.code", index=True, max_length=32)
    position: int
