"""What is known on a day, remembered until anything changes, so that a page people open often does not judge everything again."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from registry.assessment.facts import Facts
from registry.assessment.finding import assess
from registry.assessment.queries import facts_on
from registry.assessment.rules import Assessment
from registry.audit.queries import count_entries
from registry.coverage.rules import StateDates
from registry.rulebook.book import Rulebook

REMEMBERED = 4


@dataclass(frozen=True)
class Judged:
    """All units on a day, and the facts they were judged by."""

    facts: Facts
    assessment: Assessment


class Assessments:
    """By day, rulebook and the number of the last audit entry: every change of what is judged writes one, in the same transaction."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[date, str, int], Judged] = OrderedDict()

    def on(self, session: Session, dates: StateDates, rulebook: Rulebook) -> Judged:
        """Everything on the day of `dates`; nobody may change what is returned."""
        key = (dates.as_of, rulebook.version, count_entries(session))
        with self._lock:
            found = self._found.get(key)
        if found is None:
            facts = facts_on(session, dates)
            found = Judged(facts, assess(facts, rulebook.assessment.on(dates.as_of)))
            with self._lock:
                self._found[key] = found
                while len(self._found) > REMEMBERED:
                    self._found.popitem(last=False)
        return found
