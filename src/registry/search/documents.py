"""What the index knows of an item or a publication, built from the database in a fixed number of statements
however many are asked for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.coverage.queries import item_openness
from registry.coverage.rules import Openness, StateDates
from registry.duties.tables import Duty
from registry.items.tables import Area, Element, Item, LegalBasis, Standard
from registry.publications.tables import Publication, Revision
from registry.units.tables import Unit, UnitAlias, UnitName

ITEM, PUBLICATION = "item", "publication"
BATCH = 500


@dataclass(frozen=True)
class SearchDocument:
    """One thing that can be found. `units` are codes, `unit_names` the text of all names they have had and
    are called by.

    `public_from` and `public_to` bound the days on which the public finds it (the last excluded, None: no
    bound); `openness` is None when nothing has fallen due for it; `url_id` stands in its address.
    """

    kind: str
    id: str
    code: str
    title: str
    path: str = ""
    doc_no: str = ""
    content: tuple[str, ...] = ()
    basis: str = ""
    body: str = ""
    notes: str = ""
    area: str = ""
    units: tuple[str, ...] = ()
    unit_names: str = ""
    channels: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    year: int | None = None
    published_on: date | None = None
    url_id: str = ""
    public_from: date | None = None
    public_to: date | None = None
    openness: Openness | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.id


def item_documents(
    session: Session, rulebook: Any, dates: StateDates, ids: Collection[UUID] | None = None
) -> Iterator[SearchDocument]:
    """Items in the order of their code."""
    statement = sa.select(Item, Standard, Area).join(Standard, col(Standard.code) == col(Item.standard_code))
    statement = statement.join(Area, col(Area.code) == col(Standard.area_code)).order_by(col(Item.code))
    rows = session.execute(_within(statement, col(Item.id), ids)).all()
    elements = _by_item(
        session.exec(_within(select(Element).order_by(col(Element.position)), col(Element.item_id), ids))
    )
    bases = _by_item(
        session.exec(_within(select(LegalBasis).order_by(col(LegalBasis.position)), col(LegalBasis.item_id), ids))
    )
    duties = _by_item(session.exec(_within(select(Duty).order_by(col(Duty.unit_code)), col(Duty.item_id), ids)))
    names = unit_names(session)
    openness = item_openness(session, dates, None if ids is None else list(ids))
    for item, standard, area in rows:
        held = duties.get(item.id, [])
        yield SearchDocument(
            kind=ITEM,
            id=str(item.id),
            code=item.code,
            title=item.title,
            path=item.path,
            content=tuple(element.text for element in elements.get(item.id, [])),
            basis="\n".join(regulation_text(rulebook, basis) for basis in bases.get(item.id, [])),
            body=item.body,
            notes="\n".join(
                filter(
                    None,
                    (item.notes, item.granularity, item.channel_notes, item.deadline_text, _area_text(area)),
                )
            ),
            area=area.code,
            units=tuple(dict.fromkeys(duty.unit_code for duty in held if duty.ends_on is None)),
            unit_names="\n".join(dict.fromkeys(names.get(duty.unit_code, "") for duty in held)),
            channels=tuple(item.channels),
            levels=tuple(item.levels),
            url_id=item.code,
            public_to=_day_after(min(filter(None, (standard.effective_to, item.in_force_to)), default=None)),
            openness=openness.get(item.id),
        )


def publication_documents(session: Session, ids: Collection[UUID] | None = None) -> Iterator[SearchDocument]:
    """Publications approved for a day, also one to come or gone by; drafts are never indexed."""
    statement = (
        sa.select(Publication, Revision, Duty, Item, Area)
        .join(Revision, col(Revision.id) == col(Publication.public_revision_id))
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .join(Item, col(Item.id) == col(Duty.item_id))
        .join(Standard, col(Standard.code) == col(Item.standard_code))
        .join(Area, col(Area.code) == col(Standard.area_code))
        .where(col(Publication.published_on).is_not(None))
    )
    rows = session.execute(_within(statement, col(Publication.id), ids)).all()
    wanted = None if ids is None else {item.id for _, _, _, item, _ in rows}
    elements = {str(one.id): one.text for one in session.exec(_within(select(Element), col(Element.item_id), wanted))}
    names = unit_names(session)
    for publication, revision, duty, item, area in rows:
        yield SearchDocument(
            kind=PUBLICATION,
            id=str(publication.id),
            code=item.code,
            title=revision.title,
            path=item.path,
            doc_no=revision.doc_no or "",
            content=(
                revision.summary or "",
                *(elements[one] for one in revision.elements if one in elements),
            ),
            notes=_area_text(area),
            area=area.code,
            units=(duty.unit_code,),
            unit_names=names.get(duty.unit_code, ""),
            channels=tuple(dict.fromkeys(str(one["channel"]) for one in revision.channels)),
            levels=tuple(item.levels),
            year=publication.published_on.year,
            published_on=publication.published_on,
            url_id=str(publication.id),
            public_from=publication.published_on,
            public_to=publication.withdrawn_on,
        )


def unit_names(session: Session) -> Mapping[str, str]:
    """Unit code → every name it has had and every alias, one a line."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for code, name in session.exec(select(Unit.code, Unit.name)):
        found[code][name] = None
    for code, name in session.exec(select(UnitName.unit_code, UnitName.name)):
        found[code][name] = None
    for code, name in session.exec(select(UnitAlias.unit_code, UnitAlias.alias)):
        found[code][name] = None
    return {code: "\n".join(names) for code, names in found.items()}


def regulation_text(rulebook: Any, basis: LegalBasis) -> str:
    """Title, document number and articles of a legal basis, as people would type them; as written for
    one that is not in the rulebook.
    """
    regulation = getattr(rulebook, "regulations", {}).get(basis.regulation)
    if regulation is None:
        return " ".join(filter(None, (basis.regulation or basis.title, basis.doc_no, *basis.articles)))
    editions = [one for one in regulation.editions if basis.edition in (None, one.key)]
    parts = (regulation.title, regulation.short, *(edition.doc_no for edition in editions), *basis.articles)
    return " ".join(filter(None, parts))


def touched_ids(session: Session, requests: Iterable[tuple[str, str]]) -> Mapping[str, set[UUID]]:
    """What must be indexed again after changes to the given (kind, id).

    A unit or a duty stands for its items and publications; `rulebook` for all items, as they carry names of
    regulations.
    """
    asked: dict[str, set[str]] = defaultdict(set)
    for kind, subject_id in requests:
        asked[kind].add(subject_id)
    items = {UUID(one) for one in asked[ITEM]}
    publications = {UUID(one) for one in asked[PUBLICATION]}
    duties = sa.select(col(Duty.id), col(Duty.item_id)).where(
        col(Duty.unit_code).in_(asked["unit"]) | col(Duty.id).in_([UUID(one) for one in asked["duty"]])
    )
    found = session.execute(duties).all() if asked["unit"] or asked["duty"] else []
    items.update(row.item_id for row in found)
    if asked["rulebook"]:
        items.update(session.exec(select(Item.id)))
    for batch in batches([row.id for row in found]):
        publications.update(session.exec(select(Publication.id).where(col(Publication.duty_id).in_(batch))))
    return {ITEM: items, PUBLICATION: publications}


def batches(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Databases limit how many values one statement may have."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _within(statement: Any, column: Any, ids: Collection[UUID] | None) -> Any:
    return statement if ids is None else statement.where(column.in_(list(ids)))


def _by_item(rows: Iterable[Any]) -> Mapping[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.item_id].append(row)
    return found


def _area_text(area: Area) -> str:
    return "\n".join(filter(None, (area.name, area.later_name)))


def _day_after(last_day: date | None) -> date | None:
    return last_day + timedelta(days=1) if last_day else None
