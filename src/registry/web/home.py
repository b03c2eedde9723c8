"""The home page: search, the areas, how things stand today in plain words, what is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, current_app, render_template
from sqlmodel import Session, col, func, select

from registry.bootstrap import Registry
from registry.duties.queries import tracking_of
from registry.items.queries import list_areas
from registry.items.tables import Area, Item, Standard
from registry.publications.queries import PublicationRow, list_public
from registry.units.queries import unit_names
from registry.web.boards import Boards
from registry.web.measures import Cell

blueprint = Blueprint("home", __name__)

NEWEST = 8


@dataclass(frozen=True)
class AreaCard:
    """An area with the number of its items and how it stands today."""

    area: Area
    items: int
    cell: Cell


@dataclass(frozen=True)
class HomePage:
    """`total` is today's cell over all units and areas; `newest` are the publications that became public last."""

    as_of: date
    areas: Sequence[AreaCard]
    total: Cell
    newest: Sequence[PublicationRow]
    publications: int
    units: Mapping[str, str]
    tracked_from: date | None


@blueprint.get("/")
def home() -> str:
    registry: Registry = current_app.extensions["registry"]
    boards: Boards = current_app.extensions["boards"]
    dates = registry.state_dates()
    limits = registry.rulebook.deadlines.grade_limits(dates.as_of)
    with registry.database.read() as session:
        found, items = boards.on(session, dates), _items_by_area(session)
        newest, publications = list_public(session, dates.as_of, size=NEWEST)
        tracking = tracking_of(session)
        page = HomePage(
            as_of=dates.as_of,
            areas=[
                AreaCard(area, items.get(area.code, 0), Cell(found.of_area(area.code), limits, area=area.code))
                for area in list_areas(session)
            ],
            total=Cell(found.total(), limits),
            newest=newest,
            publications=publications,
            units=unit_names(session),
            tracked_from=tracking.tracked_from if tracking else None,
        )
        return render_template("home/home.html", page=page)


def _items_by_area(session: Session) -> Mapping[str, int]:
    counted = select(Standard.area_code, func.count(col(Item.id))).where(Item.standard_code == Standard.code)
    return dict(session.exec(counted.group_by(Standard.area_code)).all())
