"""Carrying the plan out: every step through the service people's own steps go through, on its day, by the one who would have done it.

So the log, the requests to the index, the screening and the two-person rule are the real ones. A month is one transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID

from sqlmodel import col, select

from registry.audit.service import Action, record
from registry.database import CITY_TIME, SYSTEM, Database, Work
from registry.demo.chance import share
from registry.demo.deeds import Carrier
from registry.demo.duties import DutyRow, list_duties
from registry.demo.owed import first_day
from registry.demo.people import People, open_accounts
from registry.demo.plan import Plan, Step, make_plan
from registry.duties.responsible import assign_responsible
from registry.duties.rules import Counting
from registry.duties.service import raise_occasions
from registry.duties.tables import Duty, Occasion, OccasionKind
from registry.items.tables import Item
from registry.objects import ObjectFolder

# At nine in the morning the first step of a day, every twenty minutes another of the same publication.
BEGINS_AT, EVERY = time(9), timedelta(minutes=20)
BEFORE_WORK = time(8)


@dataclass
class PlannedClock:
    """The clock of the demo's database while it is seeded."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)

    @classmethod
    def at(cls, day: date) -> "PlannedClock":
        return cls(_moment(day, BEFORE_WORK))


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, CITY_TIME).astimezone(UTC)


@dataclass(frozen=True)
class Place:
    """What seeding needs of a registry that was prepared with `clock`."""

    database: Database
    counting: Counting
    objects: ObjectFolder
    review_checks: dict[str, str]
    clock: PlannedClock


def plan_of(database: Database, counting: Counting, until: date, units: Sequence[str] = ()) -> Plan:
    """The plan for the duties in a database."""
    with database.read() as session:
        rows = list_duties(session, first_day(until), units)
    return make_plan([row.owing for row in rows], until, counting)


def seed(place: Place, until: date, units: Sequence[str] = ()) -> Plan:
    """Everything that is planned until the end of a day, of some units or of all."""
    with place.database.work(SYSTEM) as work:
        record(
            work, Action.DEMO_SEED, "demo", until.isoformat(), {"until": (None, until), "units": (None, list(units))}
        )
        rows = list_duties(work.session, first_day(until), units)
        people = open_accounts(work, dict.fromkeys(row.owing.unit for row in rows))
        _give_responsibility(work, rows, people)
    plan = make_plan([row.owing for row in rows], until, place.counting)
    _Seeding(place, rows, people).carry_out(plan)
    return plan


WITH_SOMEBODY = 0.95


def _give_responsibility(work: Work, rows: Iterable[DutyRow], people: People) -> None:
    """Each reviewer names the editor as the one who looks after the unit's duties, but for a few that are forgotten."""
    for unit, own in groupby(rows, key=lambda row: row.owing.unit):
        work.actor = people.reviewer(unit)
        given = [row.duty_id for row in own if share("responsible", unit, row.owing.item) < WITH_SOMEBODY]
        assign_responsible(work, given, people.editor(unit).user_id)
    work.actor = SYSTEM


@dataclass
class _Seeding:
    place: Place
    rows: Sequence[DutyRow]
    people: People
    occasions: dict[tuple[str, str, str], UUID] = field(default_factory=dict)

    def carry_out(self, plan: Plan) -> None:
        carrier = Carrier(
            self.place.objects, self.place.counting, self.place.review_checks, self.people, self.occasions
        )
        carrier.rows = {(row.owing.unit, row.owing.item, row.owing.starts_on): row for row in self.rows}
        moments = [*_arisings(plan), *((step.day, 1, step) for step in plan.steps)]
        for _, together in groupby(sorted(moments, key=_when), key=lambda one: (one[0].year, one[0].month)):
            self._carry_out_month(list(together), carrier)

    def _carry_out_month(self, moments: Sequence["_Moment"], carrier: Carrier) -> None:
        self.place.clock.now = _moment(moments[0][0], BEFORE_WORK)
        with self.place.database.work(SYSTEM) as work:
            for day, _, step in moments:
                if step is None:
                    work.actor, work.now = SYSTEM, _moment(day, BEFORE_WORK)
                    raise_occasions(work, self.place.counting)
                    self._learn_occasions(work)
                else:
                    work.now = _moment(day, BEGINS_AT) + step.place * EVERY
                    carrier.carry_out(work, step)
            work.actor = SYSTEM

    def _learn_occasions(self, work: Work) -> None:
        work.session.flush()
        query = select(Duty.unit_code, Item.code, Occasion.period, Occasion.id).where(
            Occasion.duty_id == Duty.id, Duty.item_id == Item.id, col(Occasion.kind) != OccasionKind.EVENT
        )
        for unit, item, period, occasion_id in work.session.exec(query):
            self.occasions[unit, item, period] = occasion_id


_Moment = tuple[date, int, Step | None]


def _when(moment: _Moment) -> tuple[date, int]:
    return moment[0], moment[1]


def _arisings(plan: Plan) -> Iterable[_Moment]:
    """The mornings on which the daily job raises what has begun: every other month, as it looks two months ahead, and the last day."""
    first = first_day(plan.until)
    mornings = [date(year, month, 1) for year in (first.year, first.year + 1) for month in range(1, 13, 2)]
    return ((day, 0, None) for day in [*(day for day in mornings if day < plan.until), plan.until])
