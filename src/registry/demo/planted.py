"""Faults in places that are easy to find, whatever chance does elsewhere. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from registry.deadlines.workdays import Workdays
from registry.demo.courses import Course, FaultKind, Left
from registry.demo.owed import Owed
from registry.demo.publishing import flawed, in_time, late

T = TypeVar("T")

# (unit, item, what it is about) → what is wrong there; {last} is the first year of the demo, * all disclosures of the duty.
NAMED: Mapping[tuple[str, str, str], FaultKind] = {
    ("CX-101", "BUD-01-01", "{last}"): FaultKind.MISSING_ELEMENT,
    ("CX-101", "BUD-01-02", "{last}"): FaultKind.LATE,
    ("CX-101", "BUD-01-03", "{last}"): FaultKind.CORRECTED,
    ("CX-101", "BUD-01-05", "{last}"): FaultKind.DEAD_LINK,
    ("CX-101", "BUD-06-01", "{last}-03"): FaultKind.OVERDUE,
    ("CX-103", "PLS-03-03", "*"): FaultKind.STALE,
    ("CX-103", "PLS-01-01", ""): FaultKind.LEAKED_NUMBER,
    ("CX-103", "PLS-02-01", ""): FaultKind.UNREVIEWED,
    ("CX-104", "URP-02-01", ""): FaultKind.WITHDRAWN,
    ("CX-104", "URP-01-02", "*"): FaultKind.BLANK,
    ("CX-532301101", "BUD-03-01", "{last}"): FaultKind.LEAKED_NUMBER,
    ("CX-532301101", "BUD-03-02", "*"): FaultKind.BLANK,
    ("CX-532301101", "BUD-03-03", "{last}"): FaultKind.MISSING_ELEMENT,
}

# What never became public although somebody began it, so that something waits in every list.
NAMED_LEFT: Mapping[tuple[str, str, str], Left] = {
    ("CX-101", "BUD-06-01", "{last}-05"): Left.RETURNED,
    ("CX-101", "BUD-06-01", "{last}-08"): Left.SUBMITTED,
    ("CX-101", "BUD-06-01", "{last}-10"): Left.DRAFT,
}


def planned(owed: Owed, last: int, calendar: Workdays) -> Course | None:
    """What the lists of names say of it, if anything."""
    left, kind = _named(NAMED_LEFT, owed, last), _named(NAMED, owed, last)
    if left is not None:
        return Course(owed, left=left)
    return _planted(owed, kind, last, calendar) if kind is not None else None


def _named(names: Mapping[tuple[str, str, str], T], owed: Owed, last: int) -> T | None:
    named = {(unit, item, about.format(last=last)): one for (unit, item, about), one in names.items()}
    unit, item, about = owed.key
    return named.get((unit, item, "*")) or named.get((unit, item, about))


def _planted(owed: Owed, kind: FaultKind, last: int, calendar: Workdays) -> Course:
    """What `NAMED` asks for; of a column that is to be stale only the first half-year is published."""
    if kind in (FaultKind.BLANK, FaultKind.OVERDUE):
        return Course(owed)
    if kind is FaultKind.STALE:
        return in_time(owed, calendar) if owed.arises_on < date(last, 7, 1) else Course(owed)
    if kind is FaultKind.LATE:
        return late(owed, calendar)
    return replace(flawed(in_time(owed, calendar), kind, calendar), confirmed_on=None)
