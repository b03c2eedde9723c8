"""Which duty goes on after another has ended because a unit was merged, split, or gave a role away.

Nobody states it: it follows from the lines of `catalog/assignments.yaml` and the successors in `catalog/units.yaml`, so that a change made
in the files, one made on a page, and an export loaded elsewhere all lead to the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from registry.duties.tables import Assignment, Duty
from registry.items.tables import Item
from registry.units.tables import Unit

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """A unit named for a role at a level, from day to day (both included)."""

    unit: str
    from_on: date | None
    to_on: date | None

    def covers(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day <= self.to_on)


def heir_of(unit: str, last: date, lines: Sequence[Line]) -> str | None:
    """Who goes on with a role `unit` had until `last`: who begins the next day, else the only one there; None when unclear."""
    if not any(line.unit == unit and line.to_on == last for line in lines):
        return None
    there = {line.unit for line in lines if line.covers(last + ONE_DAY) and line.unit != unit}
    begins = {line.unit for line in lines if line.from_on == last + ONE_DAY and line.unit != unit}
    chosen = begins or there
    return next(iter(chosen)) if len(chosen) == 1 else None


def link_successors(session: Session) -> None:
    """Give each duty that ended, or will, the duty that goes on with it."""
    lines = _lines(session)
    ended = {unit.code: unit for unit in session.exec(select(Unit).where(col(Unit.ended_on).is_not(None)))}
    duties: dict[UUID, list[Duty]] = defaultdict(list)
    for duty in session.exec(select(Duty)):
        duties[duty.item_id].append(duty)
    for item in session.exec(select(Item).where(col(Item.id).in_(_with_ends(duties)))):
        for duty in duties[item.id]:
            heir = _heir(duty, item, lines, ended) if duty.ends_on else None
            found = heir and _of_unit(duties[item.id], heir, duty.ends_on)
            successor_id = found.id if found else None
            if duty.successor_id != successor_id:
                duty.successor_id = successor_id
                session.add(duty)


def successors(session: Session) -> Mapping[UUID, list[UUID]]:
    """Duty → the duties that go on with it, one after the other."""
    direct = dict(session.exec(select(Duty.id, Duty.successor_id).where(col(Duty.successor_id).is_not(None))).all())
    found: dict[UUID, list[UUID]] = {}
    for duty_id in direct:
        chain: list[UUID] = []
        following = direct[duty_id]
        while following is not None and following not in chain:
            chain.append(following)
            following = direct.get(following)
        found[duty_id] = chain
    return found


def _lines(session: Session) -> Mapping[tuple[str, str], list[Line]]:
    return {
        (row.role, row.level): [
            Line(one["unit"], _day(one.get("from")), _day(one.get("to"))) for one in row.content.get("units", [])
        ]
        for row in session.exec(select(Assignment))
    }


def _heir(
    duty: Duty, item: Item, lines: Mapping[tuple[str, str], Sequence[Line]], ended: Mapping[str, Unit]
) -> str | None:
    assert duty.ends_on is not None  # noqa: S101 - asked only of duties that end
    for role in item.roles:
        for level in item.levels:
            heir = heir_of(duty.unit_code, duty.ends_on, lines.get((role, level), ()))
            if heir is not None:
                return heir
    unit = ended.get(duty.unit_code)
    return unit.successor_code if unit and unit.ended_on == duty.ends_on else None


def _of_unit(duties: Iterable[Duty], unit_code: str, last: date | None) -> Duty | None:
    """The duty of the unit that lasts on the day after `last`."""
    if last is None:
        return None
    day = last + ONE_DAY
    lasting = (one for one in duties if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on))
    return next((one for one in lasting if one.unit_code == unit_code), None)


def _with_ends(duties: Mapping[UUID, Sequence[Duty]]) -> list[UUID]:
    return [item_id for item_id, ones in duties.items() if any(one.ends_on for one in ones)]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
