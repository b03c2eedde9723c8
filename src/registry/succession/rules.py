"""What is against a change of units. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from registry.errors import Issue
from registry.succession.changes import Catalog, Change, End, Merge, Part, Rename, Role, Split, roles_of

# How far from today a change may take effect: later ones are not certain, earlier ones have been reported.
REACH = timedelta(days=366)

LONGEST_NAME = 80

UNIT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,31}")


def issues_with(change: Change, catalog: Catalog, *, today: date, closed_until: date | None) -> list[Issue]:
    """Everything against a change. `closed_until` is the last day of the newest closed period: who owed what then stays as reported."""
    found = list(_issues_of_day(change.on, today, closed_until))
    match change:
        case Rename():
            found += _issues_of_unit(catalog, "unit", change.unit, change.on)
            found += _issues_of_name(catalog, change.unit, change.name)
        case End():
            found += _issues_of_unit(catalog, "unit", change.unit, change.on)
        case Merge():
            found += _issues_of_merge(catalog, change)
        case Split():
            found += _issues_of_split(catalog, change)
    return found


def _issues_of_day(on: date, today: date, closed_until: date | None) -> Iterator[Issue]:
    first, last = today - REACH, today + REACH
    if not first <= on <= last:
        context = {"found": on.isoformat(), "first": first.isoformat(), "last": last.isoformat()}
        yield Issue("on", "date_out_of_range", context)
    elif closed_until is not None and on <= closed_until:
        yield Issue(
            "on", "change_in_closed_period", {"found": on.isoformat(), "closed_until": closed_until.isoformat()}
        )


def _issues_of_unit(catalog: Catalog, field: str, code: str, on: date) -> Iterator[Issue]:
    """The unit must exist on the day and on the one before, under a name that has begun."""
    unit = catalog.find(code)
    if unit is None:
        yield Issue(field, "unit_unknown", {"found": code})
        return
    begun = unit.names[-1].from_on
    if unit.ended_on is not None:
        yield Issue(field, "unit_ended", {"found": unit.names[-1].name, "ended_on": unit.ended_on.isoformat()})
    elif begun is not None and on <= begun:
        yield Issue("on", "change_before_name", {"name": unit.names[-1].name, "from_on": begun.isoformat()})


def _issues_of_name(catalog: Catalog, code: str, name: str) -> Iterator[Issue]:
    if not name:
        yield Issue("name", "required")
    elif len(name) > LONGEST_NAME:
        yield Issue("name", "too_long", {"max": LONGEST_NAME})
    elif name != name.strip() or not name.isprintable():
        yield Issue("name", "name_not_printable")
    else:
        for unit in catalog.units:
            if unit.code == code and unit.names[-1].name == name:
                yield Issue("name", "name_unchanged", {"found": name})
            elif unit.code != code and name in (*(one.name for one in unit.names), *unit.aliases):
                yield Issue("name", "unit_name_taken", {"found": name, "unit": unit.names[-1].name})


def _issues_of_merge(catalog: Catalog, change: Merge) -> Iterator[Issue]:
    if not change.units:
        yield Issue("units", "required")
    for code in change.units:
        yield from _issues_of_unit(catalog, "units", code, change.on)
        if code == change.into:
            yield Issue("into", "successor_itself", {"found": code})
    yield from _issues_of_taker(catalog, "into", change.into, change.on)


def _issues_of_taker(catalog: Catalog, field: str, code: str, on: date) -> Iterator[Issue]:
    unit = catalog.find(code)
    if unit is None:
        yield Issue(field, "unit_unknown" if code else "required", {"found": code})
    elif unit.ended_on is not None:
        yield Issue(field, "unit_ended", {"found": unit.names[-1].name, "ended_on": unit.ended_on.isoformat()})
    elif unit.names[0].from_on is not None and unit.names[0].from_on > on:
        yield Issue(
            field, "unit_not_begun", {"found": unit.names[0].name, "from_on": unit.names[0].from_on.isoformat()}
        )


def _issues_of_split(catalog: Catalog, change: Split) -> Iterator[Issue]:
    yield from _issues_of_unit(catalog, "unit", change.unit, change.on)
    if not change.parts:
        yield Issue("parts", "required")
    new = {part.unit for part in change.parts if part.name is not None}
    for index, part in enumerate(change.parts):
        yield from _issues_of_part(catalog, change, part, f"parts.{index}")
    if change.successor == change.unit:
        yield Issue("successor", "successor_itself", {"found": change.unit})
    elif change.successor and change.successor not in new:
        yield from _issues_of_taker(catalog, "successor", change.successor, change.on)
    yield from _issues_of_roles(catalog, change)


def _issues_of_part(catalog: Catalog, change: Split, part: Part, field: str) -> Iterator[Issue]:
    if part.unit == change.unit:
        yield Issue(f"{field}.unit", "successor_itself", {"found": part.unit})
    elif part.name is None:
        yield from _issues_of_taker(catalog, f"{field}.unit", part.unit, change.on)
    elif catalog.find(part.unit) is not None or [one.unit for one in change.parts].count(part.unit) > 1:
        yield Issue(f"{field}.unit", "unit_code_taken", {"found": part.unit})
    elif not UNIT_CODE.fullmatch(part.unit):
        yield Issue(f"{field}.unit", "unit_code_form", {"found": part.unit})
    else:
        yield from (replace(one, field=f"{field}.name") for one in _issues_of_name(catalog, part.unit, part.name))


def _issues_of_roles(catalog: Catalog, change: Split) -> Iterator[Issue]:
    own = roles_of(catalog, change.unit, change.on)
    given: list[Role] = []
    for index, part in enumerate(change.parts):
        for role in part.roles:
            context = {"role": role[0], "level": role[1]}
            if role not in own:
                yield Issue(f"parts.{index}.roles", "role_not_of_unit", context)
            elif role in given:
                yield Issue(f"parts.{index}.roles", "role_given_twice", context)
            given.append(role)
        if not part.roles and part.name is None and part.unit != change.successor:
            yield Issue(f"parts.{index}.roles", "required")
