"""The rows behind each number of the board: occasions, elements, addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from flask import Blueprint, current_app, render_template
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.bootstrap import Registry
from registry.coverage.measures import ElementRow, LinkRow, LinkState, list_elements, list_links
from registry.coverage.paging import page_of_occasions
from registry.coverage.queries import DutyFilter, OccasionRow
from registry.coverage.rules import OccasionState
from registry.items.queries import get_detail, list_areas
from registry.rectification.notes import NotedCell
from registry.units.queries import unit_names
from registry.web.coverage import blueprint as coverage
from registry.web.measures import BEHIND, LINKS_BEHIND
from registry.web.notes import NotesPart, notes_part
from registry.web.parameters import (
    read_choice,
    read_choices,
    read_page,
    read_past_day,
    read_text,
    require_page,
)
from registry.web.visitors import current_actor

blueprint = Blueprint("counted", __name__)

ROWS_A_PAGE = 500

R = TypeVar("R", OccasionRow, ElementRow, LinkRow)


@dataclass(frozen=True)
class CountedPage(Generic[R]):
    """`total` is exactly what the number counted, `rows` are those of this page; `is_today` when no day was asked for."""

    as_of: date
    rows: Sequence[R]
    total: int
    number: int
    pages: int
    units: Mapping[str, str]
    areas: Mapping[str, str]
    title: str
    is_today: bool
    notes: NotesPart | None = None


@dataclass(frozen=True)
class _Asked:
    """What the address narrows to, with the words for it."""

    as_of: date | None
    wanted: DutyFilter
    units: Mapping[str, str]
    areas: Mapping[str, str]
    names: Sequence[str]


def _asked(session: Session) -> _Asked:
    areas = {area.code: area.name for area in list_areas(session)}
    units = unit_names(session)
    unit, area = read_choice("unit", units), read_choice("area", areas)
    code = read_text("item", longest=40)
    item = get_detail(session, code).item if code else None
    wanted = DutyFilter(unit_code=unit or None, area_code=area or None, item_code=item.code if item else None)
    names = [units.get(unit, ""), areas.get(area, ""), item.title if item else ""]
    return _Asked(read_past_day("as_of"), wanted, units, areas, names)


def _page(asked: _Asked, rows: Sequence[R], total: int, counted: str, as_of: date) -> CountedPage[R]:
    number = read_page()
    return CountedPage(
        as_of=as_of,
        rows=rows,
        total=total,
        number=number,
        pages=require_page(number, total=total, size=ROWS_A_PAGE),
        units=asked.units,
        areas=asked.areas,
        title=wording.label("format", "title_separator").join(part for part in (*asked.names, counted) if part),
        is_today=asked.as_of is None,
    )


def _shown(rows: Sequence[R]) -> Sequence[R]:
    number = read_page()
    return rows[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]


@coverage.get("/coverage/occasions")
def occasions() -> str:
    registry: Registry = current_app.extensions["registry"]
    with registry.database.read() as session:
        asked = _asked(session)
        states = read_choices("state", frozenset(OccasionState))
        dates = registry.state_dates(asked.as_of)
        wanted = asked.wanted.in_states(OccasionState(one) for one in states)
        rows, total = page_of_occasions(session, dates, wanted, page=read_page(), size=ROWS_A_PAGE)
        cell = NotedCell(wanted.unit_code or "", wanted.area_code, wanted.item_code)
        notes = notes_part(session, current_actor(), dates.as_of, cell, is_today=asked.as_of is None)
    page = replace(_page(asked, rows, total, _counted_occasions(states), dates.as_of), notes=notes)
    return render_template("coverage/occasions.html", page=page)


@blueprint.get("/coverage/elements")
def elements() -> str:
    """Elements of the items behind answered occasions, those that nothing covers first."""
    registry: Registry = current_app.extensions["registry"]
    covered = read_choice("covered", ("yes", "no"))
    with registry.database.read() as session:
        asked = _asked(session)
        dates = registry.state_dates(asked.as_of)
        rows = list_elements(session, dates, asked.wanted, covered=covered == "yes" if covered else None)
    counted = wording.label("count_column", {"yes": "covered", "no": "missing_elements"}.get(covered, "asked"))
    page = _page(asked, _shown(rows), len(rows), counted, dates.as_of)
    return render_template("coverage/elements.html", page=page)


@blueprint.get("/coverage/links")
@login_required
def links() -> str:
    """Public addresses with the last look at each, those not seen first: doubt and a first failure are not for the public."""
    require(current_actor(), Permission.SEE_ALL_UNITS)
    registry: Registry = current_app.extensions["registry"]
    states = frozenset(LinkState(one) for one in read_choices("state", frozenset(LinkState)))
    with registry.database.read() as session:
        asked = _asked(session)
        dates = registry.state_dates(asked.as_of)
        rows = list_links(session, dates, asked.wanted, states=states)
    page = _page(asked, _shown(rows), len(rows), _counted_links(states), dates.as_of)
    return render_template("coverage/links.html", page=page)


def _counted_occasions(states: frozenset[str]) -> str:
    """What a number with these states behind it counts, in words."""
    key = next((name for name, behind in BEHIND.items() if behind == states), None)
    if key in ("answered", "due", "all"):
        return wording.label("format", key)
    if key is not None:
        return wording.label("count_column", key)
    words = [wording.label("occasion_state", one.value) for one in OccasionState if one.value in states]
    return wording.label("format", "separator").join(words)


def _counted_links(states: frozenset[LinkState]) -> str:
    key = next((name for name, behind in LINKS_BEHIND.items() if behind == states), None)
    if key is not None:
        return wording.label("count_column", key)
    words = [wording.label("link_state", one.value) for one in LinkState if one in states]
    return wording.label("format", "separator").join(words) or wording.label("format", "all_links")
