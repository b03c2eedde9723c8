"""The results of the management standards, remembered until anything changes: a page people open often does not look through everything."""

import threading
from collections import OrderedDict
from datetime import date

from flask import current_app
from sqlmodel import Session

from registry.assessment.inspecting import Inspection
from registry.assessment.requirement_checks import Tallies, tally_requirements
from registry.audit.queries import count_entries
from registry.bootstrap import Registry

REMEMBERED = 8


class RequirementResults:
    """Tallies of all units by day and by the number of the last audit entry: every change of what is counted writes one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[date, int], Tallies] = OrderedDict()

    def on(self, inspection: Inspection) -> Tallies:
        """By requirement and unit; nobody may change what is returned."""
        key = inspection.as_of, count_entries(inspection.session)
        with self._lock:
            found = self._found.get(key)
        if found is None:
            found = tally_requirements(inspection.everywhere)
            with self._lock:
                self._found[key] = found
                while len(self._found) > REMEMBERED:
                    self._found.popitem(last=False)
        return found


def the_results() -> RequirementResults:
    found: RequirementResults = current_app.extensions["requirement_results"]
    return found


def inspection_on(registry: Registry, session: Session, asked: date | None, unit_code: str | None) -> Inspection:
    """A day (today when none is asked for) as the checks see it."""
    return Inspection(session, registry.state_dates(asked), registry.rulebook, registry.counting, unit_code)
