"""Reads that find what is wrong on a day. Each kind of fact is fetched for all units at once; `finding.find` judges them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.assessment.facts import DeadAddress, Facts, Version
from registry.assessment.finding import find
from registry.assessment.rules import Finding
from registry.assessment.titles import flaws
from registry.coverage.queries import DutyFilter, list_occasions
from registry.coverage.rules import StateDates
from registry.database import CITY_TIME, city_day
from registry.deadlines.clauses import ClauseKind, clause_from, leading_clause
from registry.duties.tables import Duty, Occasion, Part
from registry.evidence.queries import ONCE_PUBLIC, FirstSight, first_sights, list_failing
from registry.evidence.rules import Outcome
from registry.items.tables import Element, ElementKind, Item, Standard
from registry.publications.queries import visible_to_public
from registry.publications.screening import kept_kinds, kinds_in_fields
from registry.publications.tables import Publication, Revision
from registry.rulebook.assessment import Edition


def list_findings(
    session: Session, dates: StateDates, rules: Edition, *, unit_code: str | None = None
) -> list[Finding]:
    """Everything that is wrong on the day of `dates`, of one unit or of all, by unit, rule and age. `rules` are those of the day."""
    return find(facts_on(session, dates, unit_code=unit_code), rules)


def facts_on(session: Session, dates: StateDates, *, unit_code: str | None = None) -> Facts:
    """What is known on the day of `dates` of one unit or of all. Only who leads is held to an item."""
    occasions = list_occasions(session, dates, DutyFilter(unit_code=unit_code))
    versions = list(_versions(session, dates.as_of, unit_code))
    return Facts(dates.as_of, occasions, versions, _rhythms(session))


@dataclass(frozen=True)
class _Shown:
    """A public version and where it belongs, before anything is asked about it: the columns of `_COLUMNS`, in their order."""

    publication_id: UUID
    occasion_id: UUID
    created_at: datetime
    shown_from: date
    superseded_on: date | None
    revision_id: UUID
    title: str
    doc_no: str | None
    summary: str | None
    correction_reason: str | None
    formed_on: date
    claimed_on: date
    elements: Sequence[str]
    channels: Sequence[Mapping[str, Any]]
    review_checks: Sequence[str]
    reviewer_id: UUID | None
    decided_at: datetime | None
    override_reason: str | None
    confirmed_at: datetime | None
    personal_data_reason: str | None
    duty_id: UUID
    unit_code: str
    part: Part
    item_id: UUID
    item_code: str
    area_code: str
    period: str
    due_on: date | None

    def is_superseded(self, as_of: date) -> bool:
        """Whether another one stands in its place; it stays to be read and can be corrected no more."""
        return self.superseded_on is not None and self.superseded_on <= as_of

    def unconfirmed_since(self, as_of: date) -> date | None:
        """The day of an approval in the reviewer's place that nobody of the unit had confirmed by the day."""
        if self.override_reason is None or self.decided_at is None:
            return None
        is_confirmed = self.confirmed_at is not None and city_day(self.confirmed_at) <= as_of
        return None if is_confirmed else city_day(self.decided_at)


_COLUMNS = (
    Publication.id, Publication.occasion_id, Publication.created_at, Publication.published_on, Publication.superseded_on,
    Revision.id, Revision.title, Revision.doc_no, Revision.summary, Revision.correction_reason, Revision.formed_on,
    Revision.published_on, Revision.elements, Revision.channels, Revision.review_checks, Revision.reviewer_id,
    Revision.decided_at, Revision.override_reason, Revision.confirmed_at, Revision.personal_data_reason,
    Duty.id, Duty.unit_code, Duty.part, Item.id, Item.code, Standard.area_code, Occasion.period, Occasion.due_on,
)  # fmt: skip


def _versions(session: Session, as_of: date, unit_code: str | None) -> Iterator[Version]:
    keepers = _keepers(session, as_of)
    shown = _shown(session, as_of, unit_code, keepers)
    missing = _missing(session, shown, as_of)
    in_files, sights, dead = kept_kinds(session), first_sights(session, as_of), _dead(session, as_of)
    for one in shown:
        tables, elements = missing.get(one.publication_id, ((), ()))
        yield replace(
            _version(one, keepers.get(one.duty_id, one.unit_code), as_of),
            missing_tables=tables,
            missing_elements=elements,
            personal_data=tuple(sorted({*kinds_in_fields(one), *in_files.get(one.revision_id, ())})),
            dead=dead.get(one.publication_id, ()),
            **_sighted(sights.get(one.publication_id)),
        )


def _version(one: _Shown, unit_code: str, as_of: date) -> Version:
    return Version(
        publication_id=one.publication_id,
        occasion_id=one.occasion_id,
        unit_code=unit_code,
        area_code=one.area_code,
        item_code=one.item_code,
        title=one.title,
        doc_no=one.doc_no,
        period=one.period,
        due_on=one.due_on,
        formed_on=one.formed_on,
        claimed_on=one.claimed_on,
        registered_on=city_day(one.created_at),
        shown_from=one.shown_from,
        is_reviewed=one.reviewer_id is not None and bool(one.review_checks),
        unconfirmed_since=one.unconfirmed_since(as_of),
        title_flaws=() if one.is_superseded(as_of) else flaws(one.title, one.doc_no, one.period),
        personal_data_reason=one.personal_data_reason,
    )


def _sighted(sight: FirstSight | None) -> Mapping[str, Any]:
    return {"seen_on": sight.seen_on, "unseen_days": sight.unseen_days} if sight else {}


def _keepers(session: Session, as_of: date) -> Mapping[UUID, str]:
    """For duties that ended by the day and were handed on: the unit that goes on with them."""
    handed = select(Duty).where(col(Duty.successor_id).is_not(None), col(Duty.ends_on) < as_of)
    ended = {duty.id: duty for duty in session.exec(handed)}
    heirs = {one.successor_id for one in ended.values()} - ended.keys()
    units = dict(session.exec(select(Duty.id, Duty.unit_code).where(col(Duty.id).in_(heirs))).all())
    return {one: units[last] for one in ended if (last := _last(one, ended)) in units}


def _last(duty_id: UUID, ended: Mapping[UUID, Duty]) -> UUID | None:
    found: UUID | None = duty_id
    while found is not None and found in ended:
        found = ended[found].successor_id
    return found


def _shown(session: Session, as_of: date, unit_code: str | None, keepers: Mapping[UUID, str]) -> list[_Shown]:
    """The version of each publication that was public on the day: the newest decided by then, else the first there was."""
    statement = (
        sa.select(*map(col, _COLUMNS))
        .join(Revision, col(Revision.publication_id) == col(Publication.id))
        .join(Occasion, col(Occasion.id) == col(Publication.occasion_id))
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .join(Item, col(Item.id) == col(Duty.item_id))
        .join(Standard, col(Standard.code) == col(Item.standard_code))
        .where(visible_to_public(as_of), col(Revision.state).in_(ONCE_PUBLIC))
        .order_by(col(Publication.published_on), col(Publication.id), col(Revision.number))
    )
    if unit_code is not None:
        inherited = [duty_id for duty_id, keeper in keepers.items() if keeper == unit_code]
        statement = statement.where(sa.or_(col(Duty.unit_code) == unit_code, col(Duty.id).in_(inherited)))
    tomorrow = datetime.combine(as_of + timedelta(days=1), time(), tzinfo=CITY_TIME)
    found: dict[UUID, _Shown] = {}
    for row in session.execute(statement):
        one = _Shown(*row)
        if one.publication_id not in found or (one.decided_at is not None and one.decided_at < tomorrow):
            found[one.publication_id] = one
    return [one for one in found.values() if unit_code in (None, keepers.get(one.duty_id, one.unit_code))]


Missing = tuple[tuple[str, ...], tuple[str, ...]]


def _missing(session: Session, shown: Sequence[_Shown], as_of: date) -> Mapping[UUID, Missing]:
    """By publication, the tables and other elements that all publications of its occasion together leave out.

    It is told of the first of them that leads. An element younger than a version was not asked for when it was written.
    """
    elements = _elements(session)
    covered: dict[UUID, set[str]] = defaultdict(set)
    first: dict[UUID, _Shown] = {}
    for one in shown:
        covered[one.occasion_id].update(one.elements)
        if one.part is Part.LEAD and not one.is_superseded(as_of):
            first.setdefault(one.occasion_id, one)
    found: dict[UUID, Missing] = {}
    for occasion_id, one in first.items():
        left = [
            (kind, text)
            for element_id, kind, text in elements.get(one.item_id, ())
            if str(element_id) not in covered[occasion_id] and element_id < one.revision_id
        ]
        tables = tuple(text for kind, text in left if kind is ElementKind.TABLE)
        others = tuple(text for kind, text in left if kind is not ElementKind.TABLE)
        if left:
            found[one.publication_id] = tables, others
    return found


def _elements(session: Session) -> Mapping[UUID, Sequence[tuple[UUID, ElementKind, str]]]:
    """Id, kind and text of each item's elements, in their order."""
    found: dict[UUID, list[tuple[UUID, ElementKind, str]]] = defaultdict(list)
    for element in session.exec(select(Element).order_by(col(Element.position))):
        found[element.item_id].append((element.id, element.kind, element.text))
    return found


def _dead(session: Session, as_of: date) -> Mapping[UUID, Sequence[DeadAddress]]:
    """By publication, the addresses at which nothing was found; what nobody can judge is none of them."""
    found: dict[UUID, list[DeadAddress]] = defaultdict(list)
    for one in list_failing(session, as_of):
        if one.outcome is Outcome.NOT_SEEN:
            found[one.publication_id].append(DeadAddress(one.address, one.days))
    return found


def _rhythms(session: Session) -> Mapping[str, str]:
    """Item code → how often it recurs, or whether it is to be disclosed in real time or by event."""
    rows = session.exec(select(Item.code, Item.recurs, Item.deadline))
    return {code: recurs or _without_rhythm(deadline) for code, recurs, deadline in rows}


def _without_rhythm(deadline: Sequence[Mapping[str, Any]]) -> str:
    clause = leading_clause(tuple(clause_from(one) for one in deadline))
    return "realtime" if clause is not None and clause.kind is ClauseKind.REALTIME else "event"
