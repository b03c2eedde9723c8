"""`catalog/areas.yaml` and `catalog/<area>.yaml` to rows and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from registry.audit.service import Action, record
from registry.database import Work
from registry.datafiles import dump
from registry.deadlines.clauses import Clause, clause_from
from registry.deadlines.reading import read
from registry.deadlines.vocabulary import Vocabulary
from registry.items.files import (
    AREAS_FILE,
    AREAS_HEADER,
    CATALOG_HEADER,
    AreaEntry,
    AreaItems,
    AreaItemsShape,
    AreasFile,
    AreasShape,
    Audience,
    ExtraText,
    InForce,
    ItemEntry,
    SourceEntry,
    SourceShape,
    StandardEntry,
    catalog_file,
)
from registry.items.tables import Area, Element, ElementKind, Item, LegalBasis, Standard
from registry.rulebook.regulations import Basis
from registry.units.loader import Differences, LoadCounts
from registry.units.tables import Certainty


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
        changes = {name: (None, value) for name, value in values.items() if value not in (None, [], {})}
    else:
        differences = Differences(row)
        differences.set(values)
        changes = differences.found
    counts.note(is_new=is_new, is_changed=bool(changes))
    return changes


def _touch_items(work: Work, condition: Any) -> None:
    found = select(Item.id).where(Item.standard_code == Standard.code, condition)
    for item_id in work.session.exec(found):
        work.touch("item", item_id)


Parts = tuple[dict[UUID, list[Element]], dict[UUID, list[LegalBasis]]]


def apply_catalog(work: Work, catalog: AreaItems, vocabulary: Vocabulary) -> LoadCounts:
    """Make the standard and its items what the file says. Items keep their ids; items that left the file are left as they are."""
    _apply_standard(work, catalog)
    code = catalog.standard.code
    rows = {row.code: row for row in _rows_of(work.session, code)}
    parts = parts_of(work.session, code)
    counts = LoadCounts(absent=len(rows.keys() - {item.code for item in catalog.items}))
    for position, item in enumerate(catalog.items, start=1):
        apply_item(work, code, item, rows.get(item.code), parts, vocabulary, counts, position=position)
    work.session.flush()
    return counts


def apply_item(
    work: Work,
    standard_code: str,
    item: ItemEntry,
    row: Item | None,
    parts: Parts,
    vocabulary: Vocabulary,
    counts: LoadCounts,
    *,
    position: int,
) -> None:
    """Make one item what the entry says, `row` being what there is of it; `parts` are the elements and bases of its standard."""
    values = item_values(item, vocabulary)
    is_new = row is None
    if row is None:
        row = Item(standard_code=standard_code, code=item.code, position=position, **values)
        work.session.add(row)
        work.session.flush()
    differences = Differences(row)
    differences.set(values)
    row.position = position
    elements, bases = parts
    changes = {
        **differences.found,
        **apply_elements(work.session, row.id, elements.get(row.id, []), wanted_elements(item)),
        **_apply_bases(work.session, row.id, bases.get(row.id, []), item.legal_bases),
    }
    _record_item(work, row, changes, is_new=is_new, counts=counts)


def _record_item(work: Work, row: Item, changes: dict[str, Any], *, is_new: bool, counts: LoadCounts) -> None:
    if is_new:
        changes = {"code": (None, row.code), "titles": (None, row.titles), **changes}
    if counts.note(is_new=is_new, is_changed=bool(changes)):
        record(work, Action.ITEM_CHANGE, "item", row.id, changes)
        work.touch("item", row.id)


def _apply_standard(work: Work, catalog: AreaItems) -> None:
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


def clauses_read_from(text: str, vocabulary: Vocabulary) -> tuple[Clause, ...]:
    """What a deadline text says; nothing when a person must decide (待定规则), so that no date is guessed."""
    reading = read(text, vocabulary)
    return () if reading.needs_rule else reading.clauses


def item_values(item: ItemEntry, vocabulary: Vocabulary) -> dict[str, Any]:
    """The columns of an item's row, except its place."""
    clauses = item.deadline or clauses_read_from(item.deadline_text, vocabulary)
    in_force = item.in_force or InForce()
    return {
        "titles": list(item.titles),
        "granularity": item.granularity,
        "deadline_text": item.deadline_text,
        "deadline": [clause.as_record() for clause in clauses],
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
        "extra": {one.header: one.text for one in item.extra},
    }


def _rows_of(session: Session, standard_code: str) -> Sequence[Item]:
    query = select(Item).where(Item.standard_code == standard_code)
    return session.exec(query.order_by(col(Item.position), col(Item.code))).all()


def parts_of(session: Session, standard_code: str) -> Parts:
    """Elements and bases of every item of a standard, by item, in their order."""
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
        values: dict[str, Any] = {**asdict(basis), "articles": list(basis.articles)}
        session.add(LegalBasis(item_id=item_id, position=position, **values))
    return {"legal_bases": ([_spelled(basis) for basis in before], [_spelled(basis) for basis in wanted])}


def _basis(row: LegalBasis) -> Basis:
    return Basis(row.regulation, row.edition, tuple(row.articles), row.title, row.doc_no)


def _spelled(basis: Basis) -> str:
    return " ".join(filter(None, (basis.regulation or basis.title, basis.edition, basis.doc_no, *basis.articles)))


def export_areas(session: Session, vocabulary: Vocabulary) -> dict[str, str]:
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
            files[catalog_file(area.code)] = dump(
                CATALOG_HEADER, AreaItemsShape().dump(_catalog(session, standard, vocabulary))
            )
    return files


def _catalog(session: Session, row: Standard, vocabulary: Vocabulary) -> AreaItems:
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
    _, items = entries_of(session, row, vocabulary)
    return AreaItems(standard, tuple(items), sources)


def entries_of(session: Session, standard: Standard, vocabulary: Vocabulary) -> tuple[Sequence[str], list[ItemEntry]]:
    """All codes ever used in the standard's area, and the items of this standard as the file would have them."""
    codes = session.exec(
        select(Item.code).where(Item.standard_code == Standard.code, Standard.area_code == standard.area_code)
    ).all()
    elements, bases = parts_of(session, standard.code)
    return codes, [
        item_entry(row, elements.get(row.id, []), [_basis(one) for one in bases.get(row.id, [])], vocabulary)
        for row in _rows_of(session, standard.code)
    ]


def item_entry(row: Item, elements: Sequence[Element], bases: Sequence[Basis], vocabulary: Vocabulary) -> ItemEntry:
    """The file's form of a row; clauses that the text says itself are left out."""
    clauses = tuple(clause_from(clause) for clause in row.deadline)
    in_force = InForce(row.in_force_from, row.in_force_to)
    return ItemEntry(
        code=row.code,
        titles=tuple(row.titles),
        elements=tuple(one.text for one in elements if one.kind is ElementKind.CONTENT),
        tables=tuple(one.text for one in elements if one.kind is ElementKind.TABLE),
        granularity=row.granularity,
        legal_bases=tuple(bases),
        deadline_text=row.deadline_text,
        deadline=() if clauses == clauses_read_from(row.deadline_text, vocabulary) else clauses,
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
        extra=tuple(ExtraText(header, text) for header, text in row.extra.items()),
    )
