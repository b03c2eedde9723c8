"""The duties in the database as the plan knows them: by stable codes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from registry.demo.owed import OwingDuty
from registry.duties.queries import schedule_of
from registry.duties.tables import Duty
from registry.items.tables import Element, ElementKind, Item
from registry.publications.rules import ONLINE_CHANNELS
from registry.units.tables import Unit


@dataclass(frozen=True)
class DutyRow:
    """A duty of the plan and what its publications need of the database."""

    owing: OwingDuty
    duty_id: UUID
    element_ids: tuple[UUID, ...]
    unit_name: str
    item_title: str


def list_duties(session: Session, since: date, units: Collection[str] = ()) -> list[DutyRow]:
    """Every duty that holds on or after a day, of some units or of all; in the order of units and items."""
    elements = _elements(session)
    query = select(Duty, Item, Unit).where(Duty.item_id == Item.id, Duty.unit_code == Unit.code)
    if units:
        query = query.where(col(Duty.unit_code).in_(units))
    rows = session.exec(query.order_by(col(Unit.position), col(Item.code), col(Duty.starts_on)))
    return [
        _row(duty, item, unit, elements) for duty, item, unit in rows if duty.ends_on is None or duty.ends_on >= since
    ]


def _elements(session: Session) -> Mapping[UUID, list[Element]]:
    found: dict[UUID, list[Element]] = defaultdict(list)
    for element in session.exec(select(Element).order_by(col(Element.position))):
        found[element.item_id].append(element)
    return found


def _row(duty: Duty, item: Item, unit: Unit, elements: Mapping[UUID, list[Element]]) -> DutyRow:
    own = elements.get(item.id, [])
    channel = next((one for one in item.channels if one in ONLINE_CHANNELS), item.channels[0])
    owing = OwingDuty(
        unit=duty.unit_code,
        item=item.code,
        schedule=schedule_of(item),
        starts_on=duty.starts_on,
        elements=tuple(element.kind is ElementKind.TABLE for element in own),
        channel=channel,
        is_online=channel in ONLINE_CHANNELS,
        calendar=unit.calendar,
        ends_on=duty.ends_on,
    )
    return DutyRow(owing, duty.id, tuple(element.id for element in own), unit.name, item.title)
