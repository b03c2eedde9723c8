"""The states of all occasions at once, inside statements: what `rules.state` says of one.

Nearly every occasion is simple: its due date and the one publication that was public on the day say all. All are counted as if they were,
in one pass over two covering indexes. What is not simple – rulings, several publications, one that was not found at its address – is
judged from all its facts, and the difference corrects the count. A property test holds the sum to `rules.state`.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from registry.audit.queries import last_mark
from registry.coverage.rules import OccasionState, StateDates
from registry.dialects import AnySelect
from registry.duties.tables import Duty, Occasion, Ruling, RulingKind
from registry.evidence.standing import unseen_on
from registry.items.tables import Item, Standard
from registry.publications.tables import Publication

Condition = sa.ColumnElement[bool]


def count_states(
    session: Session, dates: StateDates, by: Sequence[str], where: Sequence[Condition], among: Sequence[Condition]
) -> Iterator[tuple[tuple[str, ...], Sequence[int]]]:
    """(values of `by`, a number for each state in order), to be added up: a key may come twice, and a number be negative.

    `by` are some of unit, area, item; `where` are conditions on duties, `among` those of them that leave few.
    """
    statements = [_summed(by, one) for one in (_simple(dates, where), _corrections(dates, where, among))]
    for rows in _read(session, statements, beside=not among):
        for row in rows:
            yield row[: len(by)], row[len(by) :]


def _read(session: Session, statements: Sequence[AnySelect], *, beside: bool) -> list[Sequence[sa.Row[Any]]]:
    """The rows of two statements. `beside` each other they take half the time, the second in a connection of its own.

    That is done only where both see the same: not inside a change, and not when something was written since the session began to read.
    """
    engine = session.get_bind()
    if beside and not engine.get_execution_options().get("registry_write"):
        with Session(engine, autoflush=False) as other:
            if last_mark(other) == last_mark(session):
                with ThreadPoolExecutor(max_workers=1) as pool:
                    second = pool.submit(lambda: other.execute(statements[1]).all())
                    return [session.execute(statements[0]).all(), second.result()]
    return [session.execute(one).all() for one in statements]


def _summed(by: Sequence[str], statement: AnySelect) -> AnySelect:
    counted = statement.subquery("counted")
    sums = (sa.cast(sa.func.sum(counted.c[state.value]), sa.BigInteger) for state in OccasionState)
    return _by(by, counted, *sums)


def _by(by: Sequence[str], counted: sa.FromClause, *values: Any) -> AnySelect:
    columns = {"unit": counted.c.unit_code, "area": col(Standard.area_code), "item": col(Item.code)}
    keys = [columns[one] for one in by]
    return (
        sa.select(*keys, *values)
        .select_from(counted)
        .join(Item, col(Item.id) == counted.c.item_id)
        .join(Standard, col(Standard.code) == col(Item.standard_code))
        .group_by(*keys)
    )


def has_arisen(dates: StateDates) -> Condition:
    """What is owed under its duty on the day: it arose while the duty lasted, and was not yet handed on with it."""
    return sa.and_(
        col(Duty.starts_on) <= dates.as_of,
        col(Occasion.arises_on) <= dates.as_of,
        sa.or_(col(Duty.ends_on).is_(None), col(Occasion.arises_on) <= col(Duty.ends_on)),
        sa.or_(col(Occasion.handed_on).is_(None), col(Occasion.handed_on) > dates.as_of),
    )


def is_public(dates: StateDates) -> tuple[Condition, Condition]:
    """Publications that were public on the day, whether or not they were found."""
    return (
        col(Publication.published_on) <= dates.as_of,
        sa.or_(col(Publication.withdrawn_on).is_(None), col(Publication.withdrawn_on) > dates.as_of),
    )


def _simple(dates: StateDates, where: Sequence[Condition]) -> AnySelect:
    """(unit_code, item_id, a column for each state): every occasion by its due date, or by each publication that answers it.

    Grouped so that SQLite meets the groups in the order of its indexes, and sorts nothing.
    """
    published_on, due_on = col(Publication.published_on), col(Occasion.due_on)
    answers = sa.and_(
        col(Publication.duty_id) == col(Occasion.duty_id),
        col(Publication.occasion_id) == col(Occasion.id),
        *is_public(dates),
    )
    found: dict[OccasionState, Any] = {
        OccasionState.MET: sa.func.count(published_on) - sa.func.count(sa.case((published_on > due_on, 1))),
        OccasionState.MET_LATE: sa.func.count(sa.case((published_on > due_on, 1))),
    }
    for state, is_so in _open(due_on, dates).items():
        found[state] = sa.func.count(sa.case((published_on.is_not(None), None), (is_so, 1)))
    columns = (found.get(state, sa.literal(0)).label(state.value) for state in OccasionState)
    return (
        sa.select(col(Duty.unit_code).label("unit_code"), col(Duty.item_id).label("item_id"), *columns)
        .select_from(Duty)
        .join(Occasion, col(Occasion.duty_id) == col(Duty.id))
        .join(Publication, answers, isouter=True)
        .where(has_arisen(dates), *where)
        .group_by(col(Duty.unit_code), col(Duty.item_id))
    )


def _open(due_on: Any, dates: StateDates) -> Mapping[OccasionState, Condition]:
    """What an unanswered occasion is, by its due date alone."""
    return {
        OccasionState.NEEDS_RULE: due_on.is_(None),
        OccasionState.LONG_OVERDUE: due_on < dates.long_before,
        OccasionState.OVERDUE: sa.and_(due_on >= dates.long_before, due_on < dates.as_of),
        OccasionState.DUE_SOON: sa.and_(due_on >= dates.as_of, due_on <= dates.soon_until),
        OccasionState.UPCOMING: due_on > dates.soon_until,
    }


def _corrections(dates: StateDates, where: Sequence[Condition], among: Sequence[Condition]) -> AnySelect:
    """(unit_code, item_id, a column for each state) of each occasion that is not simple: 1 where it is, less what it was counted as."""
    unseen = unseen_among(dates, among)
    special = _intricate(dates, unseen, among).subquery("intricate")
    is_special = col(Occasion.id).in_(sa.select(special.c.occasion_id))
    known = judged(dates, unseen, [*where, is_special]).cte("judged").prefix_with("MATERIALIZED")
    is_open = known.c.publications == 0
    counted: dict[OccasionState, Any] = {
        OccasionState.MET: known.c.publications - known.c.late_publications,
        OccasionState.MET_LATE: known.c.late_publications,
    }
    for state, is_so in _open(known.c.due_on, dates).items():
        counted[state] = sa.case((sa.and_(is_open, is_so), 1), else_=0)
    columns = (
        (sa.case((known.c.state == state.value, 1), else_=0) - counted.get(state, sa.literal(0))).label(state.value)
        for state in OccasionState
    )
    return sa.select(known.c.unit_code, known.c.item_id, *columns)


def unseen_among(dates: StateDates, where: Sequence[Condition]) -> sa.CTE:
    """The publications not found on the day; `where` (about duties) narrows to theirs."""
    among = None
    if where:
        among = sa.select(col(Publication.id)).join(Duty, col(Duty.id) == col(Publication.duty_id)).where(*where)
    return unseen_on(dates.as_of, among).cte("unseen").prefix_with("MATERIALIZED")


def _intricate(dates: StateDates, unseen: sa.CTE, where: Sequence[Condition]) -> sa.CompoundSelect[UUID]:
    """Ids of occasions that due date and one publication do not explain: a ruling, a second publication, or one that was not found."""
    ruled: AnySelect = sa.select(col(Ruling.occasion_id).label("occasion_id")).join(
        Duty, col(Duty.id) == col(Ruling.duty_id)
    )
    wholly_ruled = (
        sa.select(col(Occasion.id))
        .join(Duty, col(Duty.id) == col(Occasion.duty_id))
        .join(Ruling, col(Ruling.duty_id) == col(Duty.id))
    )
    is_granted = col(Ruling.decided_on) <= dates.as_of
    published = sa.select(col(Publication.occasion_id))
    several = published.where(*is_public(dates))
    if where:
        several = several.join(Duty, col(Duty.id) == col(Publication.duty_id)).where(*where)
    return sa.union_all(
        ruled.where(is_granted, col(Ruling.occasion_id).is_not(None), *where),
        wholly_ruled.where(is_granted, col(Ruling.occasion_id).is_(None), *where),
        published.where(col(Publication.id).in_(sa.select(unseen.c.publication_id))),
        several.group_by(col(Publication.duty_id), col(Publication.occasion_id)).having(sa.func.count() > 1),
    )


def judged(dates: StateDates, unseen: sa.CTE, where: Sequence[Condition]) -> AnySelect:
    """Every occasion with its facts, its last day and its state: (occasion_id, duty_id, unit_code, item_id, …, last_day, state)."""
    facts = _facts(dates, unseen, where).cte("facts").prefix_with("MATERIALIZED")
    last_day = sa.func.coalesce(facts.c.extended_to, facts.c.due_on)
    state = sa.case(
        (facts.c.is_not_applicable, OccasionState.NOT_APPLICABLE.value),
        (facts.c.answered_on > last_day, OccasionState.MET_LATE.value),
        (facts.c.answered_on.is_not(None), OccasionState.MET.value),
        (facts.c.has_nothing, OccasionState.NOTHING_TO_PUBLISH.value),
        (last_day.is_(None), OccasionState.NEEDS_RULE.value),
        (last_day < dates.long_before, OccasionState.LONG_OVERDUE.value),
        (last_day < dates.as_of, OccasionState.OVERDUE.value),
        (facts.c.extended_to.is_not(None), OccasionState.EXTENDED.value),
        (last_day <= dates.soon_until, OccasionState.DUE_SOON.value),
        else_=OccasionState.UPCOMING.value,
    )
    return sa.select(*facts.c, last_day.label("last_day"), state.label("state"))


def _facts(dates: StateDates, unseen: sa.CTE, where: Sequence[Condition]) -> AnySelect:
    """What `rules.Facts` holds of each occasion on the day, and how many publications it was counted by."""

    def ruling(kind: RulingKind, wanted: Any, *conditions: Condition) -> AnySelect:
        return sa.select(wanted).where(
            col(Ruling.duty_id) == col(Duty.id),
            sa.or_(col(Ruling.occasion_id).is_(None), col(Ruling.occasion_id) == col(Occasion.id)),
            col(Ruling.kind) == kind,
            col(Ruling.decided_on) <= dates.as_of,
            *conditions,
        )

    def publications(wanted: Any) -> AnySelect:
        return sa.select(wanted).where(
            col(Publication.duty_id) == col(Occasion.duty_id),
            col(Publication.occasion_id) == col(Occasion.id),
            *is_public(dates),
        )

    published_on, due_on = col(Publication.published_on), col(Occasion.due_on)
    lasts = sa.or_(col(Ruling.to_on).is_(None), col(Ruling.to_on) >= dates.as_of)
    has_begun = col(Ruling.from_on) <= dates.as_of
    is_seen = col(Publication.id).not_in(sa.select(unseen.c.publication_id))
    one = sa.literal(1)
    found = {
        "extended_to": ruling(RulingKind.EXTENDED, sa.func.max(col(Ruling.extended_to))).scalar_subquery(),
        "is_not_applicable": ruling(RulingKind.NOT_APPLICABLE, one, has_begun, lasts).exists(),
        "has_nothing": ruling(RulingKind.NOTHING_TO_PUBLISH, one, has_begun).exists(),
        "answered_on": publications(sa.func.min(published_on)).where(is_seen).scalar_subquery(),
        "publications": publications(sa.func.count()).scalar_subquery(),
        "late_publications": publications(sa.func.count()).where(published_on > due_on).scalar_subquery(),
    }
    return (
        sa.select(
            col(Occasion.id).label("occasion_id"),
            col(Duty.id).label("duty_id"),
            col(Duty.unit_code).label("unit_code"),
            col(Duty.item_id).label("item_id"),
            due_on.label("due_on"),
            *(column.label(name) for name, column in found.items()),
        )
        .select_from(Duty)
        .join(Occasion, col(Occasion.duty_id) == col(Duty.id))
        .where(has_arisen(dates), *where)
    )
