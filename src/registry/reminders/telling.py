"""The words of a reminder: item, what changed and who did it, what to do, by when, and where."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry import wording
from registry.reminders.records import Entry
from registry.reminders.rules import ReminderKind
from registry.reminders.tables import DigestKind


@dataclass(frozen=True)
class Told:
    """A reminder in words. `path` is below the registry's own address."""

    kind: str
    item: str
    code: str
    unit: str
    occasion: str
    changed: str
    to_do: str
    by_when: str
    path: str
    note: str = ""


def tell(entry: Entry, names: Mapping[str, str]) -> Told:
    """`names` are unit code → name."""
    return Told(
        kind=entry.kind.value,
        item=_name(entry.item_titles),
        code=entry.item_code,
        unit=names.get(entry.unit_code, entry.unit_code),
        occasion=_occasion(entry),
        changed=_changed(entry),
        to_do=wording.label("reminder_to_do", _step(entry)),
        by_when=_day(entry.limit) if entry.limit else wording.label("reminder", "no_limit"),
        path=_path(entry),
        note=wording.label("reminder", "to_all") if entry.to_all else "",
    )


def subject_of(kind: DigestKind, day: date, entries: Sequence[Entry]) -> str:
    """The line by which a mail is known: the day, and how many of what."""
    counted = Counter(entry.kind for entry in entries)
    parts = [
        wording.label("reminder_count", one.value).format(number=counted[one]) for one in ReminderKind if counted[one]
    ]
    return wording.label("reminder_subject", kind.value).format(
        day=_day(day), parts=wording.label("format", "separator").join(parts)
    )


def _changed(entry: Entry) -> str:
    late = -entry.workdays if entry.workdays is not None else 0
    sentence = wording.label("reminder_changed", _word(entry))
    by = entry.by or wording.label("reminder", _nobody(entry))
    happened = _day(entry.happened_on) if entry.happened_on else ""
    return sentence.format(left=entry.workdays, late=late, by=by, happened=happened, title=entry.title or "")


def _word(entry: Entry) -> str:
    """A last day that is a day off ends with the working day before it, and says so."""
    return "last_workday" if entry.kind is ReminderKind.TODAY and entry.is_day_off else entry.kind.value


def _nobody(entry: Entry) -> str:
    is_late = entry.kind in (ReminderKind.LATE_IN_UNIT, ReminderKind.LATE_IN_CITY)
    return "without_responsible" if is_late else "somebody"


def _step(entry: Entry) -> str:
    """What is to be done: by kind, and for what is due by how far it has come."""
    if entry.kind in (ReminderKind.AHEAD, ReminderKind.TODAY, ReminderKind.OVERDUE):
        return "finish" if entry.publication_id else "register"
    return entry.kind.value


def _path(entry: Entry) -> str:
    if entry.kind is ReminderKind.REVIEW:
        return f"/reviews/{entry.publication_id}"
    if entry.kind in (ReminderKind.LATE_IN_UNIT, ReminderKind.LATE_IN_CITY):
        return f"/duties/{entry.duty_id}"
    if entry.publication_id:
        return f"/publications/{entry.publication_id}/edit"
    return f"/occasions/{entry.occasion_id}/publish"


def _occasion(entry: Entry) -> str:
    about = wording.months_and_days(entry.period) if entry.period or not entry.event else ""
    return wording.label("format", "list_separator").join(part for part in (entry.event, about) if part)


def _name(titles: Sequence[str]) -> str:
    if len(titles) > 2:
        return wording.label("format", "item_name").format(of=titles[-2], what=titles[-1])
    return titles[-1]


def _day(day: date) -> str:
    return wording.label("format", "day").format(year=day.year, month=day.month, day=day.day)
