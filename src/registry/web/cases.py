"""What staff pages say about a publication: the occasion it answers, its content in words, and what changed in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
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
from registry.units.queries import keeper_of
from registry.units.tables import Unit
from registry.web.filters import zh_date
from registry.web.publication_forms import CONTENT


@dataclass(frozen=True)
class Case:
    """An occasion with its item and unit, judged on `as_of`; `channels` are those a disclosure may name, code → name."""

    occasion: OccasionRow
    detail: ItemDetail
    unit_name: str
    as_of: date
    channels: Mapping[str, str]


def find_case(session: Session, registry: Registry, actor: Actor, occasion_id: UUID) -> Case:
    """The case of an occasion of the actor's reach; everything else is NotFound."""
    occasion = session.get(Occasion, occasion_id)
    if occasion is None:
        raise NotFound(subject="occasion")
    duty = get_duty(session, occasion.duty_id)
    dates = registry.state_dates()
    require_reach(actor, keeper_of(session, duty.unit_code, dates.as_of))
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


@dataclass(frozen=True)
class Line:
    """One line of a field's content; `address` when it leads somewhere."""

    text: str
    address: str | None = None


@dataclass(frozen=True)
class Part:
    """One field of the content: what it says now, and what it is compared with (None: nothing to compare with)."""

    name: str
    lines: Sequence[Line]
    other: Sequence[Line] | None = None

    @property
    def differs(self) -> bool:
        return self.other is not None and list(self.lines) != list(self.other)


def content_parts(case: Case, values: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> list[Part]:
    """The content in words, in the order of the form. Values may be typed ones: unreadable days stay as they are."""
    return [
        Part(name, _lines(case, name, values.get(name)), None if other is None else _lines(case, name, other.get(name)))
        for name in CONTENT
    ]


def content_of(revision: Revision) -> dict[str, Any]:
    return {name: getattr(revision, name) for name in CONTENT}


def _lines(case: Case, name: str, value: Any) -> list[Line]:
    if not value:
        return []
    if name == "elements":
        chosen = set(value)
        return [Line(one.text) for one in case.detail.elements if str(one.id) in chosen]
    if name == "channels":
        return [_channel_line(case, one) for one in value]
    return [Line(_day(value) if name in ("formed_on", "published_on") else str(value))]


def _channel_line(case: Case, used: Mapping[str, Any]) -> Line:
    name = case.channels.get(used["channel"], used["channel"])
    place = used.get("place")
    return Line(f"{name} {place}" if place else name, used.get("address"))


def _day(value: date | str) -> str:
    try:
        return zh_date(date.fromisoformat(value) if isinstance(value, str) else value)
    except ValueError:
        return str(value)
