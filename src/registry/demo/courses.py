"""What can become of a disclosure that is owed. Plain values; `fates.py` decides."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.demo.owed import Owed
from registry.duties.tables import RulingKind


class FaultKind(StrEnum):
    """What is wrong on purpose. Of one owed disclosure that nobody made, one of the first three holds."""

    BLANK = "blank"
    STALE = "stale"
    OVERDUE = "overdue"
    LATE = "late"
    DEAD_LINK = "dead_link"
    MISSING_ELEMENT = "missing_element"
    LEAKED_NUMBER = "leaked_number"
    UNREVIEWED = "unreviewed"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"


class Link(StrEnum):
    """What is found at the address after it was seen once."""

    ALIVE = "alive"
    DEAD = "dead"
    RECOVERED = "recovered"
    WALLED = "walled"


class Left(StrEnum):
    """How far somebody got who never published."""

    NOTHING = "nothing"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"


@dataclass(frozen=True)
class Asked:
    """Another answer that was asked for; `decided_on` is None while nobody decided, `extended_to` only with 延期."""

    kind: RulingKind
    asked_on: date
    decided_on: date | None
    granted: bool = True
    extended_to: date | None = None


@dataclass(frozen=True)
class Course:
    """The fate of one owed disclosure. Every day in it is a day on which somebody did something; None is never.

    `lacks` is the place of the element that is left out. With `leaks` a made-up identity number is published, in a file if `has_file`.
    With `by_office` the office approved it in the reviewer's place, and a reviewer looked at it on `confirmed_on`.
    """

    owed: Owed
    published_on: date | None = None
    approved_on: date | None = None
    left: Left = Left.NOTHING
    asked: Asked | None = None
    is_returned: bool = False
    lacks: int | None = None
    leaks: bool = False
    has_file: bool = False
    by_office: bool = False
    confirmed_on: date | None = None
    corrected_on: date | None = None
    withdrawn_on: date | None = None
    link: Link = Link.ALIVE

    @property
    def limit(self) -> date | None:
        """The last day in time, once everything is decided."""
        if self.asked is not None and self.asked.extended_to and self.asked.granted and self.asked.decided_on:
            return self.asked.extended_to
        return self.owed.due_on
