"""From a request to what is shown: the engine says which, the database says what, the wording says how it is
called.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from markupsafe import escape
from sqlmodel import Session

from registry import wording
from registry.coverage.rules import StateDates
from registry.items.tables import Area
from registry.search.answering import Answer, answer, unfiltered
from registry.search.backend import Hit, SearchBackend, SearchRequest
from registry.search.documents import SearchDocument
from registry.search.help import Contact, contact_for, nearest_plan, reliefs
from registry.search.highlights import Segments, highlights
from registry.search.meaning.syntax import Filter
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.plan import Plan
from registry.search.selection import state_of
from registry.search.shown_documents import Shelf, ShownDocuments
from registry.units.tables import Unit

NEAREST = 5


@dataclass(frozen=True)
class ResultHit:
    """A found thing as people see it. `unit` joins the names in `units`; `date` is the day of publication, or
    the earliest open last day.
    """

    kind: str
    id: str
    url_id: str
    code: str
    title: str
    path: str
    area: str
    area_name: str
    unit: str
    units: tuple[str, ...]
    state: str
    date: date | None
    highlights: Mapping[str, Sequence[Segments]]
    score: float

    @property
    def title_segments(self) -> Segments:
        """The title with matches marked, also where nothing in it matches."""
        found = self.highlights.get("title")
        return found[0] if found else [(self.title, False)]


@dataclass(frozen=True)
class FacetCount:
    """One value of a facet; `chosen` when the request filters by it."""

    value: str
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True)
class Relief:
    """A filter without which something is found, and how much."""

    facet: str
    labels: tuple[str, ...]
    total: int


@dataclass(frozen=True)
class Help:
    """What to try when nothing was found; `contact` is whom to ask."""

    reliefs: Sequence[Relief] = ()
    nearest: Sequence[ResultHit] = ()
    contact: Contact | None = None


@dataclass(frozen=True)
class SearchResult:
    """A page of results. `total` counts what the index found, `watermark` says up to which change.

    `also_searched` are other words that were searched too; `did_you_mean` is a query to offer, and when `corrected`
    the one whose results these are; `unknown` are typed filters nobody knows; `help` is there when nothing was found.
    """

    total: int
    page: int
    size: int
    took_ms: float
    hits: Sequence[ResultHit]
    facets: Mapping[str, Sequence[FacetCount]]
    watermark: int = 0
    also_searched: Sequence[str] = ()
    did_you_mean: str | None = None
    corrected: bool = False
    unknown: Sequence[Filter] = ()
    help: Help | None = None


@dataclass(frozen=True)
class Finder:
    """What a search needs besides the database: an engine, the rules, and words to understand queries with."""

    backend: SearchBackend
    rulebook: Any
    vocabulary: Vocabulary
    shown: ShownDocuments = field(default_factory=ShownDocuments)


@dataclass(frozen=True)
class _Names:
    areas: Mapping[str, str]
    units: Mapping[str, str]


def find(session: Session, finder: Finder, text: str, request: SearchRequest, *, synonyms: bool = True) -> SearchResult:
    """Answer a search for `text` under the filters of `request`; raises Unavailable when there is no index to ask."""
    begun = time.perf_counter()
    found = answer(finder.backend, finder.vocabulary, text, request, synonyms=synonyms)
    shelf = finder.shown.current(session, finder.rulebook, request.dates)
    shown = _Shown(shelf, finder.rulebook, found.request, _Names(shelf.names(Area), shelf.names(Unit)))
    return SearchResult(
        total=found.page.total,
        page=max(request.page, 1),
        size=request.size,
        hits=shown.hits(found.page.hits, found.request.plan),
        facets={name: shown.labelled(name, counts) for name, counts in found.page.facets.items()},
        watermark=found.page.watermark,
        also_searched=found.also_searched,
        did_you_mean=found.did_you_mean,
        corrected=found.corrected,
        unknown=found.unknown,
        help=None if found.page.total else _help(finder.backend, shown, found),
        took_ms=round((time.perf_counter() - begun) * 1000, 2),
    )


def _help(backend: SearchBackend, shown: "_Shown", found: Answer) -> Help:
    plan = nearest_plan(found.meant)
    nearest = (
        backend.search(replace(unfiltered(found.request), plan=plan, page=1, size=NEAREST, facets=False)).hits
        if plan
        else ()
    )
    return Help(
        [Relief(facet, shown.words(facet, values), total) for facet, values, total in reliefs(backend, found.request)],
        shown.hits(nearest, plan) if plan else (),
        contact_for(shown.shelf.session, found.request.units),
    )


@dataclass(frozen=True)
class _Shown:
    """Turns what the engine says into what people read."""

    shelf: Shelf
    rulebook: Any
    request: SearchRequest
    names: _Names

    def hits(self, found: Sequence[Hit], plan: Plan) -> list[ResultHit]:
        """The documents behind the hits; one that has just gone is left out."""
        dates = self.request.dates
        documents = self.shelf.documents(found)
        pairs = [(hit, documents[(hit.kind, hit.id)]) for hit in found if (hit.kind, hit.id) in documents]
        return [_result_hit(hit, document, plan, self.names, dates) for hit, document in pairs]

    def labelled(self, facet: str, counts: Sequence[tuple[str, int]]) -> list[FacetCount]:
        return _labelled(facet, counts, self.names, self.rulebook, self.request)

    def words(self, facet: str, values: Iterable[str]) -> tuple[str, ...]:
        return tuple(label_of(facet, value, self.names, self.rulebook) for value in sorted(values))


def as_json(result: SearchResult, url_for: Callable[[str, str], str]) -> dict[str, Any]:
    """The shape of `search --json` and the API; `url_for(kind, url_id)` gives an address."""
    return {
        "total": result.total,
        "page": result.page,
        "size": result.size,
        "took_ms": result.took_ms,
        "hits": [_hit_as_json(hit, url_for(hit.kind, hit.url_id)) for hit in result.hits],
        "facets": {
            name: [{"value": one.value, "label": one.label, "count": one.count} for one in counts]
            for name, counts in result.facets.items()
        },
        "also_searched": list(result.also_searched),
        "did_you_mean": result.did_you_mean,
    }


def _hit_as_json(hit: ResultHit, url: str) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "id": hit.id,
        "code": hit.code,
        "title": hit.title,
        "area": hit.area,
        "unit": hit.unit,
        "state": hit.state or None,
        "date": hit.date.isoformat() if hit.date else None,
        "url": url,
        "highlights": {field: [as_html(one) for one in passages] for field, passages in hit.highlights.items()},
        "score": hit.score,
    }


def as_html(segments: Segments) -> str:
    """Escaped text with <mark> around the matches."""
    return "".join(f"<mark>{escape(text)}</mark>" if is_match else str(escape(text)) for text, is_match in segments)


def _result_hit(hit: Hit, document: SearchDocument, plan: Plan, names: _Names, dates: StateDates) -> ResultHit:
    units = tuple(names.units.get(code, code) for code in document.units)
    open_due = document.openness.open_due if document.openness else None
    return ResultHit(
        kind=document.kind,
        id=document.id,
        url_id=document.url_id,
        code=document.code,
        title=document.title,
        path=document.path,
        area=document.area,
        area_name=names.areas.get(document.area, document.area),
        unit=wording.label("search", "unit_separator").join(units),
        units=units,
        state=state_of(document.kind, document.openness, (document.public_from, document.public_to), dates),
        date=document.published_on or open_due,
        highlights=highlights(document, plan),
        score=hit.score,
    )


def _labelled(
    facet: str, counts: Sequence[tuple[str, int]], names: _Names, rulebook: Any, request: SearchRequest
) -> list[FacetCount]:
    """Counts with their words; a chosen value nothing matches is shown with 0, so that it can be removed."""
    chosen = request.filters[facet]
    missing = sorted(chosen - {value for value, _ in counts})
    pairs = [*counts, *((value, 0) for value in missing)]
    return [
        FacetCount(value, label_of(facet, value, names, rulebook), count, value in chosen) for value, count in pairs
    ]


def label_of(facet: str, value: str, names: _Names, rulebook: Any) -> str:
    """The word for a facet's value, or the value itself when nobody has a word for it."""
    if facet in ("area", "unit"):
        return (names.areas if facet == "area" else names.units).get(value, value)
    if facet in ("channel", "level"):
        entry = (rulebook.channels if facet == "channel" else rulebook.levels).get(value)
        return entry.name if entry is not None else value
    sections = {"kind": ("kind",), "state": ("occasion_state", "publication_state")}.get(facet, ())
    return next((words[value] for words in map(wording.labels, sections) if value in words), value)
