"""Random pasts for duties of a registry, straight into the tables: also what no person would do, but the tables allow."""

import random
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from registry.bootstrap import Registry
from registry.database import CITY_TIME, SYSTEM, new_id
from registry.duties.tables import Duty, Occasion, OccasionKind, Part, Ruling, RulingKind
from registry.evidence.rules import Outcome
from registry.evidence.tables import Evidence
from registry.items.tables import Element
from registry.publications.rules import RevisionState
from registry.publications.tables import Publication, Revision
from tests import factories

# Two years around the day of the tests.
FIRST, DAYS = date(2025, 3, 1), 730


class Histories:
    def __init__(self, session: Session, seed: int, people: tuple[UUID, UUID]) -> None:
        self._chance = random.Random(seed)
        self._session = session
        self._people = people

    def day(self) -> date:
        return FIRST + timedelta(days=self._chance.randrange(DAYS))

    def maybe(self, share: float) -> date | None:
        return self.day() if self._chance.random() < share else None

    def _some(self, names: list[str]) -> list[str]:
        return [one for one in names if self._chance.random() < 0.6]

    def moment(self) -> datetime:
        """Often at the same instants and around midnight."""
        hour, minute = self._chance.choice(((0, 0), (0, 1), (23, 59), (12, 0)))
        return datetime.combine(self.day(), datetime.min.time(), CITY_TIME).replace(hour=hour, minute=minute)

    def befall(self, duty: Duty, occasions: list[Occasion]) -> None:
        duty.starts_on, duty.ends_on = FIRST, self.maybe(0.2)
        elements = [str(one) for one in self._session.exec(select(Element.id).where(Element.item_id == duty.item_id))]
        duty.part = Part.CONTRIBUTOR if self._chance.random() < 0.1 else Part.LEAD
        for occasion in occasions:
            occasion.arises_on, occasion.handed_on = self.day(), self.maybe(0.1)
            occasion.due_on = self.maybe(0.9)
            for _ in range(self._chance.choice((0, 1, 1, 1, 2, 3))):
                self._publish(duty, occasion, elements)
            for _ in range(self._chance.choice((0, 0, 0, 0, 1, 2))):
                self._rule(duty, occasion)

    def _publish(self, duty: Duty, occasion: Occasion, elements: list[str]) -> None:
        addresses = [f"https://www.example.gov.cn/{place}.htm" for place in range(self._chance.randrange(3))]
        publication = Publication(
            id=new_id(),
            duty_id=duty.id,
            occasion_id=occasion.id,
            created_at=self.moment(),
            published_on=self.maybe(0.9),
            withdrawn_on=self.maybe(0.2),
            superseded_on=self.maybe(0.1),
        )
        self._session.add(publication)
        self._session.flush()
        for number in range(1, self._chance.choice((1, 1, 2, 3)) + 1):
            self._revise(publication.id, number, addresses, elements)
        for _ in range(self._chance.randrange(6) if addresses else 0):
            outcome = self._chance.choice([Outcome.NOT_SEEN] * 4 + list(Outcome))
            self._add(Evidence, publication_id=publication.id, channel="government_website", outcome=outcome,
                      address=self._chance.choice(addresses), seen_at=self.moment())  # fmt: skip

    def _revise(self, publication_id: UUID, number: int, addresses: list[str], elements: list[str]) -> None:
        named = self._chance.choices([*addresses, ""], k=self._chance.randrange(3))
        self._add(
            Revision, publication_id=publication_id, number=number, state=self._chance.choice(list(RevisionState)),
            title="某事项", formed_on=FIRST, published_on=self.day(), elements=self._some([*elements, *elements[:1], str(new_id())]),
            channels=[{"channel": "government_website", "address": one or None, "place": None} for one in named],
            author_id=self._people[0], edited_at=self.moment(),
            decided_at=self.moment() if self._chance.random() < 0.9 else None,
            return_reasons=[], review_checks=[], authors=[], replies=[],
        )  # fmt: skip

    def _rule(self, duty: Duty, occasion: Occasion) -> None:
        kind = self._chance.choice(list(RulingKind))
        self._add(
            Ruling, kind=kind, duty_id=duty.id, occasion_id=occasion.id if self._chance.random() < 0.7 else None,
            reason="经批准", from_on=self.day(), to_on=self.maybe(0.4),
            extended_to=self.day() if kind is RulingKind.EXTENDED else None,
            requested_by=self._people[0], decided_by=self._people[1], decided_on=self.maybe(0.9),
        )  # fmt: skip

    def _add(self, table: type[Any], **values: Any) -> None:
        self._session.add(table(**values))


def fill(registry: Registry, seed: int, *, units: Collection[str] | None = None) -> None:
    """A past for every fifth duty of the registry, or for all duties of some units; each gets a second occasion without a period."""
    author = factories.create_user(registry, "author").user_id
    reviewer = factories.create_user(registry, "reviewer", roles=["reviewer"]).user_id
    assert author is not None
    assert reviewer is not None
    with registry.database.work(SYSTEM, audited=False) as work:
        histories = Histories(work.session, seed, (author, reviewer))
        duties = work.session.exec(select(Duty).order_by(col(Duty.unit_code), col(Duty.id))).all()
        for duty in duties[::5] if units is None else [one for one in duties if one.unit_code in units]:
            extra = Occasion(duty_id=duty.id, kind=OccasionKind.EVENT, event="某事", counted_from=FIRST, arises_on=FIRST,
                             basis={}, created_at=work.now)  # fmt: skip
            work.session.add(extra)
            work.session.flush()
            own = select(Occasion).where(Occasion.duty_id == duty.id).order_by(col(Occasion.id))
            histories.befall(duty, list(work.session.exec(own)))
