"""One thing a person is reminded of, as facts; words are made of it when it is shown or sent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from registry.reminders.rules import ReminderKind
from registry.reminders.tables import Digest


@dataclass(frozen=True)
class Entry:
    """`workdays` are those left up to `limit`, negative when it has passed; `by` is who acted, or who was to act.

    `is_day_off` says that the last day is no working day, `to_all` that the duty has no responsible person, so that everybody of the
    unit is told.
    """

    kind: ReminderKind
    unit_code: str
    item_code: str
    item_titles: tuple[str, ...]
    duty_id: str
    occasion_id: str
    period: str
    event: str
    limit: date | None
    workdays: int | None
    publication_id: str | None = None
    title: str | None = None
    state: str | None = None
    by: str | None = None
    happened_on: date | None = None
    is_day_off: bool = False
    to_all: bool = False


def entry_record(entry: Entry) -> dict[str, Any]:
    """Plain values; dates as YYYY-MM-DD."""
    record = asdict(entry)
    return {
        **record,
        "kind": entry.kind.value,
        "item_titles": list(entry.item_titles),
        "limit": entry.limit.isoformat() if entry.limit else None,
        "happened_on": entry.happened_on.isoformat() if entry.happened_on else None,
    }


def entry_from(record: Mapping[str, Any]) -> Entry:
    """The entry a record was made of."""
    days = {name: date.fromisoformat(record[name]) if record[name] else None for name in ("limit", "happened_on")}
    kind, titles = ReminderKind(record["kind"]), tuple(record["item_titles"])
    return Entry(**{**record, **days, "kind": kind, "item_titles": titles})


def digest_record(digest: Digest, username: str) -> dict[str, Any]:
    """`reminders send --json`."""
    return {
        "to": username,
        "day": digest.day.isoformat(),
        "kind": digest.kind.value,
        "entries": digest.entries,
        "mailed": digest.mailed_at.isoformat() if digest.mailed_at else None,
        "failure": digest.failure,
    }
