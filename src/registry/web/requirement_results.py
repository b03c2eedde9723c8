"""The results of the management standards, remembered until anything changes: a page people open often does not look through everything."""

from datetime import date

from flask import current_app
from sqlmodel import Session

from registry.assessment.inspecting import Inspection
from registry.assessment.requirement_checks import Tallies, tally_requirements
from registry.bootstrap import Registry
from registry.web.remembered import Remembered

REMEMBERED = 8


class RequirementResults:
    """Tallies of all units by day."""

    def __init__(self) -> None:
        self._remembered: Remembered[Tallies] = Remembered(REMEMBERED)

    def on(self, inspection: Inspection) -> Tallies:
        """By requirement and unit; nobody may change what is returned."""
        return self._remembered.get(
            inspection.session, inspection.as_of, lambda: tally_requirements(inspection.everywhere)
        )


def the_results() -> RequirementResults:
    found: RequirementResults = current_app.extensions["requirement_results"]
    return found


def inspection_on(registry: Registry, session: Session, asked: date | None, unit_code: str | None) -> Inspection:
    """A day (today when none is asked for) as the checks see it."""
    return Inspection(session, registry.state_dates(asked), registry.rulebook, registry.counting, unit_code)
