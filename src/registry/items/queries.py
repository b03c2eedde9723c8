"""Reads of areas, standards and items."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.items.tables import PATH, Area, Element, Item, LegalBasis, Standard


@dataclass(frozen=True)
class ItemDetail:
    """An item with everything that belongs to it."""

    item: Item
    elements: Sequence[Element]
    bases: Sequence[LegalBasis]
    standard: Standard
    area: Area


def list_areas(session: Session) -> Sequence[Area]:
    return session.exec(select(Area).order_by(col(Area.position))).all()


def get_area(session: Session, code: str) -> Area:
    area = session.get(Area, code)
    if area is None:
        raise NotFound(subject="area", found=code)
    return area


def standard_in_force(session: Session, area_code: str, on: date) -> Standard | None:
    """The version of an area's standard in force on a day; None when there is none."""
    query = (
        select(Standard)
        .where(Standard.area_code == area_code, col(Standard.effective_from) <= on)
        .where((col(Standard.effective_to).is_(None)) | (col(Standard.effective_to) >= on))
        .order_by(col(Standard.effective_from).desc())
    )
    return session.exec(query).first()


def list_details(
    session: Session, *, area_code: str | None = None, item_ids: Sequence[UUID] | None = None
) -> list[ItemDetail]:
    """Items with their parts in the order of the official table, fetched in four statements however many there are."""
    query = select(Item, Standard, Area).where(Item.standard_code == Standard.code, Standard.area_code == Area.code)
    if area_code is not None:
        query = query.where(Area.code == area_code)
    if item_ids is not None:
        query = query.where(col(Item.id).in_(item_ids))
    found = session.exec(query.order_by(col(Area.position), col(Standard.effective_from), col(Item.position))).all()
    ids = [item.id for item, _, _ in found]
    elements, bases = _elements(session, ids), _bases(session, ids)
    return [ItemDetail(item, elements[item.id], bases[item.id], standard, area) for item, standard, area in found]


def item_titles(session: Session) -> Mapping[str, str]:
    """Code → all levels of its title, area by area as in the catalog; of an item that several standards have, those of the newest."""
    statement = (
        select(Item.code, Item.titles)
        .join(Standard, col(Standard.code) == col(Item.standard_code))
        .join(Area, col(Area.code) == col(Standard.area_code))
        .order_by(col(Area.position), col(Standard.effective_from), col(Item.position))
    )
    return {code: PATH.join(titles) for code, titles in session.exec(statement)}


def get_detail(session: Session, code: str) -> ItemDetail:
    """The item of that code in the newest standard that has it."""
    query = (
        select(Item)
        .where(Item.code == code, Item.standard_code == Standard.code)
        .order_by(col(Standard.effective_from).desc())
    )
    item = session.exec(query).first()
    if item is None:
        raise NotFound(subject="item", found=code)
    return list_details(session, item_ids=[item.id])[0]


def _elements(session: Session, item_ids: Sequence[UUID]) -> Mapping[UUID, list[Element]]:
    by_item: dict[UUID, list[Element]] = defaultdict(list)
    for one in session.exec(select(Element).where(col(Element.item_id).in_(item_ids)).order_by(col(Element.position))):
        by_item[one.item_id].append(one)
    return by_item


def _bases(session: Session, item_ids: Sequence[UUID]) -> Mapping[UUID, list[LegalBasis]]:
    by_item: dict[UUID, list[LegalBasis]] = defaultdict(list)
    for one in session.exec(
        select(LegalBasis).where(col(LegalBasis.item_id).in_(item_ids)).order_by(col(LegalBasis.position))
    ):
        by_item[one.item_id].append(one)
    return by_item
