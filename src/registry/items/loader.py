"""`catalog/areas.yaml` and `catalog/<area>.yaml` to rows and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, validates_schema
from sqlmodel import Session, col, select

from registry.audit.service import Action, record
from registry.database import Work
from registry.datafiles import (
    ADDRESS,
    CODE,
    EVIDENCE,
    Day,
    Document,
    Fault,
    Flag,
    MonthDay,
    Shape,
    Text,
    check,
    dump,
    many,
    one,
    texts,
)
from registry.deadlines.rules import Clause, clause_from
from registry.items.tables import Area, Element, ElementKind, Item, LegalBasis, Standard
from registry.rulebook.deadlines import PERIODS, ClauseShape
from registry.rulebook.regulations import Basis, BasisShape
from registry.units.loader import Differences, LoadCounts
from registry.units.tables import Certainty

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
class ItemEntry:
    """A row of a standard as the file has it."""

    code: str
    titles: tuple[str, ...]
    elements: tuple[str, ...]
    legal_bases: tuple[Basis, ...]
    deadline_text: str
    deadline: tuple[Clause, ...]
    body: str
    roles: tuple[str, ...]
    channels: tuple[str, ...]
    audience: Audience
    methods: tuple[str, ...]
    levels: tuple[str, ...]
    evidence: str
    tables: tuple[str, ...] = ()
    granularity: str | None = None
    recurs: str | None = None
    event_expected_by: str | None = None
    reports_on: str | None = None
    channel_notes: str | None = None
    sources: tuple[str, ...] = ()
    in_force: InForce | None = None
    notes: str | None = None


@dataclass(frozen=True)
class AreaCatalog:
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


class ItemShape(Shape):
    makes = ItemEntry
    code = Text(32, pattern=CODE, form="URP-01-01", required=True)
    titles = texts(80, most=3, distinct=False, required=True)
    elements = texts(400, required=True)
    tables = texts(400)
    granularity = Text(400)
    legal_bases = many(BasisShape, least=0, required=True)
    deadline_text = Text(400, required=True)
    deadline = many(ClauseShape, required=True)
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

    @validates_schema
    def expected_event_recurs(self, loaded: dict[str, Any], **_: Any) -> None:
        if "event_expected_by" in loaded and "recurs" not in loaded:
            raise ValidationError("missing_field", "recurs")


class AreaCatalogShape(Shape):
    makes = AreaCatalog
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
) -> tuple[list[AreaCatalog] | None, list[Fault]]:
    """The catalogs of the areas in their order, or None when one of them has faults or cannot be read."""
    catalogs: list[AreaCatalog] = []
    faults: list[Fault] = []
    names = [catalog_file(area) for area in areas if catalog_file(area) in documents]
    for name in names:
        loaded, found = check(documents[name], AreaCatalogShape)
        faults += found
        if loaded is not None:
            catalogs.append(loaded)
    return (catalogs if len(catalogs) == len(areas) else None), faults


# --- rows ----------------------------------------------------------------------------------------------


def apply_areas(work: Work, areas: Sequence[AreaEntry]) -> LoadCounts:
    rows = {row.code: row for row in work.session.exec(select(Area))}
    counts = LoadCounts(absent=len(rows.keys() - {area.code for area in areas}))
    for position, area in enumerate(areas, start=1):
        values: dict[str, Any] = {
            "prefix": area.prefix,
            "name": area.name,
            "later_name": area.later_name,
            "national_guide": area.national_guide,
            "summary": area.summary,
        }
        row = rows.get(area.code)
        is_new = row is None
        if row is None:
            row = Area(code=area.code, position=position, **values)
            work.session.add(row)
        changes = _apply_row(row, values, is_new=is_new, counts=counts)
        row.position = position
        if changes:
            record(work, Action.ITEM_CHANGE, "area", area.code, changes)
            _touch_items(work, Standard.area_code == area.code)
    work.session.flush()
    return counts


def _apply_row(row: Any, values: Mapping[str, Any], *, is_new: bool, counts: LoadCounts) -> dict[str, tuple[Any, Any]]:
    """Set what differs, count it, and return the changes; of a new row, all its values that say something."""
    if is_new:
        counts.created += 1
        return {name: (None, value) for name, value in values.items() if value not in (None, [], {})}
    differences = Differences(row)
    differences.set(values)
    counts.updated += bool(differences.found)
    counts.unchanged += not differences.found
    return differences.found


def _touch_items(work: Work, condition: Any) -> None:
    found = select(Item.id).where(Item.standard_code == Standard.code, condition)
    for item_id in work.session.exec(found):
        work.touch("item", item_id)


def apply_catalog(work: Work, catalog: AreaCatalog) -> LoadCounts:
    """Make the standard and its items what the file says. Items keep their ids; items that left the file are left as they are."""
    _apply_standard(work, catalog)
    rows = {row.code: row for row in _rows_of(work.session, catalog.standard.code)}
    elements, bases = _parts(work.session, catalog.standard.code)
    counts = LoadCounts(absent=len(rows.keys() - {item.code for item in catalog.items}))
    for position, item in enumerate(catalog.items, start=1):
        values = item_values(item)
        row = rows.get(item.code)
        is_new = row is None
        if row is None:
            row = Item(standard_code=catalog.standard.code, code=item.code, position=position, extra={}, **values)
            work.session.add(row)
            work.session.flush()
        differences = Differences(row)
        differences.set(values)
        row.position = position
        changes = {
            **differences.found,
            **apply_elements(work.session, row.id, elements.get(row.id, []), wanted_elements(item)),
            **_apply_bases(work.session, row.id, bases.get(row.id, []), item.legal_bases),
        }
        _record_item(work, row, changes, is_new=is_new, counts=counts)
    work.session.flush()
    return counts


def _record_item(work: Work, row: Item, changes: dict[str, Any], *, is_new: bool, counts: LoadCounts) -> None:
    if is_new:
        changes = {"code": (None, row.code), "titles": (None, row.titles), **changes}
        counts.created += 1
    elif changes:
        counts.updated += 1
    else:
        counts.unchanged += 1
        return
    record(work, Action.ITEM_CHANGE, "item", row.id, changes)
    work.touch("item", row.id)


def _apply_standard(work: Work, catalog: AreaCatalog) -> None:
    entry = catalog.standard
    values: dict[str, Any] = {
        "area_code": entry.area,
        "title": entry.title,
        "version": entry.version,
        "issuer_code": entry.issuer,
        "doc_no": entry.doc_no,
        "effective_from": entry.effective_from,
        "effective_to": entry.effective_to,
        "certainty": Certainty(entry.evidence),
        "note": entry.note,
        "sources": [SourceShape().dump(source) for source in catalog.sources],
    }
    row = work.session.get(Standard, entry.code)
    is_new = row is None
    if row is None:
        _end_earlier_standards(work, entry)
        row = Standard(code=entry.code, **values)
        work.session.add(row)
    changes = _apply_row(row, values, is_new=is_new, counts=LoadCounts())
    work.session.flush()
    if changes:
        record(work, Action.ITEM_CHANGE, "standard", entry.code, changes)
        _touch_items(work, Standard.code == entry.code)


def _end_earlier_standards(work: Work, entry: StandardEntry) -> None:
    """A new version of an area's standard ends the one before it the day before it takes effect."""
    earlier = select(Standard).where(
        Standard.area_code == entry.area,
        col(Standard.effective_to).is_(None),
        col(Standard.effective_from) < entry.effective_from,
    )
    for row in work.session.exec(earlier):
        last = entry.effective_from - timedelta(days=1)
        record(work, Action.ITEM_CHANGE, "standard", row.code, {"effective_to": (None, last)})
        row.effective_to = last
        _touch_items(work, Standard.code == row.code)


def item_values(item: ItemEntry) -> dict[str, Any]:
    """The columns of an item's row, except its place and what nobody knows (`extra`)."""
    in_force = item.in_force or InForce()
    return {
        "titles": list(item.titles),
        "granularity": item.granularity,
        "deadline_text": item.deadline_text,
        "deadline": [clause.as_record() for clause in item.deadline],
        "recurs": item.recurs,
        "event_expected_by": item.event_expected_by,
        "reports_on": item.reports_on,
        "body": item.body,
        "roles": list(item.roles),
        "channels": list(item.channels),
        "channel_notes": item.channel_notes,
        "audience_everyone": item.audience.everyone,
        "audience_groups": item.audience.groups,
        "methods": list(item.methods),
        "levels": list(item.levels),
        "certainty": Certainty(item.evidence),
        "sources": list(item.sources),
        "in_force_from": in_force.from_on,
        "in_force_to": in_force.to_on,
        "notes": item.notes,
    }


def _rows_of(session: Session, standard_code: str) -> Sequence[Item]:
    query = select(Item).where(Item.standard_code == standard_code)
    return session.exec(query.order_by(col(Item.position), col(Item.code))).all()


def _parts(session: Session, standard_code: str) -> tuple[dict[UUID, list[Element]], dict[UUID, list[LegalBasis]]]:
    elements: dict[UUID, list[Element]] = {}
    bases: dict[UUID, list[LegalBasis]] = {}
    of_standard = select(Element).where(Element.item_id == Item.id, Item.standard_code == standard_code)
    for element in session.exec(of_standard.order_by(col(Element.position))):
        elements.setdefault(element.item_id, []).append(element)
    cited = select(LegalBasis).where(LegalBasis.item_id == Item.id, Item.standard_code == standard_code)
    for basis in session.exec(cited.order_by(col(LegalBasis.position))):
        bases.setdefault(basis.item_id, []).append(basis)
    return elements, bases


def wanted_elements(item: ItemEntry) -> list[tuple[ElementKind, str]]:
    """Content first, then tables, in the file's order."""
    content = [(ElementKind.CONTENT, text) for text in item.elements]
    return content + [(ElementKind.TABLE, text) for text in item.tables]


def apply_elements(
    session: Session, item_id: UUID, rows: Sequence[Element], wanted: Sequence[tuple[ElementKind, str]]
) -> dict[str, tuple[Any, Any]]:
    """Make an item's elements what is wanted, in that order.

    An element that keeps its text keeps its id wherever it moves, as publications name the elements they cover; a changed text is a new
    element, which nothing covers yet.
    """
    before = [(row.kind, row.text) for row in rows]
    if before == list(wanted):
        return {}
    kept = {(row.kind, row.text): row for row in rows}
    for position, (kind, text) in enumerate(wanted, start=1):
        row = kept.pop((kind, text), None)
        if row is None:
            session.add(Element(item_id=item_id, position=position, kind=kind, text=text))
        elif row.position != position:
            row.position = position
    for row in kept.values():
        session.delete(row)
    return {"elements": ([text for _, text in before], [text for _, text in wanted])}


def _apply_bases(
    session: Session, item_id: UUID, rows: Sequence[LegalBasis], wanted: Sequence[Basis]
) -> dict[str, tuple[Any, Any]]:
    before = [_basis(row) for row in rows]
    if before == list(wanted):
        return {}
    for row in rows:
        session.delete(row)
    for position, basis in enumerate(wanted, start=1):
        articles = list(basis.articles)
        values: dict[str, Any] = {"regulation": basis.regulation, "edition": basis.edition, "articles": articles}
        session.add(LegalBasis(item_id=item_id, position=position, **values))
    return {"legal_bases": ([_spelled(basis) for basis in before], [_spelled(basis) for basis in wanted])}


def _basis(row: LegalBasis) -> Basis:
    return Basis(row.regulation, row.edition, tuple(row.articles))


def _spelled(basis: Basis) -> str:
    return " ".join([basis.regulation, *([basis.edition] if basis.edition else []), *basis.articles])


def export_areas(session: Session) -> dict[str, str]:
    """The area list and the newest standard of each area, as they stand in the rows; loading them again changes nothing."""
    rows = session.exec(select(Area).order_by(col(Area.position), col(Area.code))).all()
    areas = tuple(
        AreaEntry(row.code, row.prefix, row.name, row.summary, row.later_name, row.national_guide) for row in rows
    )
    files = {AREAS_FILE: dump(AREAS_HEADER, AreasShape().dump(AreasFile(areas)))} if areas else {}
    for area in areas:
        newest = select(Standard).where(Standard.area_code == area.code).order_by(col(Standard.effective_from).desc())
        standard = session.exec(newest).first()
        if standard is not None:
            files[catalog_file(area.code)] = dump(CATALOG_HEADER, AreaCatalogShape().dump(_catalog(session, standard)))
    return files


def _catalog(session: Session, row: Standard) -> AreaCatalog:
    elements, bases = _parts(session, row.code)
    standard = StandardEntry(
        code=row.code,
        area=row.area_code,
        title=row.title,
        version=row.version,
        issuer=row.issuer_code,
        doc_no=row.doc_no,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        evidence=row.certainty.value,
        note=row.note,
    )
    sources = tuple(SourceEntry(one["ref"], one["title"], one.get("url")) for one in row.sources)
    items = tuple(
        item_entry(item, elements.get(item.id, []), [_basis(basis) for basis in bases.get(item.id, [])])
        for item in _rows_of(session, row.code)
    )
    return AreaCatalog(standard, items, sources)


def item_entry(row: Item, elements: Sequence[Element], bases: Sequence[Basis]) -> ItemEntry:
    """The file's form of a row."""
    in_force = InForce(row.in_force_from, row.in_force_to)
    return ItemEntry(
        code=row.code,
        titles=tuple(row.titles),
        elements=tuple(one.text for one in elements if one.kind is ElementKind.CONTENT),
        tables=tuple(one.text for one in elements if one.kind is ElementKind.TABLE),
        granularity=row.granularity,
        legal_bases=tuple(bases),
        deadline_text=row.deadline_text,
        deadline=tuple(clause_from(clause) for clause in row.deadline),
        recurs=row.recurs,
        event_expected_by=row.event_expected_by,
        reports_on=row.reports_on,
        body=row.body,
        roles=tuple(row.roles),
        channels=tuple(row.channels),
        channel_notes=row.channel_notes,
        audience=Audience(row.audience_everyone, row.audience_groups),
        methods=tuple(row.methods),
        levels=tuple(row.levels),
        evidence=row.certainty.value,
        sources=tuple(row.sources),
        in_force=None if in_force == InForce() else in_force,
        notes=row.notes,
    )
