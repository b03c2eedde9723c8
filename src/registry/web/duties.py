"""The page of a duty: one item as one unit owes it, every occasion of it, and how each last day was counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, current_app, render_template
from sqlmodel import Session

from registry.bootstrap import Registry
from registry.coverage.queries import OccasionRow, occasions_of
from registry.duties.queries import get_duty
from registry.duties.rulings import rulings_of
from registry.duties.tables import Duty, Occasion, Ruling
from registry.items.queries import ItemDetail, list_details
from registry.units.tables import Unit
from registry.web.proofs import Proof, proof_of

blueprint = Blueprint("duties", __name__)


@dataclass(frozen=True)
class DutyPage:
    """The duty on `as_of`; `occasions` are those that had arisen, newest last day first, each with the count that led
    to its last day and the rulings granted for it.
    """

    duty: Duty
    detail: ItemDetail
    unit: Unit
    successor: tuple[Duty, Unit] | None
    occasions: Sequence[tuple[OccasionRow, Proof | None, Sequence[Ruling]]]
    as_of: date


@blueprint.get("/duties/<uuid:duty_id>")
def duty(duty_id: UUID) -> str:
    registry: Registry = current_app.extensions["registry"]
    dates = registry.state_dates()
    with registry.database.read() as session:
        found = get_duty(session, duty_id)
        detail = list_details(session, item_ids=[found.item_id])[0]
        rows = occasions_of(session, dates, found)
        rows.sort(key=lambda row: (row.due_on or date.max, row.period), reverse=True)
        page = DutyPage(
            duty=found,
            detail=detail,
            unit=session.get_one(Unit, found.unit_code),
            successor=_successor(session, found),
            occasions=[(row, proof_of(registry, detail.item, row), _granted(session, row)) for row in rows],
            as_of=dates.as_of,
        )
        return render_template("duties/duty.html", page=page)


def _successor(session: Session, duty: Duty) -> tuple[Duty, Unit] | None:
    """The duty that goes on with this one, and whose it is."""
    following = session.get(Duty, duty.successor_id) if duty.successor_id else None
    return (following, session.get_one(Unit, following.unit_code)) if following else None


def _granted(session: Session, row: OccasionRow) -> list[Ruling]:
    rulings = rulings_of(session, session.get_one(Occasion, row.occasion_id))
    return [ruling for ruling in rulings if ruling.decided_on is not None]
