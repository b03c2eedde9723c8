"""What the registry itself says of the subjects of findings on a day: frozen before, asked again, frozen after.

An occasion that has been handed on with its duty is followed to where it is owed now: nothing is put right by a change of units. One
that was late and still is stands, also when the finding's rule has become a graver one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from registry.assessment.finding import late_finding
from registry.assessment.mending import REMEDIES
from registry.assessment.queries import list_findings
from registry.assessment.rules import Finding
from registry.coverage.queries import DutyFilter, OccasionRow, list_occasions
from registry.coverage.rules import LATE, OccasionState, StateDates
from registry.database import city_day
from registry.duties.tables import Duty, Occasion
from registry.evidence.queries import list_evidence
from registry.evidence.rules import Outcome
from registry.evidence.tables import Evidence
from registry.items.tables import Item
from registry.publications.tables import Publication, Revision
from registry.rectification.rules import LookSeen, Observation, RecordSeen
from registry.rectification.tables import RectificationTask
from registry.rectification.telling import problem_of
from registry.rulebook.assessment import Edition

Key = tuple[str, str, str, str]


class Observer:
    """Asks on one day; what belongs to a unit is read once, however many tasks ask for it."""

    def __init__(self, session: Session, dates: StateDates, rules: Edition, *, unit_code: str | None = None) -> None:
        """`rules` are those of the day; with `unit_code` findings of that unit only are read.

        Of all findings those count that something can be done about: what was late stays late, a doubt is looked into, and a blank column
        is mended by what is published in it.
        """
        self._session, self._dates = session, dates
        found = [one for one in list_findings(session, dates, rules, unit_code=unit_code) if one.rule in REMEDIES]
        self.findings: Mapping[Key, Finding] = {one.key: one for one in found}
        self.titles = titles_of(session, {one.item_code for one in found})
        self._occasions = cache(self._read_occasions)

    @property
    def as_of(self) -> date:
        """The day it asks about."""
        return self._dates.as_of

    def of_finding(self, finding: Finding) -> Observation:
        """What there is now, of something found now."""
        return self._observe(finding.key, was_late=False)

    def of_task(self, task: RectificationTask) -> Observation:
        """What there is now, of something found before."""
        before = observation_from(task.before)
        key = (task.rule, task.unit_code, task.subject, task.subject_id)
        return self._observe(key, was_late=before.state in LATE)

    def _observe(self, key: Key, *, was_late: bool) -> Observation:
        _, unit_code, subject, subject_id = key
        occasion = self._followed(unit_code, subject_id) if subject == "occasion" else None
        finding = self.findings.get(key)
        if finding is None and occasion is not None and was_late:
            finding = late_finding(occasion) if occasion.state in LATE else None
        return Observation(
            on=self._dates.as_of,
            problem=problem_of(finding) if finding else "",
            state=occasion.state.value if occasion else "",
            limit=occasion.limit if occasion else None,
            records=tuple(self._records(subject, subject_id, occasion)),
        )

    def _followed(self, unit_code: str, subject_id: str) -> OccasionRow | None:
        """The occasion, or the one that goes on in its place, as it is on the day."""
        row = self._session.get(Occasion, UUID(subject_id))
        while row is not None and row.handed_on is not None and row.handed_on <= self._dates.as_of:
            row = self._session.get(Occasion, row.successor_id) if row.successor_id else None
        if row is None:
            return None
        if str(row.id) != subject_id:
            unit_code = self._session.get_one(Duty, row.duty_id).unit_code
        return self._occasions(unit_code).get(row.id)

    def _read_occasions(self, unit_code: str) -> Mapping[UUID, OccasionRow]:
        rows = list_occasions(self._session, self._dates, DutyFilter(unit_code=unit_code, part=None))
        return {row.occasion_id: row for row in rows}

    def _titles(self, item_code: str) -> Sequence[str]:
        if item_code not in self.titles:
            self.titles.update(titles_of(self._session, [item_code]))
        return self.titles.get(item_code, ())

    def _records(self, subject: str, subject_id: str, occasion: OccasionRow | None) -> Iterable[RecordSeen]:
        query = select(Publication).where(col(Publication.published_on) <= self._dates.as_of)
        if subject == "publication":
            query = query.where(Publication.id == UUID(subject_id))
        elif occasion is not None:
            query = query.where(Publication.occasion_id == occasion.occasion_id)
        else:
            return
        for publication in self._session.exec(query.order_by(col(Publication.id))):
            if publication.public_revision_id is not None and publication.published_on is not None:
                yield self._record(publication, publication.public_revision_id, publication.published_on)

    def _record(self, publication: Publication, revision_id: UUID, published_on: date) -> RecordSeen:
        revision = self._session.get_one(Revision, revision_id)
        named = {one["address"] for one in revision.channels if one.get("address")}
        last: dict[str, Evidence] = {}
        for look in list_evidence(self._session, publication.id):
            if city_day(look.seen_at) <= self._dates.as_of and (
                look.outcome is Outcome.OFFLINE or look.address in named
            ):
                last[look.address or look.place or ""] = look
        return RecordSeen(
            publication_id=str(publication.id),
            title=revision.title,
            version=revision.number,
            published_on=published_on,
            withdrawn_on=publication.withdrawn_on,
            looks=tuple(_look(place, one) for place, one in last.items()),
        )


def titles_of(session: Session, codes: Iterable[str]) -> dict[str, Sequence[str]]:
    """Item code → its titles."""
    wanted = set(codes)
    found = session.exec(select(Item.code, Item.titles).where(col(Item.code).in_(wanted))) if wanted else ()
    return {code: tuple(titles) for code, titles in found}


def observation_record(observation: Observation) -> dict[str, Any]:
    """As it is frozen in a task."""
    record = asdict(observation)
    plain: dict[str, Any] = _plain(record)
    return plain


def observation_from(record: Mapping[str, Any]) -> Observation:
    """What `observation_record` froze."""
    return Observation(
        on=date.fromisoformat(record["on"]),
        problem=record["problem"],
        state=record["state"],
        limit=_day_from(record["limit"]),
        records=tuple(_record_from(one) for one in record["records"]),
    )


def _record_from(record: Mapping[str, Any]) -> RecordSeen:
    looks = tuple(
        LookSeen(one["address"], Outcome(one["outcome"]), one["reason"], date.fromisoformat(one["seen_on"]))
        for one in record["looks"]
    )
    return RecordSeen(
        record["publication_id"],
        record["title"],
        record["version"],
        date.fromisoformat(record["published_on"]),
        _day_from(record["withdrawn_on"]),
        looks,
    )


def _look(place: str, row: Evidence) -> LookSeen:
    return LookSeen(place, row.outcome, row.reason, city_day(row.seen_at))


def _day_from(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, OccasionState | Outcome) else value
