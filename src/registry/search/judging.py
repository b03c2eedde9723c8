"""A relevance set run against an index of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry import wording
from registry.coverage.rules import StateDates
from registry.search.answering import answer
from registry.search.backend import SearchBackend, SearchRequest
from registry.search.documents import ITEM, PUBLICATION, SearchDocument
from registry.search.meaning.text import squeezed
from registry.search.meaning.vocabulary import Vocabulary
from registry.search.plan import Plan
from registry.search.relevance import COUNTED_HITS, Judged, Outcome
from registry.search.relevance_files import Several

NOT_PUBLIC = frozenset({"draft", "submitted", "returned", "scheduled", "withdrawn"})
FACETS = {
    "kinds": "kind",
    "areas": "area",
    "units": "unit",
    "years": "year",
    "channels": "channel",
    "status": "state",
    "states": "state",
}


@dataclass(frozen=True)
class Judging:
    """An index and a vocabulary for the documents of one relevance set."""

    backend: SearchBackend
    vocabulary: Vocabulary
    dates: StateDates

    def fill(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Index the documents that are public, and learn their words and units."""
        public = [one for one in records if _code("publication_state", one["status"]) not in NOT_PUBLIC]
        for name in sorted({name for one in public for name in one["unit"]}):
            if squeezed(name) not in self.vocabulary.units:
                self.vocabulary.learn_unit(name, [name])
        documents = [self._document(one) for one in public]
        self.vocabulary.learn_texts(text for one in documents for text in (one.title, one.path, *one.content))
        self.backend.rebuild(documents, 1)

    def outcome(self, judged: Judged) -> Outcome:
        found = answer(self.backend, self.vocabulary, judged.query, self._request(judged.filters))
        return Outcome(judged, tuple(hit.id for hit in found.page.hits))

    def _request(self, filters: Mapping[str, Any]) -> SearchRequest:
        """Filters by the names of the documents' fields or of the facets, each with one value or several."""
        given = {FACETS.get(name, name): Several().deserialize(value) for name, value in filters.items() if value}
        return SearchRequest(
            Plan(),
            self.dates,
            kinds=frozenset(map(_kind, given.get("kind", ()))),
            areas=frozenset(map(self._area, given.get("area", ()))),
            units=frozenset(map(self._unit, given.get("unit", ()))),
            states=frozenset(_code("publication_state", one) for one in given.get("state", ())),
            years=frozenset(int(one) for one in given.get("year", ()) if one.isdigit()),
            channels=frozenset(given.get("channel", ())),
            size=COUNTED_HITS,
        )

    def _document(self, record: Mapping[str, Any]) -> SearchDocument:
        day = _day(record["date"])
        is_item = _kind(record["kind"]) == ITEM
        area = record["area"]
        return SearchDocument(
            kind=ITEM if is_item else PUBLICATION,
            id=record["id"],
            code=record["id"],
            title=record["title"],
            path=" / ".join(filter(None, (record["l1"], record["l2"]))),
            doc_no=record["docno"],
            content=record["content"],
            basis="\n".join(record["basis"]),
            notes=area,
            area=self._area(area),
            units=tuple(map(self._unit, record["unit"])),
            unit_names="\n".join(name for unit in record["unit"] for name in self._names(unit)),
            channels=record["channels"],
            year=day.year if day else None,
            published_on=None if is_item else day,
            public_from=None if is_item else min(day or self.dates.as_of, self.dates.as_of),
        )

    def _unit(self, name: str) -> str:
        """The code of a unit by any of its names, or the name itself."""
        return min(self.vocabulary.units.get(squeezed(name), {name}))

    def _area(self, name: str) -> str:
        return self.vocabulary.areas.get(squeezed(name), name)

    def _names(self, unit: str) -> list[str]:
        code = self._unit(unit)
        return [unit, *(name for name, codes in self.vocabulary.units.items() if code in codes)]


def _kind(name: str) -> str:
    return ITEM if _code("kind", name) == ITEM else PUBLICATION


def _code(section: str, name: str) -> str:
    """The code for a word of the wording; files may have either."""
    return next((code for code, word in wording.labels(section).items() if word == name), name)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
