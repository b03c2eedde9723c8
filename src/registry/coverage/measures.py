"""要素齐全率 and 链接有效率 on a day: counted by statements, and the rows that each number counts.

Elements: of each answered occasion every element of its item is asked for; it is covered when a publication that answers the occasion
that day – public, and not missing at its address – names it in the version that stood then.
Links: every web address that a version standing that day names, by what the last look by then found; not of what another one replaced,
which nobody looks at any more.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from registry.coverage.board import Board
from registry.coverage.judging import Condition, has_arisen, is_public, judged, unseen_among
from registry.coverage.queries import DutyFilter, duties_meant, few_duties
from registry.coverage.rules import ElementCounts, LinkCounts, OccasionState, StateDates
from registry.dialects import AnySelect, json_texts
from registry.duties.tables import Duty, Occasion
from registry.evidence.rules import SIGHTED, Outcome
from registry.evidence.standing import last_looks
from registry.evidence.tables import Evidence
from registry.items.tables import Element, Item, Standard
from registry.publications.tables import Publication, Revision
from registry.publications.versions import named_addresses, stood_on

ANSWERED = (OccasionState.MET.value, OccasionState.MET_LATE.value)


class LinkState(StrEnum):
    """What is known of an address on a day."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    UNKNOWN = "unknown"
    NEVER = "never"


@dataclass(frozen=True)
class ElementRow:
    """An element of the item behind an answered occasion."""

    occasion_id: UUID
    duty_id: UUID
    unit_code: str
    area_code: str
    item_code: str
    item_titles: tuple[str, ...]
    period: str
    event: str
    kind: str
    counted_from: Any
    element: str
    is_covered: bool


@dataclass(frozen=True)
class LinkRow:
    """An address of a publication, and the last look at it."""

    publication_id: UUID
    title: str
    unit_code: str
    area_code: str
    item_code: str
    address: str
    state: LinkState
    seen_at: datetime | None


def element_board(session: Session, dates: StateDates, wanted: DutyFilter | None = None) -> Board[ElementCounts]:
    """Elements of answered occasions of every unit in every area."""
    counted = elements_by(session, dates, ("unit", "area"), wanted)
    return Board(ElementCounts, {(unit, area): counts for (unit, area), counts in counted.items()})


def elements_by(
    session: Session, dates: StateDates, by: Sequence[str], wanted: DutyFilter | None = None
) -> dict[tuple[str, ...], ElementCounts]:
    """Elements of answered occasions by some of unit, area, item."""
    asked = _elements(dates, wanted or DutyFilter()).subquery("asked")
    keys = [asked.c[f"{one}_code"] for one in by]
    grouped = sa.select(*keys, sa.func.sum(asked.c.is_covered), sa.func.count()).group_by(*keys).order_by(*keys)
    return {tuple(key): ElementCounts(int(covered), number) for *key, covered, number in session.execute(grouped)}


def list_elements(
    session: Session, dates: StateDates, wanted: DutyFilter, *, covered: bool | None = None
) -> list[ElementRow]:
    """The rows that are counted, all or by whether they are covered; missing ones first."""
    asked = _elements(dates, wanted).subquery("asked")
    statement = (
        sa.select(asked, col(Element.text), col(Occasion.period), col(Occasion.event), col(Occasion.kind),
                  col(Occasion.counted_from), col(Item.titles))
        .join(Element, col(Element.id) == asked.c.element_id)
        .join(Occasion, col(Occasion.id) == asked.c.occasion_id)
        .join(Item, col(Item.id) == col(Element.item_id))
        .order_by(asked.c.is_covered, asked.c.unit_code, asked.c.item_code, asked.c.occasion_id, col(Element.position))
    )  # fmt: skip
    if covered is not None:
        statement = statement.where(asked.c.is_covered == int(covered))
    return [
        ElementRow(
            row.occasion_id, row.duty_id, row.unit_code, row.area_code, row.item_code, tuple(row.titles),
            row.period, row.event, row.kind.value, row.counted_from, row.text, bool(row.is_covered),
        )
        for row in session.execute(statement)
    ]  # fmt: skip


def _elements(dates: StateDates, wanted: DutyFilter) -> AnySelect:
    """One row for each element of each answered occasion, `is_covered` 1 or 0."""
    where, few = duties_meant(wanted), few_duties(wanted)
    unseen = unseen_among(dates, few)
    answered = judged(dates, unseen, where).cte("answered").prefix_with("MATERIALIZED")
    covered = _covered(dates, unseen, where, few).cte("covered").prefix_with("MATERIALIZED")
    is_covered = sa.and_(covered.c.occasion_id == answered.c.occasion_id, covered.c.element_id == _bare(Element.id))
    return (
        sa.select(
            answered.c.occasion_id,
            answered.c.duty_id,
            answered.c.unit_code,
            col(Standard.area_code).label("area_code"),
            col(Item.code).label("item_code"),
            col(Element.id).label("element_id"),
            sa.case((covered.c.element_id.is_not(None), 1), else_=0).label("is_covered"),
        )
        .select_from(answered)
        .join(Item, col(Item.id) == answered.c.item_id)
        .join(Standard, col(Standard.code) == col(Item.standard_code))
        .join(Element, col(Element.item_id) == answered.c.item_id)
        .join(covered, is_covered, isouter=True)
        .where(answered.c.state.in_(ANSWERED))
    )


def _covered(dates: StateDates, unseen: sa.CTE, where: Sequence[Condition], few: Sequence[Condition]) -> AnySelect:
    """(occasion_id, element_id as bare text) of all that publications there on the day name."""
    named = json_texts(col(Revision.elements)).table_valued("value", name="named")
    of_few = sa.select(col(Publication.id)).join(Duty, col(Duty.id) == col(Publication.duty_id)).where(*few)
    near = [col(Revision.publication_id).in_(of_few)] if few else []
    return (
        sa.select(col(Publication.occasion_id).label("occasion_id"), sa.func.replace(named.c.value, "-", "").label("element_id"))
        .select_from(Publication)
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .join(Revision, col(Revision.publication_id) == col(Publication.id))
        .join(named, sa.true())
        .where(
            *is_public(dates), *where, stood_on(dates.as_of), *near,
            col(Publication.id).not_in(sa.select(unseen.c.publication_id)),
        )
        .distinct()
    )  # fmt: skip


def _bare(identifier: Any) -> sa.ColumnElement[str]:
    """An id as text without hyphens, which is how SQLite keeps it."""
    return sa.func.replace(sa.cast(col(identifier), sa.Text()), "-", "")


def link_board(session: Session, dates: StateDates, wanted: DutyFilter | None = None) -> Board[LinkCounts]:
    """Public addresses of every unit in every area."""
    counted = links_by(session, dates, ("unit", "area"), wanted)
    return Board(LinkCounts, {(unit, area): counts for (unit, area), counts in counted.items()})


def links_by(
    session: Session, dates: StateDates, by: Sequence[str], wanted: DutyFilter | None = None
) -> dict[tuple[str, ...], LinkCounts]:
    """Public addresses by some of unit, area, item."""
    links = _links(dates, wanted or DutyFilter()).subquery("links")
    keys = [links.c[f"{one}_code"] for one in by]
    found: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    statement = sa.select(*keys, links.c.state, sa.func.count()).group_by(*keys, links.c.state).order_by(*keys)
    for *key, state, number in session.execute(statement):
        found[tuple(key)][state] = number
    return {key: LinkCounts(**numbers) for key, numbers in found.items()}


def list_links(
    session: Session, dates: StateDates, wanted: DutyFilter, *, states: frozenset[LinkState] = frozenset()
) -> list[LinkRow]:
    """The addresses that are counted, all or those in some states; what was not seen first."""
    links = _links(dates, wanted).subquery("links")
    statement = sa.select(links)
    if states:
        statement = statement.where(links.c.state.in_([one.value for one in states]))
    order = {
        state: place
        for place, state in enumerate((LinkState.NOT_SEEN, LinkState.UNKNOWN, LinkState.NEVER, LinkState.SEEN))
    }
    rows = [
        LinkRow(row.publication_id, row.title, row.unit_code, row.area_code, row.item_code, row.address,
                LinkState(row.state), row.seen_at)
        for row in session.execute(statement)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (order[row.state], row.unit_code, row.item_code, row.title, row.address))


def _links(dates: StateDates, wanted: DutyFilter) -> AnySelect:
    """One row for each address that is public on the day, with its `state`."""
    where, few = duties_meant(wanted), few_duties(wanted)
    of_few = sa.select(col(Publication.id)).join(Duty, col(Duty.id) == col(Publication.duty_id)).where(*few)
    named = named_addresses(dates.as_of, *([col(Revision.publication_id).in_(of_few)] if few else []))
    looks = last_looks(dates.as_of, *([col(Evidence.publication_id).in_(of_few)] if few else []))
    addresses, last = named.cte("addresses").prefix_with("MATERIALIZED"), looks.cte("last").prefix_with("MATERIALIZED")
    was_looked_at = sa.and_(last.c.publication_id == addresses.c.publication_id, last.c.address == addresses.c.address)
    stands_alone = sa.or_(col(Publication.superseded_on).is_(None), col(Publication.superseded_on) > dates.as_of)
    state = sa.case(
        (last.c.outcome.is_(None), LinkState.NEVER.value),
        (last.c.outcome.in_(SIGHTED), LinkState.SEEN.value),
        (last.c.outcome == Outcome.NOT_SEEN, LinkState.NOT_SEEN.value),
        else_=LinkState.UNKNOWN.value,
    )
    return (
        sa.select(
            col(Publication.id).label("publication_id"),
            addresses.c.title,
            col(Duty.unit_code).label("unit_code"),
            col(Standard.area_code).label("area_code"),
            col(Item.code).label("item_code"),
            addresses.c.address,
            state.label("state"),
            last.c.seen_at,
        )
        .select_from(addresses)
        .join(Publication, col(Publication.id) == addresses.c.publication_id)
        .join(Occasion, col(Occasion.id) == col(Publication.occasion_id))
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .join(Item, col(Item.id) == col(Duty.item_id))
        .join(Standard, col(Standard.code) == col(Item.standard_code))
        .join(last, was_looked_at, isouter=True)
        .where(*is_public(dates), has_arisen(dates), stands_alone, *where)
    )
