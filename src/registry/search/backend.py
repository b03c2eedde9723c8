"""The port: what every search engine must do for the registry. Engines find; rows for display come from the
database.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from registry.coverage.rules import StateDates
from registry.errors import Unavailable
from registry.search.documents import SearchDocument
from registry.search.plan import Plan

FACETS = ("kind", "area", "unit", "state", "year", "channel", "level")


class Sort(StrEnum):
    """By relevance, by day of publication from the newest, or by the earliest open last day."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    DEADLINE = "deadline"


class IndexUnusable(Unavailable):
    """The index is missing, damaged, of another version or foreign: only a rebuild helps."""


class IndexBusy(Unavailable):
    """Another process is writing to the index; its work need not be repeated."""


@dataclass(frozen=True)
class SearchRequest:
    """A question to the index. An empty filter lets everything pass.

    `dates` is the day of the question, from which states and visibility follow; `public_only` hides what the
    public cannot see then. Without `facets` nothing is counted but the total.
    """

    plan: Plan
    dates: StateDates
    kinds: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
    channels: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 20
    public_only: bool = True
    facets: bool = True

    @property
    def filters(self) -> Mapping[str, frozenset[str]]:
        """Facet → values asked for, as the strings facets count."""
        years = frozenset(map(str, self.years))
        values = (self.kinds, self.areas, self.units, self.states, years, self.channels, self.levels)
        return dict(zip(FACETS, values, strict=True))


@dataclass(frozen=True)
class Hit:
    """A found document. `score` orders hits that stand equally well and differs between engines."""

    kind: str
    id: str
    score: float


@dataclass(frozen=True)
class SearchPage:
    """One page of hits. A facet's counts ignore that facet's own filter, so that a second value can be
    chosen.
    """

    total: int
    hits: Sequence[Hit]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    generation: str
    watermark: int


@dataclass(frozen=True)
class IndexStatus:
    """`watermark` is the last index request the index holds, `source` names the database and rules it was
    built from.
    """

    documents: int
    watermark: int
    schema_version: int
    ok: bool
    source: str = ""
    fault: str = ""


class SearchBackend(Protocol):
    """Every method may raise `Unavailable`."""

    def search(self, request: SearchRequest) -> SearchPage:
        """Hits, total and facets from one state of the index."""

    def apply(self, documents: Sequence[SearchDocument], removed: Collection[tuple[str, str]], watermark: int) -> None:
        """Replace `documents`, drop `removed` (kind, id), and remember `watermark`, all or nothing. An older
        watermark does nothing.
        """

    def rebuild(self, documents: Iterable[SearchDocument], watermark: int, source: str = "") -> None:
        """Put a new index in the place of the old one, which is searched until then. No document comes twice."""

    def merge(self) -> bool:
        """Put in order what many changes left scattered, while searches and changes go on; whether anything was.
        Seldom takes long, but can.
        """

    def warm(self, dates: StateDates) -> None:
        """Read ahead what the first questions of that day will need."""

    def differing(self, documents: Iterable[SearchDocument]) -> Iterator[tuple[str, str]]:
        """(kind, id) of the documents that the index has not, or has with other texts, facets or days."""

    def status(self) -> IndexStatus:
        """Looks at the stored index, not only at what was opened; never raises."""

    def close(self) -> None:
        """Give back what is open."""
