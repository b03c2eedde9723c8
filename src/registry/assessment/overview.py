"""The seven standards on a day, requirement by requirement: what is computed, what is self-assessed, what nobody said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from registry.accounts.permissions import Permission, may
from registry.assessment.inspecting import Checked, Inspection
from registry.assessment.requirement_checks import (
    NOT_FOR_THE_PUBLIC,
    Tallies,
    requirements_in,
    sum_up,
)
from registry.assessment.requirements import SelfTally, Standing, Tally, standing_of
from registry.assessment.self_assessments import list_asked, tally_asked, units_seen
from registry.database import Actor
from registry.rulebook.management import Requirement


@dataclass(frozen=True)
class Result:
    """What a requirement comes to for those who ask: `tally` of what is computed, `said` of self-assessments, neither where it is not
    theirs to know. `of_unit` is the unit the numbers are about, None for all.
    """

    requirement: Requirement
    tally: Tally | None
    said: SelfTally | None
    of_unit: str | None

    @property
    def standing(self) -> Standing:
        if self.tally is not None:
            return standing_of(self.tally)
        return self.said.standing if self.said is not None else Standing.NOT_COMPUTED

    def as_record(self) -> dict[str, Any]:
        """The shape of `standards check --json`."""
        requirement, tally, said = self.requirement, self.tally, self.said
        return {
            "code": requirement.code,
            "text": requirement.text,
            "check": requirement.check,
            "standing": self.standing.value,
            "holds": tally.holds if tally else None,
            "fails": tally.fails if tally else None,
            "unknown": tally.unknown if tally else None,
            "rate": None if tally is None or tally.rate is None else round(tally.rate, 4),
            "self_assessed": None
            if said is None
            else {"asked": said.asked, "missing": said.missing, "said": dict(sorted(said.said.items()))},
        }


def checked_record(row: Checked) -> dict[str, Any]:
    """One thing that was looked at, as programs get it."""
    return {
        "verdict": row.judged.verdict.value,
        "why": row.judged.why,
        "unit": row.unit_code,
        "item": row.item_code,
        "subject": row.subject,
        "id": str(row.subject_id),
        "title": row.title,
        "revision": row.number,
        "period": row.period or None,
        "start_on": row.start_on.isoformat() if row.start_on else None,
        "limit": row.limit.isoformat() if row.limit else None,
        "done_on": row.done_on.isoformat() if row.done_on else None,
        "publication": str(row.linked_id) if row.linked_id else None,
        "codes": list(row.codes),
    }


def unit_shown(actor: Actor, requirement: Requirement, unit_code: str | None) -> tuple[bool, str | None]:
    """(whether the actor may open what was computed, of which unit when `unit_code` is asked for: None for all)."""
    if requirement.check not in NOT_FOR_THE_PUBLIC or may(actor, Permission.SEE_ALL_UNITS):
        return True, unit_code
    own = actor.unit_code
    is_staff = own is not None and may(actor, Permission.SEE_UNPUBLISHED, own)
    return is_staff and unit_code in (None, own), own


def results_for(session: Session, actor: Actor, inspection: Inspection, tallies: Tallies) -> Sequence[Result]:
    """All requirements in their order, as `actor` may know them; numbers of the inspection's unit, or of all. `tallies` are of that day."""
    unit_code = inspection.unit_code
    seen = [one for one in units_seen(session, actor, inspection.as_of) if unit_code in (None, one)]
    requirements = requirements_in(inspection.rulebook)
    said = tally_asked(list_asked(session, requirements, seen, inspection.as_of))
    sees_all = may(actor, Permission.SEE_ALL_UNITS)
    return [
        _computed(actor, one, tallies, unit_code)
        if one.check is not None
        else Result(one, None, said.get(one.code), unit_code if sees_all else actor.unit_code)
        for one in requirements
    ]


def _computed(actor: Actor, requirement: Requirement, tallies: Tallies, unit_code: str | None) -> Result:
    is_shown, of_unit = unit_shown(actor, requirement, unit_code)
    tally = sum_up(tallies, requirement.code, of_unit) if is_shown else None
    return Result(requirement, tally, None, of_unit)


def count_standings(results: Sequence[Result]) -> Mapping[str, Mapping[Standing, int]]:
    """For each standard the number of its requirements in each standing."""
    counted: dict[str, dict[Standing, int]] = {}
    for one in results:
        of_standard = counted.setdefault(standard_of(one.requirement), dict.fromkeys(Standing, 0))
        of_standard[one.standing] += 1
    return counted


def standard_of(requirement: Requirement) -> str:
    """M1 of M1-2."""
    return requirement.code.partition("-")[0]


def overview_record(inspection: Inspection, results: Sequence[Result]) -> dict[str, Any]:
    """`standards check --json`."""
    standards = inspection.rulebook.management
    return {
        "as_of": inspection.as_of.isoformat(),
        "unit": inspection.unit_code,
        "standards": [
            {
                "code": code,
                "title": standards[code].title,
                "requirements": [one.as_record() for one in results if standard_of(one.requirement) == code],
            }
            for code in sorted(standards)
        ],
    }
