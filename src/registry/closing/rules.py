"""Signing closings by hash, and telling what has changed since one. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from registry.closing.lines import FrozenOccasion
from registry.coverage.rules import OccasionState
from registry.duties.rules import PERIOD_FORMS, Period, is_period_of, periods

GENESIS = "0" * 64
KINDS = ("month", "quarter", "half_year", "year")
MOST = 6


def seal(*, number: int, code: str, content_hash: str, closed_at: datetime, previous_hash: str) -> str:
    """SHA-256 over a closing's place in the chain, its moment and the hash of its bytes, in one canonical spelling."""
    values = {
        "number": number,
        "period": code,
        "content_hash": content_hash,
        "closed_at": closed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous_hash": previous_hash,
    }
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def kind_of(code: str) -> str:
    """Whether a period's code is that of a month, quarter, half-year or year."""
    return next(kind for kind in PERIOD_FORMS if is_period_of(kind, code))


def next_to_close(closed: Iterable[str], since: date, today: date) -> list[Period]:
    """Of each kind the first `MOST` periods that end on or after `since`, are over and not closed; else the one that is running."""
    known, found = set(closed), []
    for kind in KINDS:
        since_then = [one for one in periods(kind, date(since.year, 1, 1), today) if one.last >= since]
        over = [one for one in since_then if one.last < today and one.code not in known]
        found += over[:MOST] or [running(kind, today)]
    return found


def running(kind: str, today: date) -> Period:
    """The period of that kind in which `today` lies."""
    return max(periods(kind, date(today.year, 1, 1) - timedelta(days=1), today), key=lambda one: one.first)


class Cause(StrEnum):
    """Why an occasion would be judged otherwise now: 后来登记 · 后来注销 · 补登公开 · 公开被撤 · 裁定有变 · 期限有变 · 核查有变."""

    ADDED = "added"
    GONE = "gone"
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    RULED = "ruled"
    MOVED = "moved"
    LOOKED = "looked"


@dataclass(frozen=True)
class Change:
    """An occasion that is known otherwise now than when its period was closed; one side is missing where it came or went."""

    before: FrozenOccasion | None
    after: FrozenOccasion | None
    causes: tuple[Cause, ...]

    @property
    def occasion(self) -> FrozenOccasion:
        """Whichever side there is."""
        return next(one for one in (self.after, self.before) if one is not None)

    @property
    def states(self) -> tuple[OccasionState | None, OccasionState | None]:
        return self.before.state if self.before else None, self.after.state if self.after else None


def changes(before: Iterable[FrozenOccasion], after: Iterable[FrozenOccasion]) -> list[Change]:
    """What differs, in the order of the occasions' names."""
    then, now = _by_name(before), _by_name(after)
    found = [_change(then.get(name), now.get(name)) for name in sorted(then.keys() | now.keys())]
    return [change for change in found if change.causes]


Name = tuple[str | int, ...]


def _by_name(occasions: Iterable[FrozenOccasion]) -> Mapping[Name, FrozenOccasion]:
    """A period's occasion stays the same one when its event is recorded and its count begins elsewhere."""
    found: dict[Name, FrozenOccasion] = {}
    times: Counter[Name] = Counter()
    for one in occasions:
        key = one.key._replace(event="", counted_from="") if one.key.period else one.key
        times[key] += 1
        found[(*key, times[key])] = one
    return found


def _change(before: FrozenOccasion | None, after: FrozenOccasion | None) -> Change:
    if before is None or after is None:
        return Change(before, after, (Cause.ADDED,) if before is None else (Cause.GONE,))
    was, now = before.facts, after.facts
    causes = []
    gained, lost = set(now.disclosed) - set(was.disclosed), set(was.disclosed) - set(now.disclosed)
    if before.is_unseen != after.is_unseen:
        causes.append(Cause.LOOKED)
    elif gained or lost:
        causes.append(Cause.PUBLISHED if gained else Cause.UNPUBLISHED)
    rulings = [(one.extended_to, one.nothing_from, one.not_applicable) for one in (was, now)]
    if rulings[0] != rulings[1]:
        causes.append(Cause.RULED)
    if was.due_on != now.due_on:
        causes.append(Cause.MOVED)
    return Change(before, after, tuple(causes))
