"""From looks of many days to what counts against a unit: nothing does before an address was not seen on two days. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from registry.evidence.rules import SIGHTED, Outcome


@dataclass(frozen=True)
class Look:
    """One look at one address, as far as charging needs it."""

    address: str
    at: datetime
    on: date
    outcome: Outcome


Span = tuple[date, date | None]

FAILING_DAYS = 2


def days_failing(looks: Iterable[Look]) -> Mapping[str, Sequence[date]]:
    """For each address the days on which it was not seen since it was last seen, oldest first; unknown says neither."""
    days: dict[str, list[date]] = {}
    for look in sorted(looks, key=lambda look: look.at):
        _count(days, look)
    return days


def _count(days: dict[str, list[date]], look: Look) -> None:
    failing = days.setdefault(look.address, [])
    if look.outcome in SIGHTED:
        failing.clear()
    elif look.outcome is Outcome.NOT_SEEN and look.on not in failing:
        failing.append(look.on)


def unseen_spans(looks: Sequence[Look], claims: Sequence[tuple[date, frozenset[str]]]) -> tuple[Span, ...]:
    """The (from, to) spans in which a publication counts as not there, `to` None while it still does.

    `claims` are (day, addresses) of its versions, oldest first: which addresses it named from when on. It is charged from the second day
    on which every one of them was not seen, until one is seen or a version names another.
    """
    days: dict[str, list[date]] = {}
    spans: list[Span] = []
    begun: date | None = None
    waiting = sorted(looks, key=lambda look: look.at)
    for day in sorted({look.on for look in looks} | {since for since, _ in claims}):
        while waiting and waiting[0].on <= day:
            _count(days, waiting.pop(0))
        named = next((addresses for since, addresses in reversed(claims) if since <= day), frozenset())
        is_charged = bool(named) and all(len(days.get(one, ())) >= FAILING_DAYS for one in named)
        if is_charged and begun is None:
            begun = day
        elif not is_charged and begun is not None:
            spans.append((begun, day))
            begun = None
    return (*spans, (begun, None)) if begun is not None else tuple(spans)


def holds(spans: Iterable[Span], day: date) -> bool:
    """Whether a day lies in one of the spans."""
    return any(since <= day and (until is None or day < until) for since, until in spans)
