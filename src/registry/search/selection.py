"""What an engine does with the documents that match: visibility, filters, states, facets, order and page. Pure.

The in-memory engine calls it; Whoosh does the same on whole columns (`day`, `counting`, `snapshot_search`) and is held to
this in tests.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from registry.coverage.rules import Openness, StateDates, state_from
from registry.search.backend import FACETS, Hit, SearchPage, SearchRequest, Sort
from registry.search.documents import SearchDocument


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a document decides about filters, facets and order; small, as an engine keeps it for every
    document.
    """

    kind: str
    id: str
    code: str
    title: str
    area: str
    units: tuple[str, ...]
    channels: tuple[str, ...]
    levels: tuple[str, ...]
    year: str
    published_on: date | None
    public_from: date | None
    public_to: date | None
    openness: Openness | None
    profile: tuple[tuple[str, ...], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """`profile` holds the values of all facets but the state; many documents share one."""
        year = (self.year,) if self.year else ()
        profile = ((self.kind,), (self.area,), self.units, year, self.channels, self.levels)
        object.__setattr__(self, "profile", profile)


def facts_of(document: SearchDocument) -> Facts:
    """The few values of a document an engine keeps in memory."""
    return Facts(
        kind=document.kind,
        id=document.id,
        code=document.code,
        title=document.title,
        area=document.area,
        units=tuple(dict.fromkeys(document.units)),
        channels=tuple(dict.fromkeys(document.channels)),
        levels=tuple(dict.fromkeys(document.levels)),
        year="" if document.year is None else str(document.year),
        published_on=document.published_on,
        public_from=document.public_from,
        public_to=document.public_to,
        openness=document.openness,
    )


def is_public(facts: Facts, day: date) -> bool:
    """Whether the public can see the document on `day`."""
    begun = facts.public_from is None or facts.public_from <= day
    return begun and (facts.public_to is None or facts.public_to > day)


def state_of(kind: str, openness: Openness | None, span: tuple[date | None, date | None], dates: StateDates) -> str:
    """The state word on the day of `dates`: of an item its worst occasion ("" when none has arisen), of a
    publication its own.
    """
    if kind != "publication":
        return state_from(openness, dates).value if openness else ""
    public_from, public_to = span
    if public_from is None or public_from > dates.as_of:
        return "scheduled"
    return "withdrawn" if public_to is not None and public_to <= dates.as_of else "published"


@dataclass(frozen=True)
class Match:
    """A document that answers the plan, and how well: `standing` decides, `score` orders equals."""

    facts: Facts
    standing: int
    score: float = 0.0


def page_of(matches: Iterable[Match], request: SearchRequest, *, generation: str, watermark: int) -> SearchPage:
    """Filter, count and order; the same for every engine, so that totals and facets cannot differ."""
    tally: Counter[_Profile] = Counter()
    failed: dict[_Profile, tuple[str, ...]] = {}
    kept: list[Match] = []
    for match in matches:
        facts = match.facts
        if request.public_only and not is_public(facts, request.dates.as_of):
            continue
        profile = (facts.profile, _state(facts, request.dates))
        tally[profile] += 1
        if profile not in failed:
            failed[profile] = _failed_filters(profile, request)
        if not failed[profile]:
            kept.append(match)
    first = (max(request.page, 1) - 1) * request.size
    best = heapq.nsmallest(first + request.size, kept, key=_order(request))[first:]
    hits = [Hit(one.facts.kind, one.facts.id, one.score) for one in best]
    facets = _facets(tally, failed) if request.facets else {}
    return SearchPage(len(kept), hits, facets, generation, watermark)


_Profile = tuple[tuple[tuple[str, ...], ...], str]


def _state(facts: Facts, dates: StateDates) -> str:
    return state_of(facts.kind, facts.openness, (facts.public_from, facts.public_to), dates)


def _failed_filters(profile: _Profile, request: SearchRequest) -> tuple[str, ...]:
    values, filters = _facet_values(profile), request.filters
    return tuple(name for name, wanted in filters.items() if wanted and wanted.isdisjoint(values[name]))


def _facets(tally: Mapping[_Profile, int], failed: Mapping[_Profile, tuple[str, ...]]) -> Mapping[str, Any]:
    """A document that fails one filter only is still counted in the facet of that filter."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for profile, number in tally.items():
        values = _facet_values(profile)
        for name in FACETS if not failed[profile] else failed[profile] if len(failed[profile]) == 1 else ():
            for value in values[name]:
                counts[name][value] += number
    return {name: sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])) for name, counter in counts.items()}


def _facet_values(profile: _Profile) -> Mapping[str, tuple[str, ...]]:
    (kind, area, unit, year, channel, level), state = profile
    values = (kind, area, unit, (state,) if state else (), year, channel, level)
    return dict(zip(FACETS, values, strict=True))


def _order(request: SearchRequest) -> Callable[[Match], tuple[Any, ...]]:
    """A sort key; ties are broken by code, kind and id, so that pages never overlap."""
    if request.sort is Sort.NEWEST:
        return lambda one: (-(one.facts.published_on or date.min).toordinal(), *_ties(one))
    if request.sort is Sort.DEADLINE:
        return lambda one: (_open_due(one.facts), *_ties(one))
    year = None if request.plan.year is None else str(request.plan.year)
    return lambda one: (one.standing, year not in (None, one.facts.year), -one.score, *_ties(one))


def _open_due(facts: Facts) -> date:
    due = facts.openness.open_due if facts.openness else None
    return due or date.max


def _ties(match: Match) -> tuple[str, str, str]:
    return match.facts.code, match.facts.kind, match.facts.id
