"""What the checks of requirements share: what they need, what they find, and the publications they look at."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from registry.assessment.requirements import Judged, last_days
from registry.coverage.rules import StateDates
from registry.database import CITY_TIME, city_day
from registry.duties.rules import Counting
from registry.duties.tables import Duty
from registry.items.tables import Item
from registry.publications.rules import RevisionState
from registry.publications.tables import Publication, Revision
from registry.rulebook.book import Rulebook
from registry.rulebook.management import Requirement
from registry.units.tables import Unit

ONCE_PUBLIC = (RevisionState.APPROVED, RevisionState.SUPERSEDED, RevisionState.WITHDRAWN)


@dataclass(frozen=True)
class Inspection:
    """A day, the rules of the data files, and the one unit that is looked at (None: all)."""

    session: Session
    dates: StateDates
    rulebook: Rulebook
    counting: Counting
    unit_code: str | None = None

    @property
    def as_of(self) -> date:
        return self.dates.as_of

    @cached_property
    def disclosed(self) -> "Sequence[Disclosed]":
        """Everything that had been published by the day, also what was taken back since; read once."""
        return _list_disclosed(self.session, self.as_of, self.unit_code)

    @cached_property
    def public(self) -> "Sequence[Disclosed]":
        """What the public could see on the day."""
        return [one for one in self.disclosed if one.withdrawn_on is None]

    @cached_property
    def everywhere(self) -> "Inspection":
        """The same, of all units."""
        return self if self.unit_code is None else replace(self, unit_code=None)


@dataclass(frozen=True)
class Checked:
    """One thing a requirement was checked on.

    `subject` is occasion, duty or publication, `subject_id` its id. `start_on` is the day the law is chosen by and the limit counted from.
    `linked_id` is the publication that answers or explains it; `codes` are what the verdict rests on (channels, kinds of personal data).
    """

    judged: Judged
    unit_code: str
    item_code: str
    title: str
    subject: str
    subject_id: UUID
    start_on: date | None = None
    limit: date | None = None
    done_on: date | None = None
    period: str = ""
    number: int | None = None
    duty_id: UUID | None = None
    linked_id: UUID | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Disclosed:
    """A publication that was public; `versions` are those that had been by the day, oldest first and at least one.

    `withdrawn_on` is the day it was taken back, where that was by then.
    """

    publication_id: UUID
    unit_code: str
    calendar: str | None
    item_code: str
    official_channels: Sequence[str]
    published_on: date
    withdrawn_on: date | None
    registered_on: date
    versions: Sequence[Revision]

    @property
    def first(self) -> Revision:
        return self.versions[0]

    @property
    def current(self) -> Revision:
        return self.versions[-1]

    def checked(
        self,
        judged: Judged,
        *,
        limit: date | None = None,
        start_on: date | None = None,
        done_on: date | None = None,
        version: Revision | None = None,
        linked_id: UUID | None = None,
        codes: tuple[str, ...] = (),
    ) -> Checked:
        """What was found of it, or of one of its versions."""
        shown = version or self.current
        return Checked(
            judged,
            self.unit_code,
            self.item_code,
            shown.title,
            "publication",
            self.publication_id,
            start_on=start_on or self.published_on,
            limit=limit,
            done_on=done_on,
            number=version.number if version else None,
            linked_id=linked_id,
            codes=codes,
        )


def _list_disclosed(session: Session, as_of: date, unit_code: str | None) -> list[Disclosed]:
    """Everything published by the day, in the order of its days: one statement for the publications, one for their versions."""
    statement = (
        sa.select(
            col(Publication.id),
            col(Duty.unit_code),
            col(Unit.calendar),
            col(Item.code),
            col(Item.channels),
            col(Publication.published_on),
            col(Publication.withdrawn_on),
            col(Publication.created_at),
        )
        .join(Duty, col(Duty.id) == col(Publication.duty_id))
        .join(Unit, col(Unit.code) == col(Duty.unit_code))
        .join(Item, col(Item.id) == col(Duty.item_id))
        .where(col(Publication.published_on) <= as_of, col(Publication.public_revision_id).is_not(None))
    )
    if unit_code is not None:
        statement = statement.where(col(Duty.unit_code) == unit_code)
    versions = _versions(session, sa.select(statement.subquery().c.id), as_of)
    rows = session.execute(statement.order_by(col(Publication.published_on), col(Publication.id)))
    return [
        Disclosed(
            row.id,
            row.unit_code,
            row.calendar,
            row.code,
            row.channels,
            row.published_on,
            row.withdrawn_on if row.withdrawn_on and row.withdrawn_on <= as_of else None,
            city_day(row.created_at),
            versions[row.id],
        )
        for row in rows
    ]


def _versions(session: Session, ids: sa.Select[UUID], as_of: date) -> Mapping[UUID, Sequence[Revision]]:
    """By publication: the versions decided by the end of the day; the first one at least, as a day of publication may lie before it."""
    statement = sa.select(Revision).where(col(Revision.publication_id).in_(ids), col(Revision.state).in_(ONCE_PUBLIC))
    end = datetime.combine(as_of + timedelta(days=1), time(), CITY_TIME)
    found: dict[UUID, list[Revision]] = defaultdict(list)
    for revision in session.scalars(statement.order_by(col(Revision.publication_id), col(Revision.number))):
        known = found[revision.publication_id]
        if not known or revision.decided_at is None or revision.decided_at < end:
            known.append(revision)
    return found


def limits_of(
    inspection: Inspection, requirement: Requirement, starts: Iterable[tuple[str | None, date]]
) -> list[date | None]:
    """The last day for each (calendar of its unit, start), by the requirement's count; each calendar counts all its starts at once."""
    starts = list(starts)
    if requirement.count is None or requirement.unit is None:
        raise ValueError(f"{requirement.code} states no count")
    found: list[date | None] = [None] * len(starts)
    places: dict[str | None, list[int]] = defaultdict(list)
    for place, (calendar, _) in enumerate(starts):
        places[calendar].append(place)
    for calendar, own in places.items():
        workdays = inspection.counting.calendar_of(calendar)
        ends = last_days([starts[place][1] for place in own], requirement.count, requirement.unit, workdays)
        for place, end in zip(own, ends, strict=True):
            found[place] = end
    return found
