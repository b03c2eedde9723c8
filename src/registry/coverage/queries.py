"""Reads that judge: states of occasions, counts by unit and area. One statement fetches the facts; `rules.state` judges them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.coverage.rules import (
    OPEN,
    WORST_FIRST,
    Counts,
    Facts,
    OccasionState,
    Openness,
    StateDates,
    open_state,
    state,
    worst,
)
from registry.deadlines.rules import Due
from registry.duties.queries import due_of
from registry.duties.rules import Counting
from registry.duties.tables import Duty, Occasion, OccasionKind, Part, Ruling, RulingKind
from registry.evidence.failures import holds
from registry.evidence.queries import unseen
from registry.items.tables import Item, Standard
from registry.publications.tables import Publication
from registry.units.tables import Unit

AnySelect = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class DutyFilter:
    """Which duties are meant; an empty field means all."""

    unit_code: str | None = None
    area_code: str | None = None
    item_id: UUID | None = None
    item_ids: Sequence[UUID] | None = None
    states: frozenset[OccasionState] = frozenset()
    part: Part | None = Part.LEAD


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
    rulings = _rulings(session, dates)
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
        .where(_has_arisen(dates))
    )
    return _narrowed(statement, wanted)


def _has_arisen(dates: StateDates) -> sa.ColumnElement[bool]:
    """What is owed under its duty on the day: it arose while the duty lasted, and was not yet handed on with it."""
    return sa.and_(
        col(Duty.starts_on) <= dates.as_of,
        col(Occasion.arises_on) <= dates.as_of,
        sa.or_(col(Duty.ends_on).is_(None), col(Occasion.arises_on) <= col(Duty.ends_on)),
        sa.or_(col(Occasion.handed_on).is_(None), col(Occasion.handed_on) > dates.as_of),
    )


def _narrowed(statement: AnySelect, wanted: DutyFilter) -> AnySelect:
    """Only the duties meant; the area is looked at where items are read."""
    if wanted.part is not None:
        statement = statement.where(col(Duty.part) == wanted.part)
    if wanted.unit_code:
        statement = statement.where(col(Duty.unit_code) == wanted.unit_code)
    if wanted.item_id:
        statement = statement.where(col(Duty.item_id) == wanted.item_id)
    if wanted.item_ids is not None:
        statement = statement.where(col(Duty.item_id).in_(wanted.item_ids))
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
    if wanted.item_id or wanted.item_ids is not None or wanted.unit_code:
        public = public.where(col(Publication.duty_id).in_(_narrowed(sa.select(col(Duty.id)), wanted)))
    rows = session.execute(public).all()
    missing = unseen(session, dates.as_of, {row.id for row in rows} if len(rows) <= FEW else None)
    for occasion_id, publication_id, published_on, withdrawn_on in rows:
        is_unseen = holds(missing.get(publication_id, ()), dates.as_of)
        found[occasion_id].append(_Disclosure(publication_id, published_on, withdrawn_on, is_unseen))
    return found


def _rulings(session: Session, dates: StateDates) -> Mapping[UUID, list[Ruling]]:
    """Rulings granted by `dates.as_of`, by the duty they are about: a later one does not change what was true before."""
    found: dict[UUID, list[Ruling]] = defaultdict(list)
    for ruling in session.exec(select(Ruling).where(col(Ruling.decided_on) <= dates.as_of)):
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


def _is_answered(dates: StateDates) -> sa.ColumnElement[bool]:
    """Occasions somebody has said something about by `dates.as_of`: a publication, or a decided ruling on them or their duty."""
    published = sa.exists().where(
        col(Publication.occasion_id) == col(Occasion.id), col(Publication.published_on) <= dates.as_of
    )
    ruled = sa.exists().where(col(Ruling.duty_id) == col(Duty.id), col(Ruling.decided_on) <= dates.as_of)
    return sa.or_(published, ruled)


def _unanswered_groups(
    session: Session, dates: StateDates, wanted: DutyFilter, *by: Any
) -> Iterator[tuple[Any, date | None, int]]:
    """(values of `by`, due date, number) of the occasions nobody has answered: the database counts, the due date says the state."""
    statement = (
        sa.select(*by, col(Occasion.due_on), sa.func.count())
        .join(Duty, col(Duty.id) == col(Occasion.duty_id))
        .join(Item, col(Item.id) == col(Duty.item_id))
        .join(Standard, col(Standard.code) == col(Item.standard_code))
        .where(_has_arisen(dates), sa.not_(_is_answered(dates)))
        .group_by(*by, col(Occasion.due_on))
    )
    if wanted.area_code:
        statement = statement.where(col(Standard.area_code) == wanted.area_code)
    for *key, due_on, number in session.execute(_narrowed(statement, wanted)):
        yield tuple(key), due_on, number


def _answered(session: Session, dates: StateDates, wanted: DutyFilter) -> Iterator[OccasionRow]:
    return _judged(session, dates, wanted, _statement(dates, wanted).where(_is_answered(dates)))


def item_openness(
    session: Session, dates: StateDates, item_ids: Sequence[UUID] | None = None
) -> Mapping[UUID, Openness]:
    """For each item that has occasions: the earliest last day nobody has answered, and the worst word among the others."""
    wanted = DutyFilter(item_ids=item_ids)
    limits: dict[UUID, list[date]] = defaultdict(list)
    words: dict[UUID, set[OccasionState]] = defaultdict(set)
    for (item_id,), due_on, _ in _unanswered_groups(session, dates, wanted, col(Duty.item_id)):
        if due_on is None:
            words[item_id].add(OccasionState.NEEDS_RULE)
        else:
            limits[item_id].append(due_on)
    for row in _answered(session, dates, wanted):
        if row.state in OPEN and row.limit is not None:
            limits[row.item_id].append(row.limit)
        else:
            words[row.item_id].add(row.state)
    return {
        item_id: Openness(min(limits[item_id], default=None), worst(words[item_id]) or OccasionState.NEEDS_RULE)
        for item_id in limits.keys() | words.keys()
    }


@dataclass
class Board:
    """Units × areas with counts; every number opens exactly the rows it counts."""

    cells: dict[tuple[str, str], Counts] = field(default_factory=lambda: defaultdict(Counts))

    def of_unit(self, unit_code: str) -> Counts:
        return self._sum(lambda key: key[0] == unit_code)

    def of_area(self, area_code: str) -> Counts:
        return self._sum(lambda key: key[1] == area_code)

    def total(self) -> Counts:
        return self._sum(lambda key: True)

    def units(self) -> list[str]:
        return list(dict.fromkeys(unit for unit, _ in self.cells))

    def _sum(self, belongs: Callable[[tuple[str, str]], bool]) -> Counts:
        total = Counts()
        for key, counts in self.cells.items():
            if belongs(key):
                total.merge(counts)
        return total


def board(session: Session, dates: StateDates, wanted: DutyFilter | None = None) -> Board:
    """Counts of every unit in every area on the day of `dates`."""
    wanted = wanted or DutyFilter()
    found = Board()
    by = (col(Duty.unit_code), col(Standard.area_code))
    for (unit_code, area_code), due_on, number in _unanswered_groups(session, dates, wanted, *by):
        word = OccasionState.NEEDS_RULE if due_on is None else open_state(due_on, dates)
        found.cells[(unit_code, area_code)].add(word, number)
    for row in _answered(session, dates, wanted):
        found.cells[(row.unit_code, row.area_code)].add(row.state)
    return found
