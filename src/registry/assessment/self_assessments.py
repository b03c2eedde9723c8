"""Reads of self-assessments: which one stands on a day, who was asked, every version."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, may
from registry.assessment.requirements import SelfTally
from registry.assessment.tables import CITY, Answer, SelfAssessment
from registry.database import CITY_TIME, Actor
from registry.errors import NotFound
from registry.rulebook.management import Requirement
from registry.units.queries import list_units
from registry.units.rules import has_ended

Key = tuple[str, str]
"""Requirement and unit."""


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked about a requirement, and what they last said by the day; None is 未自评."""

    requirement: Requirement
    unit_code: str
    assessment: SelfAssessment | None
    as_of: date

    @property
    def code(self) -> str:
        """What it counts as: the verdict, `disputed` when the office disagrees with it, `none`."""
        if self.assessment is None:
            return "none"
        return Answer.DISPUTED if self.assessment.answer_on(self.as_of) is Answer.DISPUTED else self.assessment.verdict


def units_seen(session: Session, actor: Actor, as_of: date) -> list[str]:
    """Whose self-assessments the actor reads: leadership and office all with the city's, people of a unit their own, the public none."""
    if may(actor, Permission.SEE_ALL_UNITS):
        return [CITY, *(one.code for one in list_units(session) if not has_ended(one.ended_on, as_of))]
    if actor.unit_code is not None and may(actor, Permission.SEE_TASKS, actor.unit_code):
        return [actor.unit_code]
    return []


def list_asked(session: Session, requirements: Iterable[Requirement], units: Sequence[str], as_of: date) -> list[Asked]:
    """Every pair of a requirement that is assessed and one of `units` that it concerns, in their orders."""
    standing = standing_assessments(session, as_of)
    return [
        Asked(requirement, unit_code, standing.get((requirement.code, unit_code)), as_of)
        for requirement in requirements
        if requirement.check is None
        for unit_code in units
        if requirement.is_of_city == (unit_code == CITY)
    ]


def tally_asked(asked: Iterable[Asked]) -> Mapping[str, SelfTally]:
    """By requirement; a requirement that concerns none of the units is not among them."""
    found: dict[str, SelfTally] = defaultdict(SelfTally)
    for one in asked:
        tally = found[one.requirement.code]
        tally.asked += 1
        if one.assessment is not None:
            tally.add(one.code)
    return found


def standing_assessments(session: Session, as_of: date) -> Mapping[Key, SelfAssessment]:
    """What holds on a day: the newest said about that year or a quarter of it or, where there is nothing, about the year before."""
    years = (str(as_of.year), str(as_of.year - 1))
    end = datetime.combine(as_of + timedelta(days=1), time(), CITY_TIME)
    query = select(SelfAssessment).where(
        sa.func.substr(col(SelfAssessment.period), 1, 4).in_(years), col(SelfAssessment.recorded_at) < end
    )
    found: dict[Key, SelfAssessment] = {}
    for one in sorted(session.exec(query), key=lambda one: (one.period[:4], one.recorded_at, one.number)):
        found[one.requirement, one.unit_code] = one
    return found


def list_versions(session: Session, requirement: str, unit_code: str) -> Sequence[SelfAssessment]:
    """Everything a unit ever said of a requirement, newest first."""
    query = select(SelfAssessment).where(
        SelfAssessment.requirement == requirement, SelfAssessment.unit_code == unit_code
    )
    return session.exec(query.order_by(col(SelfAssessment.id).desc())).all()


def latest_number(session: Session, requirement: str, unit_code: str) -> int:
    """The last version, 0 without one."""
    statement = sa.select(sa.func.max(col(SelfAssessment.number))).where(
        col(SelfAssessment.requirement) == requirement,
        col(SelfAssessment.unit_code) == unit_code,
    )
    return session.scalar(statement) or 0


def get_assessment(session: Session, assessment_id: UUID) -> SelfAssessment:
    found = session.get(SelfAssessment, assessment_id)
    if found is None:
        raise NotFound(subject="self_assessment")
    return found
