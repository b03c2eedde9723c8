"""搜索: the results page. Its whole state is in the address."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template
from sqlmodel import Session

from registry import wording
from registry.bootstrap import Registry
from registry.coverage.rules import OccasionState, StateDates
from registry.items.queries import list_areas
from registry.search.backend import SearchRequest, Sort
from registry.search.planning import plan_of
from registry.search.service import FacetCount, SearchResult, find
from registry.units.queries import unit_names
from registry.web.parameters import here, read_choice, read_choices, read_page, read_text, read_years, require_page

blueprint = Blueprint("search", __name__)

PAGE_SIZE = 20
FACETS = ("kind", "area", "state", "unit", "year", "channel", "level")
PUBLIC_STATES = frozenset({*OccasionState, "published", "withdrawn"})


@dataclass(frozen=True)
class Applied:
    """A filter in use, with the address of the same search without it."""

    name: str
    word: str
    address: str


@dataclass(frozen=True)
class SearchResultsPage:
    """`facets` are (name, counts) in the order shown; `chosen` the values in use by facet."""

    query: str
    title: str
    result: SearchResult
    pages: int
    sort: str
    sorts: Mapping[str, str]
    facets: Sequence[tuple[str, Sequence[FacetCount]]]
    chosen: Mapping[str, Collection[str]]
    applied: Sequence[Applied]


@blueprint.get("/search")
def search() -> str:
    registry: Registry = current_app.extensions["registry"]
    dates = registry.state_dates()
    with registry.database.read() as session:
        wanted = _request(session, registry, dates)
        result = find(session, registry.backend, registry.rulebook, wanted)
    pages = require_page(wanted.page, total=result.total, size=PAGE_SIZE)
    query = read_text("q")
    title = wording.label("site", "search_title" if query else "search_title_all")
    page = SearchResultsPage(
        query=query,
        title=title.format(query=query, total=result.total),
        result=result,
        pages=pages,
        sort=wanted.sort.value,
        sorts=wording.labels("sort"),
        facets=[(name, result.facets.get(name, ())) for name in FACETS],
        chosen=wanted.filters,
        applied=_applied(wanted, result),
    )
    return render_template("search/results.html", page=page)


def _request(session: Session, registry: Registry, dates: StateDates) -> SearchRequest:
    rulebook = registry.rulebook
    return SearchRequest(
        plan=plan_of(read_text("q")),
        dates=dates,
        kinds=read_choices("kind", wording.labels("kind")),
        areas=read_choices("area", {area.code for area in list_areas(session)}),
        units=read_choices("unit", unit_names(session)),
        states=read_choices("state", PUBLIC_STATES),
        years=read_years("year"),
        channels=read_choices("channel", rulebook.channels),
        levels=read_choices("level", rulebook.levels),
        sort=Sort(read_choice("sort", frozenset(Sort), default=Sort.RELEVANCE.value)),
        page=read_page(),
        size=PAGE_SIZE,
    )


def _applied(wanted: SearchRequest, result: SearchResult) -> list[Applied]:
    applied = []
    for name in FACETS:
        words = {one.value: one.label for one in result.facets.get(name, ())}
        for value in sorted(wanted.filters[name]):
            address = here(**{name: wanted.filters[name] - {value} or None})
            applied.append(Applied(name, words.get(value, value), address))
    return applied
