"""Reads that judge: states of occasions, counts by unit and area. One statement fetches the facts; `rules.state` judges them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import add
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.coverage.board import Board
from registry.coverage.judging import Condition, count_states, has_arisen, judged, unseen_among
from registry.coverage.rules import (
    OPEN,
    WORST_FIRST,
    Counts,
    Facts,
    OccasionState,
    Openness,
    StateDates,
    state,
    worst,
)
from registry.deadlines.rules import Due
from registry.dialects import AnySelect
from registry.duties.queries import due_of
from registry.duties.rules import Counting
from registry.duties.tables import Duty, Occasion, OccasionKind, Part, Ruling, RulingKind
from registry.evidence.failures import holds
from registry.evidence.queries import unseen
from registry.items.tables import Item, Standard
from registry.publications.tables import Publication
from registry.units.tables import Unit


@dataclass(frozen=True)
class DutyFilter:
    """Which duties are meant; an empty field means all."""

    unit_code: str | None = None
    area_code: str | None = None
    item_id: UUID | None = None
    item_ids: Sequence[UUID] | None = None
    states: frozenset[OccasionState] = frozenset()
    part: Part | None = Part.LEAD
    unit_codes: Collection[str] | None = None
    item_code: str | None = None
    occasion_ids: Collection[UUID] | None = None

    def in_states(self, states: Iterable[OccasionState]) -> "DutyFilter":
        """The same, in these states only; in any when there are none."""
        return replace(self, states=frozenset(states))

    def conditions(self) -> Iterator[Condition]:
        """What is asked of a duty; area and states are looked at elsewhere."""
        if self.part is not None:
            yield col(Duty.part) == self.part
        if self.unit_code:
            yield col(Duty.unit_code) == self.unit_code
        if self.unit_codes is not None:
            yield col(Duty.unit_code).in_(self.unit_codes)
        if self.item_id:
            yield col(Duty.item_id) == self.item_id
        if self.item_code:
            yield col(Duty.item_id).in_(sa.select(col(Item.id)).where(col(Item.code) == self.item_code))
        if self.item_ids is not None:
            yield col(Duty.item_id).in_(self.item_ids)


@dataclass(frozen=True)
class OccasionRow:
    """An occasion with its duty, judged on a day. `publication_id` is the one that answers it on that day, `calendar` the unit's own.

    `provisional` says that `limit` was counted over a year whose days off nobody has announced yet. `unseen_id` is a publication that would
    answer it, but was not found at its address on two days (docs/adr/0013). `facts` are what `state` was judged from.
    """

    occasion_id: UUID
    duty_id: UUID
    item_id: UUID
    item_code: str
    item_titles: tuple[str, ...]
    area_code: str
    unit_code: str
    calendar: str | None
    kind: str
    period: str
    event: str
    counted_from: date
    due_on: date | None
    assumed: bool
    provisional: bool
    limit: date | None
    state: OccasionState
    publication_id: UUID | None
    published_on: date | None
    facts: Facts
    unseen_id: UUID | None = None


def list_occasions(session: Session, dates: StateDates, wanted: DutyFilter | None = None) -> list[OccasionRow]:
    """All occasions that had arisen by `dates.as_of`, judged on it; worst first, then earliest due."""
    wanted = wanted or DutyFilter()
    judged = _judged(session, dates, wanted, _statement(dates, wanted))
    kept = [row for row in judged if not wanted.states or row.state in wanted.states]
    return sorted(kept, key=lambda row: (WORST_FIRST[row.state], row.due_on or date.max, row.unit_code, row.item_code))


def occasions_of(session: Session, dates: StateDates, duty: Duty) -> list[OccasionRow]:
    """`list_occasions` of one duty, of whichever part."""
    wanted = DutyFilter(unit_code=duty.unit_code, item_id=duty.item_id, part=None)
    return [row for row in list_occasions(session, dates, wanted) if row.duty_id == duty.id]


def companions_of(session: Session, dates: StateDates, occasion: OccasionRow) -> list[OccasionRow]:
    """Occasions of the same unit and period for other items of the section that nothing answers yet: one document may answer them too."""
    wanted = DutyFilter(unit_code=occasion.unit_code, area_code=occasion.area_code, part=None)
    return [
        row
        for row in list_occasions(session, dates, wanted)
        if row.period == occasion.period != ""
        and row.item_titles[:-1] == occasion.item_titles[:-1]
        and row.item_id != occasion.item_id
        and row.state in OPEN
    ]


def kept_due(item: Item, row: OccasionRow, counting: Counting) -> Due | None:
    """The count behind the due date an occasion keeps; None without one, and when today's rules would give another."""
    if row.due_on is None:
        return None
    due = due_of(item, row.counted_from, counting.calendar_of(row.calendar), counting.rules)
    return due if due and due.due_on == row.due_on else None


def next_due(rows: Iterable[OccasionRow]) -> OccasionRow | None:
    """The row with the earliest last day that nothing published answers yet."""
    dated = [(row.limit, row) for row in rows if row.limit is not None and row.publication_id is None]
    return min(dated, key=lambda pair: pair[0], default=(None, None))[1]


def _judged(session: Session, dates: StateDates, wanted: DutyFilter, statement: AnySelect) -> Iterator[OccasionRow]:
    items = _items(session, wanted)
    rows = session.execute(statement).all()
    disclosed = _disclosed(session, dates, wanted)
    rulings = _rulings(session, dates, wanted)
    return (_judge(row, items[row.item_id], disclosed, rulings, dates) for row in rows if row.item_id in items)


@dataclass(frozen=True)
class _ItemLabel:
    code: str
    titles: tuple[str, ...]
    area_code: str


def _items(session: Session, wanted: DutyFilter) -> Mapping[UUID, _ItemLabel]:
    """The items meant, read once each: an item stands behind many occasions."""
    statement = sa.select(col(Item.id), col(Item.code), col(Item.titles), col(Standard.area_code)).join(
        Standard, col(Standard.code) == col(Item.standard_code)
    )
    if wanted.area_code:
        statement = statement.where(col(Standard.area_code) == wanted.area_code)
    if wanted.item_id:
        statement = statement.where(col(Item.id) == wanted.item_id)
    if wanted.item_ids is not None:
        statement = statement.where(col(Item.id).in_(wanted.item_ids))
    if wanted.item_code:
        statement = statement.where(col(Item.code) == wanted.item_code)
    found = session.execute(statement)
    return {item_id: _ItemLabel(code, tuple(titles), area_code) for item_id, code, titles, area_code in found}


def _statement(dates: StateDates, wanted: DutyFilter) -> AnySelect:
    """Columns, not entities: a board reads thousands of rows."""
    statement: AnySelect = (
        sa.select(
            col(Occasion.id).label("occasion_id"),
            col(Occasion.kind).label("kind"),
            col(Occasion.period).label("period"),
            col(Occasion.event).label("event"),
            col(Occasion.counted_from).label("counted_from"),
            col(Occasion.due_on).label("due_on"),
            col(Occasion.assumed).label("assumed"),
            col(Occasion.provisional).label("provisional"),
            col(Duty.id).label("duty_id"),
            col(Duty.item_id).label("item_id"),
            col(Duty.unit_code).label("unit_code"),
            col(Unit.calendar).label("calendar"),
        )
        .join(Duty, col(Duty.id) == col(Occasion.duty_id))
        .join(Unit, col(Unit.code) == col(Duty.unit_code))
        .where(has_arisen(dates), *wanted.conditions())
    )
    if wanted.occasion_ids is not None:
        statement = statement.where(col(Occasion.id).in_(wanted.occasion_ids))
    return statement


@dataclass(frozen=True)
class _Disclosure:
    publication_id: UUID
    first: date
    last: date | None
    is_unseen: bool = False


# So many publications are asked about by name; of more, all that ever failed are looked through.
FEW = 500


def _disclosed(session: Session, dates: StateDates, wanted: DutyFilter) -> Mapping[UUID, list[_Disclosure]]:
    """Publications by the occasion they are for; those that count as not there on the day are marked."""
    found: dict[UUID, list[_Disclosure]] = defaultdict(list)
    public = sa.select(
        col(Publication.occasion_id),
        col(Publication.id),
        col(Publication.published_on),
        col(Publication.withdrawn_on),
    ).where(col(Publication.published_on) <= dates.as_of)
    if few := few_duties(wanted):
        public = public.where(col(Publication.duty_id).in_(sa.select(col(Duty.id)).where(*few)))
    if wanted.occasion_ids is not None:
        public = public.where(col(Publication.occasion_id).in_(wanted.occasion_ids))
    rows = session.execute(public).all()
    missing = unseen(session, dates.as_of, {row.id for row in rows} if len(rows) <= FEW else None)
    for occasion_id, publication_id, published_on, withdrawn_on in rows:
        is_unseen = holds(missing.get(publication_id, ()), dates.as_of)
        found[occasion_id].append(_Disclosure(publication_id, published_on, withdrawn_on, is_unseen))
    return found


def _rulings(session: Session, dates: StateDates, wanted: DutyFilter) -> Mapping[UUID, list[Ruling]]:
    """Rulings granted by `dates.as_of`, by the duty they are about: a later one does not change what was true before."""
    found: dict[UUID, list[Ruling]] = defaultdict(list)
    query = select(Ruling).where(col(Ruling.decided_on) <= dates.as_of)
    if few := few_duties(wanted):
        query = query.where(col(Ruling.duty_id).in_(sa.select(col(Duty.id)).where(*few)))
    for ruling in session.exec(query):
        found[ruling.duty_id].append(ruling)
    return found


def _judge(
    row: sa.Row[Any],
    item: _ItemLabel,
    disclosed: Mapping[UUID, list[_Disclosure]],
    rulings: Mapping[UUID, list[Ruling]],
    dates: StateDates,
) -> OccasionRow:
    own = [one for one in rulings.get(row.duty_id, []) if one.occasion_id in (None, row.occasion_id)]
    public = sorted(disclosed.get(row.occasion_id, []), key=lambda one: one.first)
    there = [one for one in public if not one.is_unseen]
    facts = facts_of(row.due_on, [(one.first, one.last) for one in there], own)
    answer, lost = _current(there, dates), _current((one for one in public if one.is_unseen), dates)
    return OccasionRow(
        occasion_id=row.occasion_id,
        duty_id=row.duty_id,
        item_id=row.item_id,
        item_code=item.code,
        item_titles=item.titles,
        area_code=item.area_code,
        unit_code=row.unit_code,
        calendar=row.calendar,
        kind=OccasionKind(row.kind).value,
        period=row.period,
        event=row.event,
        counted_from=row.counted_from,
        due_on=row.due_on,
        assumed=row.assumed,
        provisional=row.provisional and not facts.extended_to,
        limit=facts.extended_to or facts.due_on,
        state=state(facts, dates),
        publication_id=answer.publication_id if answer else None,
        published_on=answer.first if answer else None,
        facts=facts,
        unseen_id=lost.publication_id if lost and not answer else None,
    )


def _current(disclosed: Iterable[_Disclosure], dates: StateDates) -> _Disclosure | None:
    """The first that is not withdrawn."""
    return next((one for one in disclosed if one.last is None or one.last > dates.as_of), None)


def facts_of(due_on: date | None, disclosed: Iterable[tuple[date, date | None]], rulings: Sequence[Ruling]) -> Facts:
    """What is known of an occasion, ready to be judged on any day."""
    extensions = [one.extended_to for one in rulings if one.kind is RulingKind.EXTENDED and one.extended_to]
    nothing = [one.from_on for one in rulings if one.kind is RulingKind.NOTHING_TO_PUBLISH]
    return Facts(
        due_on=due_on,
        disclosed=tuple(disclosed),
        extended_to=max(extensions, default=None),
        nothing_from=min(nothing, default=None),
        not_applicable=tuple((one.from_on, one.to_on) for one in rulings if one.kind is RulingKind.NOT_APPLICABLE),
    )


def item_openness(
    session: Session, dates: StateDates, item_ids: Sequence[UUID] | None = None
) -> Mapping[UUID, Openness]:
    """For each item that has occasions: the earliest last day nobody has answered, and the worst word among the others."""
    wanted = DutyFilter(item_ids=item_ids)
    unseen_then = unseen_among(dates, few_duties(wanted))
    known = judged(dates, unseen_then, duties_meant(wanted)).subquery("judged")
    grouped = sa.select(known.c.item_id, known.c.state, sa.func.min(known.c.last_day))
    limits: dict[UUID, date] = {}
    words: dict[UUID, set[OccasionState]] = defaultdict(set)
    for item_id, word, last_day in session.execute(grouped.group_by(known.c.item_id, known.c.state)):
        if OccasionState(word) in OPEN:
            limits[item_id] = min(last_day, limits.get(item_id, last_day))
        else:
            words[item_id].add(OccasionState(word))
    return {
        item_id: Openness(limits.get(item_id), worst(words[item_id]) or OccasionState.NEEDS_RULE)
        for item_id in limits.keys() | words.keys()
    }


def board(session: Session, dates: StateDates, wanted: DutyFilter | None = None) -> Board[Counts]:
    """Counts of every unit in every area on the day of `dates`."""
    counted = count_by(session, dates, ("unit", "area"), wanted)
    return Board(Counts, {(unit, area): counts for (unit, area), counts in counted.items()})


def count_by(
    session: Session, dates: StateDates, by: Sequence[str], wanted: DutyFilter | None = None
) -> dict[tuple[str, ...], Counts]:
    """Counts by some of unit, area, item; only of what has arisen."""
    wanted = wanted or DutyFilter()
    names = [state.value for state in OccasionState]
    tallies: dict[tuple[str, ...], Sequence[int]] = {}
    for key, numbers in count_states(session, dates, by, duties_meant(wanted), among=few_duties(wanted)):
        before = tallies.get(key)
        tallies[key] = numbers if before is None else tuple(map(add, before, numbers))
    counted = {key: Counts(**dict(zip(names, numbers, strict=True))) for key, numbers in tallies.items()}
    return {key: counts for key, counts in sorted(counted.items()) if counts.total}


def duties_meant(wanted: DutyFilter) -> list[Condition]:
    """The duties meant, with those of an area found by their items."""
    conditions = list(wanted.conditions())
    if wanted.area_code:
        items = sa.select(col(Item.id)).join(Standard, col(Standard.code) == col(Item.standard_code))
        conditions.append(col(Duty.item_id).in_(items.where(col(Standard.area_code) == wanted.area_code)))
    return conditions


def few_duties(wanted: DutyFilter) -> list[Condition]:
    """The conditions that leave few duties: by these, rulings and looks are found without reading all."""
    return list(replace(wanted, part=None).conditions())
