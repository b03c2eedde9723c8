"""What the registry itself counts for the annual report: publications that became public in the year, each once whatever its channels."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from registry.duties.tables import Duty
from registry.items.tables import Item, Standard
from registry.publications.queries import visible_to_public
from registry.publications.tables import Publication, Revision
from registry.rulebook.annual import ReportFormat


@dataclass(frozen=True)
class Disclosed:
    """A publication that became public in the year, as it was first or last public in it."""

    publication_id: UUID
    title: str
    unit_code: str
    area_code: str
    published_on: date
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """What the registry counts for a cell, and by which channels (none: all)."""

    cell: str
    figure: Decimal
    channels: tuple[str, ...]


def list_disclosed(
    session: Session,
    year: int,
    today: date,
    *,
    unit_code: str | None = None,
    area_code: str | None = None,
    channels: Collection[str] = (),
) -> list[Disclosed]:
    """Publications first public in the year and not withdrawn by its end (by today in a year under way), oldest first.

    With `channels`, those disclosed through at least one of them.
    """
    statement = (
        sa.select(
            col(Publication.id),
            col(Revision.title),
            col(Duty.unit_code),
            col(Standard.area_code),
            col(Publication.published_on),
            col(Revision.channels),
        )
        .join(Revision, col(Revision.id) == col(Publication.public_revision_id))
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .join(Item, col(Item.id) == col(Duty.item_id))
        .join(Standard, col(Standard.code) == col(Item.standard_code))
        .where(visible_to_public(min(date(year, 12, 31), today)), col(Publication.published_on) >= date(year, 1, 1))
        .order_by(col(Publication.published_on), col(Publication.id))
    )
    if unit_code is not None:
        statement = statement.where(col(Duty.unit_code) == unit_code)
    if area_code is not None:
        statement = statement.where(col(Standard.area_code) == area_code)
    found = [
        Disclosed(key, title, unit, area, published_on, tuple(dict.fromkeys(one["channel"] for one in told)))
        for key, title, unit, area, published_on, told in session.execute(statement)
    ]
    return [one for one in found if not channels or set(channels) & set(one.channels)]


def suggestions(
    session: Session, form: ReportFormat, unit_code: str, year: int, today: date
) -> Mapping[str, Suggestion]:
    """What the registry counts for the unit, by cell. A figure of the unit's is what the unit says; this is only what is known here."""
    counted = {code: cell for code, cell in form.cells.items() if cell.row.counts}
    if not counted:
        return {}
    disclosed = list_disclosed(session, year, today, unit_code=unit_code)
    found = {}
    for code, cell in counted.items():
        wanted = set(cell.row.channels)
        number = sum(1 for one in disclosed if not wanted or wanted & set(one.channels))
        found[code] = Suggestion(code, Decimal(number), cell.row.channels)
    return found
