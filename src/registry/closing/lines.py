"""The frozen bytes of a period: what they say, line by line, and in which spelling. Pure.

Lines of JSON in UTF-8, names in alphabetical order, no spaces, whole numbers only, days as 2026-03-31; what is empty is left out. First the
basis, then every item with its counts, then every occasion with the facts it was judged from, in the order of their names. No line holds
an id of ours: two registries with the same history write the same bytes.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from registry.coverage.rules import Counts, Facts, OccasionState, StateDates

FORMAT = 1

_SPELLING = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class OccasionKey(NamedTuple):
    """By which an occasion is known for good: whose it is, of what, since when owed, and about what."""

    unit: str
    standard: str
    item: str
    duty_from: str
    kind: str
    period: str
    event: str
    counted_from: str


@dataclass(frozen=True)
class FrozenOccasion:
    """One occasion as it stood: the facts known of it and the state they gave. `is_unseen`: published, but not found where it should be."""

    key: OccasionKey
    area: str
    facts: Facts
    state: OccasionState
    is_unseen: bool = False

    @property
    def limit(self) -> date | None:
        """Its last day."""
        return self.facts.extended_to or self.facts.due_on


@dataclass(frozen=True)
class ItemCounts:
    """The counts of one unit for one item: of all occasions by the last day, and of those whose last day lies in the period."""

    unit: str
    area: str
    standard: str
    item: str
    board: Counts = field(default_factory=Counts)
    flow: Counts = field(default_factory=Counts)


@dataclass(frozen=True)
class Basis:
    """What the numbers of a period rest on.

    `known_at` is the moment whose facts were taken; `facts_from` the period whose facts these are, where that one was closed earlier and
    ends on the same day. `standards`, `calendars` and `rulebook` say which versions held; names are those of the last day, in the order of
    the catalog.
    """

    code: str
    first_on: date
    last_on: date
    known_at: str
    soon_until: date
    long_before: date
    due_soon_workdays: int
    long_overdue_workdays: int
    good_percent: int
    watch_percent: int
    rulebook: str
    calendars: Mapping[str, str]
    standards: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]
    areas: Mapping[str, str]
    tracked_from: date | None = None
    facts_from: str = ""

    @property
    def dates(self) -> StateDates:
        """The comparisons by which the states were told."""
        return StateDates(self.last_on, self.soon_until, self.long_before)

    def has(self, day: date | None) -> bool:
        """Whether a day lies in the period."""
        return day is not None and self.first_on <= day <= self.last_on

    def as_record(self) -> dict[str, Any]:
        return {
            "line": "basis",
            "format": FORMAT,
            "period": {"code": self.code, "first_on": _text(self.first_on), "last_on": _text(self.last_on)},
            "known_at": self.known_at,
            "facts_from": self.facts_from,
            "tracked_from": _text(self.tracked_from),
            "dates": {"soon_until": _text(self.soon_until), "long_before": _text(self.long_before)},
            "thresholds": {
                "due_soon_workdays": self.due_soon_workdays,
                "long_overdue_workdays": self.long_overdue_workdays,
            },
            "grades": {"good_percent": self.good_percent, "watch_percent": self.watch_percent},
            "versions": {
                "rulebook": self.rulebook,
                "calendars": dict(self.calendars),
                "standards": {code: dict(one) for code, one in self.standards.items()},
            },
            "units": [[code, name] for code, name in self.units.items()],
            "areas": [[code, name] for code, name in self.areas.items()],
        }


def basis_from(record: Mapping[str, Any]) -> Basis:
    """The other way round."""
    period, versions = record["period"], record["versions"]
    return Basis(
        code=period["code"],
        first_on=date.fromisoformat(period["first_on"]),
        last_on=date.fromisoformat(period["last_on"]),
        known_at=record["known_at"],
        soon_until=date.fromisoformat(record["dates"]["soon_until"]),
        long_before=date.fromisoformat(record["dates"]["long_before"]),
        **record["thresholds"],
        **record["grades"],
        rulebook=versions["rulebook"],
        calendars=versions["calendars"],
        standards=versions["standards"],
        units=dict(record["units"]),
        areas=dict(record["areas"]),
        tracked_from=_day(record["tracked_from"]),
        facts_from=record["facts_from"],
    )


def written(record: Mapping[str, Any]) -> bytes:
    """A line in the one spelling there is."""
    return _SPELLING.encode(record).encode() + b"\n"


def counts_record(counts: Counts) -> dict[str, int]:
    """State → number, without noughts."""
    numbers = {state.value: getattr(counts, state.value) for state in OccasionState}
    return {state: number for state, number in numbers.items() if number}


def counts_from(record: Mapping[str, int]) -> Counts:
    return Counts(**record)


def item_record(counts: ItemCounts, titles: Iterable[str]) -> dict[str, Any]:
    return {
        "line": "item",
        "unit": counts.unit,
        "area": counts.area,
        "standard": counts.standard,
        "item": counts.item,
        "titles": list(titles),
        "board": counts_record(counts.board),
        "flow": counts_record(counts.flow),
    }


def item_from(record: Mapping[str, Any]) -> tuple[ItemCounts, tuple[str, ...]]:
    """(the counts, what the item is called)."""
    board, flow = counts_from(record["board"]), counts_from(record["flow"])
    counts = ItemCounts(record["unit"], record["area"], record["standard"], record["item"], board, flow)
    return counts, tuple(record["titles"])


def occasion_record(one: FrozenOccasion) -> dict[str, Any]:
    facts = one.facts
    record = {
        **one.key._asdict(),
        "area": one.area,
        "due_on": _text(facts.due_on),
        "extended_to": _text(facts.extended_to),
        "nothing_from": _text(facts.nothing_from),
        "not_applicable": _spans(facts.not_applicable),
        "disclosed": _spans(facts.disclosed),
        "unseen": one.is_unseen,
        "state": one.state.value,
    }
    return {"line": "occasion", **{name: value for name, value in record.items() if value}}


def occasion_from(record: Mapping[str, Any]) -> FrozenOccasion:
    facts = Facts(
        due_on=_day(record.get("due_on")),
        disclosed=_days(record.get("disclosed", ())),
        extended_to=_day(record.get("extended_to")),
        nothing_from=_day(record.get("nothing_from")),
        not_applicable=_days(record.get("not_applicable", ())),
    )
    key = OccasionKey(*(record.get(name, "") for name in OccasionKey._fields))
    return FrozenOccasion(key, record["area"], facts, OccasionState(record["state"]), record.get("unseen", False))


Spans = tuple[tuple[date, date | None], ...]


def facts_by(facts: Facts, day: date) -> Facts:
    """What of the facts was so by a day: publications of later days are not among them, and a later withdrawal has not happened."""
    disclosed = tuple((first, _if_by(last, day)) for first, last in sorted(facts.disclosed, key=str) if first <= day)
    not_applicable = tuple(sorted(facts.not_applicable, key=str))
    return Facts(facts.due_on, disclosed, facts.extended_to, facts.nothing_from, not_applicable)


def _if_by(last: date | None, day: date) -> date | None:
    return last if last is not None and last <= day else None


def _spans(spans: Spans) -> list[list[str | None]]:
    return [[_text(first), _text(last)] for first, last in spans]


def _days(spans: Iterable[Iterable[str | None]]) -> Spans:
    return tuple((date.fromisoformat(str(first)), _day(last)) for first, last in spans)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
