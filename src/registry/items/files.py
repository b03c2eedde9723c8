"""What `catalog/areas.yaml` and `catalog/<area>.yaml` must look like, and reading them; `loader.py` turns them into rows and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import ValidationError, validates_schema

from registry.datafiles import (
    ADDRESS,
    CODE,
    EVIDENCE,
    Day,
    Document,
    Fault,
    Flag,
    Lines,
    MonthDay,
    Shape,
    Text,
    check,
    many,
    one,
    texts,
)
from registry.deadlines.clauses import Clause
from registry.rulebook.deadlines import PERIODS, ClauseShape
from registry.rulebook.regulations import Basis, TableBasisShape

AREAS_FILE = "catalog/areas.yaml"
REPORTS_ON = ("previous_year",)
AREAS_HEADER = """\
The areas of disclosure, in the order of the home page. Each code is the name of the area's catalog file.
Kept by the office for government openness; a new area is one entry here and one catalog file."""
CATALOG_HEADER = """\
The items of disclosure of one area. One entry per row of the standard; codes never change and are never used again.
Kept by the office for government openness; evidence tells how far each item is known."""


def catalog_file(area_code: str) -> str:
    return f"catalog/{area_code}.yaml"


@dataclass(frozen=True)
class AreaEntry:
    code: str
    prefix: str
    name: str
    summary: str
    later_name: str | None = None
    national_guide: str | None = None


@dataclass(frozen=True)
class AreasFile:
    areas: tuple[AreaEntry, ...]


@dataclass(frozen=True)
class StandardEntry:
    code: str
    area: str
    title: str
    version: str
    issuer: str
    effective_from: date
    evidence: str
    effective_to: date | None = None
    doc_no: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class SourceEntry:
    """Where items of a standard were seen."""

    ref: str
    title: str
    url: str | None = None


@dataclass(frozen=True)
class Audience:
    everyone: bool
    groups: str | None = None


@dataclass(frozen=True)
class InForce:
    """The days an item exists, when not all of its standard's."""

    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True)
class ExtraText:
    """What a table has in a column nobody knows."""

    header: str
    text: str


@dataclass(frozen=True)
class ItemEntry:
    """A row of a standard as the file has it; without `deadline` the clauses are what `deadline_text` reads as."""

    code: str
    titles: tuple[str, ...]
    elements: tuple[str, ...]
    legal_bases: tuple[Basis, ...]
    deadline_text: str
    body: str
    roles: tuple[str, ...]
    channels: tuple[str, ...]
    audience: Audience
    methods: tuple[str, ...]
    levels: tuple[str, ...]
    evidence: str
    deadline: tuple[Clause, ...] = ()
    tables: tuple[str, ...] = ()
    granularity: str | None = None
    recurs: str | None = None
    event_expected_by: str | None = None
    reports_on: str | None = None
    channel_notes: str | None = None
    sources: tuple[str, ...] = ()
    in_force: InForce | None = None
    notes: str | None = None
    extra: tuple[ExtraText, ...] = ()


@dataclass(frozen=True)
class AreaItems:
    """One file: a standard, where it was seen, and its items."""

    standard: StandardEntry
    items: tuple[ItemEntry, ...]
    sources: tuple[SourceEntry, ...] = ()


class AreaShape(Shape):
    makes = AreaEntry
    code = Text(32, pattern=CODE, form="a-z 0-9 -", required=True)
    prefix = Text(8, pattern=CODE, form="URP", required=True)
    name = Text(40, required=True)
    later_name = Text(40)
    national_guide = Text(400)
    summary = Text(200, required=True)


class AreasShape(Shape):
    makes = AreasFile
    areas = many(AreaShape, required=True)


class StandardShape(Shape):
    makes = StandardEntry
    code = Text(32, pattern=CODE, form="URP-2018", required=True)
    area = Text(40, required=True)
    title = Text(120, required=True)
    version = Text(40, required=True)
    issuer = Text(32, required=True)
    doc_no = Text(60)
    effective_from = Day(required=True)
    effective_to = Day()
    evidence = Text(32, choices=EVIDENCE, required=True)
    note = Text(400)


class SourceShape(Shape):
    makes = SourceEntry
    ref = Text(16, pattern=CODE, form="S1", required=True)
    title = Text(200, required=True)
    url = Text(400, pattern=ADDRESS, form="http(s)://…")


class AudienceShape(Shape):
    makes = Audience
    everyone = Flag(required=True)
    groups = Text(200)

    @validates_schema
    def names_somebody(self, loaded: dict[str, Any], **_: Any) -> None:
        if not loaded["everyone"] and "groups" not in loaded:
            raise ValidationError("missing_field", "groups")


class InForceShape(Shape):
    makes = InForce
    from_on = Day(data_key="from")
    to_on = Day(data_key="to")


class ExtraShape(Shape):
    makes = ExtraText
    header = Text(80, required=True)
    text = Lines(2000, required=True)


class ItemShape(Shape):
    makes = ItemEntry
    code = Text(32, pattern=CODE, form="URP-01-01", required=True)
    titles = texts(80, most=3, distinct=False, required=True)
    elements = texts(400, required=True)
    tables = texts(400)
    granularity = Text(400)
    legal_bases = many(TableBasisShape, least=0, required=True)
    deadline_text = Text(400, required=True)
    deadline = many(ClauseShape)
    recurs = Text(16, choices=PERIODS)
    event_expected_by = MonthDay()
    reports_on = Text(16, choices=REPORTS_ON)
    body = Text(200, required=True)
    roles = texts(80, required=True)
    channels = texts(40, required=True)
    channel_notes = Text(200)
    audience = one(AudienceShape, required=True)
    methods = texts(16, required=True)
    levels = texts(16, required=True)
    evidence = Text(32, choices=EVIDENCE, required=True)
    sources = texts(16)
    in_force = one(InForceShape)
    notes = Text(600)
    extra = many(ExtraShape)

    @validates_schema
    def expected_event_recurs(self, loaded: dict[str, Any], **_: Any) -> None:
        if "event_expected_by" in loaded and "recurs" not in loaded:
            raise ValidationError("missing_field", "recurs")


class AreaItemsShape(Shape):
    makes = AreaItems
    standard = one(StandardShape, required=True)
    sources = many(SourceShape)
    items = many(ItemShape, required=True)


def read_areas(documents: Mapping[str, Document]) -> tuple[tuple[AreaEntry, ...] | None, list[Fault]]:
    if AREAS_FILE not in documents:
        return None, []
    loaded, faults = check(documents[AREAS_FILE], AreasShape)
    return (loaded.areas if loaded else None), faults


def read_catalogs(
    documents: Mapping[str, Document], areas: Sequence[str]
) -> tuple[list[AreaItems] | None, list[Fault]]:
    """The catalogs of the areas in their order, or None when one of them has faults or cannot be read."""
    catalogs: list[AreaItems] = []
    faults: list[Fault] = []
    names = [catalog_file(area) for area in areas if catalog_file(area) in documents]
    for name in names:
        loaded, found = check(documents[name], AreaItemsShape)
        faults += found
        if loaded is not None:
            catalogs.append(loaded)
    return (catalogs if len(catalogs) == len(areas) else None), faults
