"""What is known on a day, remembered until anything changes, so that a page people open often does not judge everything again."""

from dataclasses import dataclass

from sqlmodel import Session

from registry.assessment.facts import Facts
from registry.assessment.finding import assess
from registry.assessment.queries import facts_on
from registry.assessment.rules import Assessment
from registry.coverage.rules import StateDates
from registry.rulebook.book import Rulebook
from registry.web.remembered import Remembered

REMEMBERED = 4


@dataclass(frozen=True)
class Judged:
    """All units on a day, and the facts they were judged by."""

    facts: Facts
    assessment: Assessment


class Assessments:
    """By day and rulebook."""

    def __init__(self) -> None:
        self._remembered: Remembered[Judged] = Remembered(REMEMBERED)

    def on(self, session: Session, dates: StateDates, rulebook: Rulebook) -> Judged:
        """Everything on the day of `dates`; nobody may change what is returned."""

        def judge() -> Judged:
            facts = facts_on(session, dates)
            return Judged(facts, assess(facts, rulebook.assessment.on(dates.as_of)))

        return self._remembered.get(session, (dates.as_of, rulebook.version), judge)
