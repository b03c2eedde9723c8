"""Reads of evidence. The public sees what may be shown to it, captures only after the personal-data check, and who recorded it never."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, may
from registry.database import CITY_TIME, Actor, city_day
from registry.duties.tables import Duty
from registry.errors import NotFound
from registry.evidence.failures import FAILING_DAYS, Look, Span, days_failing, unseen_spans
from registry.evidence.rules import SIGHTED, Outcome
from registry.evidence.tables import Evidence
from registry.publications.queries import visible_to_public
from registry.publications.rules import RevisionState, Why
from registry.publications.tables import Publication, Revision


@dataclass(frozen=True)
class Target:
    """An address that a public version names, and the last sight of this version there, when it is known."""

    publication_id: UUID
    revision_id: UUID
    unit_code: str
    title: str
    channel: str
    address: str
    before: Evidence | None = None


@dataclass(frozen=True)
class Failing:
    """A public address that was last not seen, or about which nothing could be said on two days.

    `days` are the days since it was last seen, oldest first; `is_charged` once the publication counts as not there.
    """

    publication_id: UUID
    unit_code: str
    title: str
    address: str
    outcome: Outcome
    reason: str | None
    days: tuple[date, ...]
    is_charged: bool


def list_public_evidence(session: Session, publication_id: UUID, as_of: date) -> Sequence[Evidence]:
    """What everybody may know was seen of a publication, oldest first.

    Nothing once it has been withdrawn, and nothing of versions that were corrected because they told of persons.
    """
    query = select(Evidence).join(Publication, col(Publication.id) == col(Evidence.publication_id))
    shown = query.where(
        Evidence.publication_id == publication_id,
        col(Evidence.cleared).is_(True),
        visible_to_public(as_of),
        sa.not_(_told_of_persons()),
    )
    return session.exec(shown.order_by(col(Evidence.seen_at), col(Evidence.id))).all()


def list_evidence(session: Session, publication_id: UUID) -> Sequence[Evidence]:
    """Every look and photograph of a publication, oldest first: for its staff."""
    query = select(Evidence).where(Evidence.publication_id == publication_id)
    return session.exec(query.order_by(col(Evidence.seen_at), col(Evidence.id))).all()


def get_evidence(session: Session, evidence_id: UUID, actor: Actor, as_of: date) -> tuple[Evidence, str]:
    """One row and the unit it is about, for staff of that unit; for everybody once its capture has been cleared. Else NotFound."""
    statement = (
        sa.select(Evidence, col(Duty.unit_code), sa.and_(visible_to_public(as_of), sa.not_(_told_of_persons())))
        .join(Publication, col(Publication.id) == col(Evidence.publication_id))
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .where(col(Evidence.id) == evidence_id)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound(subject="evidence")
    evidence, unit_code, is_visible = found
    is_open = evidence.cleared_by is not None and is_visible
    if not is_open and not may(actor, Permission.SEE_UNPUBLISHED, unit_code):
        raise NotFound(subject="evidence")
    return evidence, unit_code


def unit_of(session: Session, publication_id: UUID) -> str:
    """The unit a publication belongs to."""
    publication = session.get(Publication, publication_id)
    if publication is None:
        raise NotFound(subject="publication")
    return session.get_one(Duty, publication.duty_id).unit_code


def list_targets(
    session: Session,
    as_of: date,
    *,
    publication_id: UUID | None = None,
    unit_code: str | None = None,
) -> list[Target]:
    """Every address that is public on a day and not superseded, in no order that means anything."""
    statement = (
        sa.select(col(Publication.id), col(Duty.unit_code), Revision)
        .join(Revision, col(Revision.id) == col(Publication.public_revision_id))
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .where(visible_to_public(as_of), col(Publication.superseded_on).is_(None))
        .order_by(col(Publication.id))
    )
    if publication_id is not None:
        statement = statement.where(col(Publication.id) == publication_id)
    if unit_code is not None:
        statement = statement.where(col(Duty.unit_code) == unit_code)
    return [target for row in session.execute(statement) for target in _targets_of(*row)]


def list_due(session: Session, as_of: date, *, unit_code: str | None = None) -> list[Target]:
    """The addresses nobody has looked at on this day, those never looked at first, then those looked at longest ago.

    What is done is not due any more, so that asking again after an interruption goes on where it stopped.
    """
    looked = _last_looks(session)
    begun = _first_moment(as_of)
    targets = (
        (looked.get((one.publication_id, one.address), _NEVER), one)
        for one in list_targets(session, as_of, unit_code=unit_code)
    )
    return [one for _, one in sorted((pair for pair in targets if pair[0] < begun), key=lambda pair: pair[0])]


def last_sight(session: Session, target: Target) -> Evidence | None:
    """When this version was last seen at this address."""
    query = select(Evidence).where(
        Evidence.publication_id == target.publication_id,
        Evidence.revision_id == target.revision_id,
        Evidence.address == target.address,
        col(Evidence.outcome).in_((Outcome.SEEN, Outcome.CHANGED)),
    )
    return session.exec(query.order_by(col(Evidence.seen_at).desc(), col(Evidence.id).desc())).first()


def list_failing(session: Session, as_of: date, *, unit_code: str | None = None) -> list[Failing]:
    """What a unit has to see to: addresses not seen since they last were, and those nothing could be said about on two days or more."""
    rows = _looks(session, as_of, _last_not_seen(as_of, unit_code))
    if not rows:
        return []
    charged = unseen(session, as_of, rows.keys())
    found = []
    for target in list_targets(session, as_of, unit_code=unit_code):
        own = [row for row in rows.get(target.publication_id, ()) if row.address == target.address]
        since = _since_seen(own)
        failing = [row for row in since if row.outcome is Outcome.NOT_SEEN] or since
        days = tuple(dict.fromkeys(city_day(row.seen_at) for row in failing))
        if failing and (failing[-1].outcome is Outcome.NOT_SEEN or len(days) >= FAILING_DAYS):
            is_charged = any(to is None for _, to in charged.get(target.publication_id, ()))
            last = failing[-1]
            found.append(
                Failing(
                    target.publication_id, target.unit_code, target.title, target.address,
                    last.outcome, last.reason, days, is_charged,
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (not one.is_charged, one.days[0], one.title))


def unseen(session: Session, as_of: date, among: Collection[UUID] | None = None) -> Mapping[UUID, tuple[Span, ...]]:
    """Publications that counted as not there by `as_of`, with the spans in which they did (`failures.py`); `among` these or all."""
    failed = sa.select(col(Evidence.publication_id)).where(
        col(Evidence.outcome) == Outcome.NOT_SEEN, col(Evidence.seen_at) < _first_moment(as_of + timedelta(days=1))
    )
    if among is not None:
        failed = failed.where(col(Evidence.publication_id).in_(among))
    often = failed.group_by(col(Evidence.publication_id)).having(sa.func.count() >= FAILING_DAYS)
    suspects = set(session.scalars(often))
    if not suspects:
        return {}
    looks, claims = _looks(session, as_of, suspects), _claims(session, suspects)
    found = {one: unseen_spans([_look(row) for row in looks[one]], claims[one]) for one in suspects}
    return {one: spans for one, spans in found.items() if spans}


@dataclass(frozen=True)
class FirstSight:
    """The day a publication was first seen, at any address or on a photograph, and the days before that it was looked for in vain."""

    seen_on: date
    unseen_days: tuple[date, ...] = ()


def first_sights(session: Session, as_of: date) -> Mapping[UUID, FirstSight]:
    """For publications looked at by a day: when they were first seen, whatever happened later."""
    by_then = col(Evidence.seen_at) < _first_moment(as_of + timedelta(days=1))
    first = (
        sa.select(col(Evidence.publication_id), sa.func.min(col(Evidence.seen_at)).label("seen_at"))
        .where(by_then, col(Evidence.outcome).in_(SIGHTED))
        .group_by(col(Evidence.publication_id))
        .subquery()
    )
    found = {one: FirstSight(city_day(at)) for one, at in session.execute(sa.select(first))}
    failed: dict[UUID, set[date]] = defaultdict(set)
    before = (
        sa.select(col(Evidence.publication_id), col(Evidence.seen_at))
        .join(first, first.c.publication_id == col(Evidence.publication_id))
        .where(col(Evidence.outcome) == Outcome.NOT_SEEN, col(Evidence.seen_at) < first.c.seen_at)
    )
    for publication_id, at in session.execute(before):
        failed[publication_id].add(city_day(at))
    return {**found, **{one: FirstSight(found[one].seen_on, tuple(sorted(days))) for one, days in failed.items()}}


def days_failing_at(session: Session, target: Target, as_of: date) -> Sequence[date]:
    """The days up to this one on which the address was not seen since it was last seen."""
    rows = _looks(session, as_of, {target.publication_id}).get(target.publication_id, [])
    return days_failing(_look(row) for row in rows).get(target.address, ())


def list_uncleared(session: Session, unit_code: str | None) -> list[tuple[Evidence, str]]:
    """Photographs that wait for a second person's personal-data check, oldest first, with the unit they are about."""
    statement = (
        sa.select(Evidence, col(Duty.unit_code))
        .join(Publication, col(Publication.id) == col(Evidence.publication_id))
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .where(col(Evidence.outcome) == Outcome.OFFLINE, col(Evidence.cleared_by).is_(None))
        .order_by(col(Evidence.id))
    )
    if unit_code is not None:
        statement = statement.where(col(Duty.unit_code) == unit_code)
    return [(evidence, unit) for evidence, unit in session.execute(statement)]


def stored_captures(session: Session) -> Sequence[str]:
    """Digests of all captures and photographs that rows name; each must be in the object folder."""
    return session.exec(select(col(Evidence.capture)).where(col(Evidence.capture).is_not(None)).distinct()).all()  # type: ignore[return-value]


ONCE_PUBLIC = (RevisionState.APPROVED, RevisionState.SUPERSEDED, RevisionState.WITHDRAWN)

_NEVER = datetime.min.replace(tzinfo=CITY_TIME)


def _told_of_persons() -> sa.ColumnElement[bool]:
    """Whether the version that was looked at has been corrected because of personal data in it."""
    looked_at, correction = aliased(Revision), aliased(Revision)
    return sa.exists().where(
        col(looked_at.id) == col(Evidence.revision_id),
        col(correction.publication_id) == col(Evidence.publication_id),
        col(correction.correction_why) == Why.PERSONAL_DATA,
        col(correction.state).in_(ONCE_PUBLIC),
        col(correction.number) > col(looked_at.number),
    )


def _targets_of(publication_id: UUID, unit_code: str, revision: Revision) -> Iterator[Target]:
    for address, channel in _addresses(revision).items():
        yield Target(publication_id, revision.id, unit_code, revision.title, channel, address)


def _addresses(revision: Revision) -> Mapping[str, str]:
    """Each web address a version names, once, with the channel it is given for."""
    return {one["address"]: one["channel"] for one in reversed(revision.channels) if one.get("address")}


def _public_ids(as_of: date, unit_code: str | None) -> sa.Select[UUID]:
    statement = sa.select(col(Publication.id)).where(visible_to_public(as_of))
    if unit_code is None:
        return statement
    return statement.join(Duty, col(Duty.id) == col(Publication.duty_id)).where(col(Duty.unit_code) == unit_code)


def _last_looks(session: Session) -> Mapping[tuple[UUID, str], datetime]:
    statement = sa.select(
        col(Evidence.publication_id), col(Evidence.address), sa.func.max(col(Evidence.seen_at))
    ).group_by(col(Evidence.publication_id), col(Evidence.address))
    return {(found, address): at for found, address, at in session.execute(statement)}


def _looks(
    session: Session, as_of: date, publication_ids: Collection[UUID] | sa.Select[UUID]
) -> Mapping[UUID, list[Evidence]]:
    """Looks at addresses made by the end of a day, oldest first."""
    found: dict[UUID, list[Evidence]] = defaultdict(list)
    query = select(Evidence).where(
        col(Evidence.publication_id).in_(publication_ids),
        col(Evidence.outcome) != Outcome.OFFLINE,
        col(Evidence.seen_at) < _first_moment(as_of + timedelta(days=1)),
    )
    for row in session.exec(query.order_by(col(Evidence.seen_at), col(Evidence.id))):
        found[row.publication_id].append(row)
    return found


def _last_not_seen(as_of: date, unit_code: str | None) -> sa.Select[UUID]:
    """Publications public on a day with an address at which the last look saw nothing: few, among many looks."""
    last = (
        sa.select(
            col(Evidence.publication_id), col(Evidence.address), sa.func.max(col(Evidence.seen_at)).label("seen_at")
        )
        .where(
            col(Evidence.publication_id).in_(_public_ids(as_of, unit_code)),
            col(Evidence.outcome) != Outcome.OFFLINE,
            col(Evidence.seen_at) < _first_moment(as_of + timedelta(days=1)),
        )
        .group_by(col(Evidence.publication_id), col(Evidence.address))
        .subquery()
    )
    return sa.select(col(Evidence.publication_id)).join(
        last,
        sa.and_(
            last.c.publication_id == col(Evidence.publication_id),
            last.c.address == col(Evidence.address),
            last.c.seen_at == col(Evidence.seen_at),
            col(Evidence.outcome).not_in(SIGHTED),
        ),
    )


def _claims(session: Session, publication_ids: Collection[UUID]) -> Mapping[UUID, list[tuple[date, frozenset[str]]]]:
    """Which addresses each version named that was ever public, and from which day on."""
    found: dict[UUID, list[tuple[date, frozenset[str]]]] = defaultdict(list)
    query = select(Revision).where(
        col(Revision.publication_id).in_(publication_ids), col(Revision.state).in_(ONCE_PUBLIC)
    )
    for revision in session.exec(query.order_by(col(Revision.number))):
        if revision.decided_at is not None:
            since = max(city_day(revision.decided_at), revision.published_on)
            found[revision.publication_id].append((since, frozenset(_addresses(revision))))
    return found


def _since_seen(rows: Sequence[Evidence]) -> list[Evidence]:
    """The looks after the last one that saw it."""
    last = max((place for place, row in enumerate(rows) if row.outcome in SIGHTED), default=-1)
    return list(rows[last + 1 :])


def _look(row: Evidence) -> Look:
    return Look(row.address, row.seen_at, city_day(row.seen_at), row.outcome)


def _first_moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=CITY_TIME)
