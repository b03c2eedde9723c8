"""搜索: the results page, whose whole state is in the address, and suggestions while somebody types."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, current_app, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from registry import wording
from registry.bootstrap import Registry
from registry.coverage.rules import OccasionState, StateDates
from registry.items.tables import Area
from registry.search.backend import SearchRequest, Sort
from registry.search.meaning.suggestions import suggest
from registry.search.plan import Plan
from registry.search.service import FacetCount, SearchResult, find
from registry.search.shown_documents import Shelf
from registry.units.tables import Unit
from registry.web.parameters import here, read_choice, read_choices, read_page, read_text, read_years, require_page

blueprint = Blueprint("search", __name__)

PAGE_SIZE = 20
LAST_PAGE = 500
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
    """`facets` are (name, counts) in the order shown; `chosen` the values in use by facet; `is_capped` when there are
    more results than can be paged through; `synonyms` says whether other words are searched too.
    """

    query: str
    title: str
    result: SearchResult
    pages: int
    sort: str
    sorts: Mapping[str, str]
    facets: Sequence[tuple[str, Sequence[FacetCount]]]
    chosen: Mapping[str, Collection[str]]
    applied: Sequence[Applied]
    synonyms: bool

    @property
    def is_capped(self) -> bool:
        return self.result.total > LAST_PAGE * PAGE_SIZE

    @property
    def last_page(self) -> int:
        return LAST_PAGE

    def offered(self, query: str) -> str:
        """The address of another query under the same filters."""
        return here(q=query)


@blueprint.get("/search")
def search() -> str:
    registry: Registry = current_app.extensions["registry"]
    query, synonyms = read_text("q"), read_choice("synonyms", ("0", "1"), default="1") == "1"
    with registry.database.read() as session:
        finder, dates = registry.finder(session), registry.state_dates()
        wanted = _request(finder.shown.current(session, finder.rulebook, dates), registry, dates)
        result = find(session, finder, query, wanted, synonyms=synonyms)
    pages = require_page(wanted.page, total=min(result.total, LAST_PAGE * PAGE_SIZE), size=PAGE_SIZE)
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
        synonyms=synonyms,
    )
    return render_template("search/results.html", page=page)


@blueprint.get("/search/suggestions")
def suggestions() -> ResponseReturnValue:
    """What to offer for the letters or characters typed so far, each with its kind and the address of its search."""
    registry: Registry = current_app.extensions["registry"]
    with registry.database.read() as session:
        offers = registry.finder(session).vocabulary.offers
    found = [
        {"text": one.text, "kind": wording.label("suggestion", one.kind), "address": _search_for(one.text)}
        for one in suggest(offers, read_text("q"))
    ]
    return jsonify({"suggestions": found})


def _search_for(query: str) -> str:
    return f"{url_for('search.search')}?{urlencode({'q': query})}"


def _request(shelf: Shelf, registry: Registry, dates: StateDates) -> SearchRequest:
    rulebook = registry.rulebook
    return SearchRequest(
        plan=Plan(),
        dates=dates,
        kinds=read_choices("kind", wording.labels("kind")),
        areas=read_choices("area", shelf.names(Area)),
        units=read_choices("unit", shelf.names(Unit)),
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
