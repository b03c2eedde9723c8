"""What staff pages about a publication begin with: the occasion it answers, its item and unit, and the channels it may name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from registry.accounts.permissions import Permission, may
from registry.bootstrap import Registry
from registry.coverage.queries import OccasionRow, occasions_of
from registry.database import Actor
from registry.duties.queries import get_duty
from registry.duties.tables import Occasion
from registry.errors import NotFound
from registry.items.queries import ItemDetail, list_details
from registry.publications.queries import PublicationRow, get_for
from registry.publications.tables import Revision
from registry.units.tables import Unit
from registry.web.contents import Words


@dataclass(frozen=True)
class Case:
    """An occasion with its item and unit, judged on `as_of`; `channels` are those a disclosure may name, code → name."""

    occasion: OccasionRow
    detail: ItemDetail
    unit_name: str
    as_of: date
    channels: Mapping[str, str]

    @property
    def words(self) -> Words:
        """What contents of publications for this occasion stand for."""
        return Words(self.detail.elements, self.channels)


def find_case(session: Session, registry: Registry, actor: Actor, occasion_id: UUID) -> Case:
    """The case of an occasion of the actor's reach; everything else is NotFound."""
    occasion = session.get(Occasion, occasion_id)
    if occasion is None:
        raise NotFound(subject="occasion")
    duty = get_duty(session, occasion.duty_id)
    require_reach(actor, duty.unit_code)
    dates = registry.state_dates()
    row = next((one for one in occasions_of(session, dates, duty) if one.occasion_id == occasion_id), None)
    if row is None:
        raise NotFound(subject="occasion")
    detail = list_details(session, item_ids=[duty.item_id])[0]
    unit = session.get_one(Unit, duty.unit_code)
    return Case(row, detail, unit.name, dates.as_of, _channels(registry, detail))


def require_reach(actor: Actor, unit_code: str) -> None:
    """Staff work of another unit is not forbidden but unknown."""
    if not may(actor, Permission.SEE_UNPUBLISHED, unit_code):
        raise NotFound


def find_own(session: Session, registry: Registry, actor: Actor, publication_id: UUID) -> tuple[PublicationRow, Case]:
    """The newest revision of a publication within the actor's reach, with its case."""
    row = get_for(session, publication_id, actor, registry.database.today())
    return row, find_case(session, registry, actor, row.occasion.id)


def _channels(registry: Registry, detail: ItemDetail) -> Mapping[str, str]:
    """The item's official channels; all there are where the item names none."""
    known = registry.rulebook.channels
    return {code: known[code].name for code in detail.item.channels or known if code in known}


def with_used(channels: Mapping[str, str], revision: Revision, registry: Registry) -> Mapping[str, str]:
    """`channels` and those the revision names beyond them, so that a form loses nothing."""
    used = [str(one["channel"]) for one in revision.channels]
    known = registry.rulebook.channels
    return {**channels, **{code: known[code].name if code in known else code for code in used if code not in channels}}
