"""What the registry computes of the management standards, on any day, of one unit or of all: the rows, and how many of each verdict."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from registry.assessment.checked_interpretations import interpretation_linked, interpreted_in_time
from registry.assessment.checked_occasions import every_item_covered, published_within_deadline
from registry.assessment.checked_publications import (
    channels_of_standard,
    decisions_within_limit,
    displayed_long_enough,
    personal_data_masked,
    review_recorded,
    reviewed_before_publishing,
)
from registry.assessment.inspecting import Checked, Inspection
from registry.assessment.requirements import Tally, Verdict
from registry.rulebook.book import Rulebook
from registry.rulebook.management import Requirement

CHECKERS: Mapping[str, Callable[[Inspection, Requirement], list[Checked]]] = {
    "published_within_deadline": published_within_deadline,
    "every_item_covered": every_item_covered,
    "channels_of_standard": channels_of_standard,
    "decisions_within_limit": decisions_within_limit,
    "reviewed_before_publishing": reviewed_before_publishing,
    "review_recorded": review_recorded,
    "personal_data_masked": personal_data_masked,
    "interpreted_in_time": interpreted_in_time,
    "interpretation_linked": interpretation_linked,
    "displayed_long_enough": displayed_long_enough,
}

NOT_FOR_THE_PUBLIC = frozenset({"personal_data_masked"})
"""Checks whose rows would lead people to what must not be read."""

WORST_FIRST = {verdict: rank for rank, verdict in enumerate(Verdict)}

Tallies = Mapping[str, Mapping[str, Tally]]


def check_requirement(inspection: Inspection, requirement: Requirement) -> list[Checked]:
    """Everything that was looked at for a computed requirement, worst first, then by unit and last day."""
    rows = CHECKERS[requirement.check or ""](inspection, requirement)
    return sorted(rows, key=_place)


def tally(rows: Iterable[Checked]) -> Tally:
    counted = Tally()
    for row in rows:
        counted.add(row.judged.verdict)
    return counted


def tally_requirements(inspection: Inspection) -> Tallies:
    """For each computed requirement and each unit with anything to look at: how many of each verdict."""
    found: dict[str, Mapping[str, Tally]] = {}
    for requirement in requirements_in(inspection.rulebook):
        if requirement.check is not None:
            of_unit: dict[str, Tally] = defaultdict(Tally)
            for row in CHECKERS[requirement.check](inspection, requirement):
                of_unit[row.unit_code].add(row.judged.verdict)
            found[requirement.code] = of_unit
    return found


def sum_up(tallies: Tallies, code: str, unit_code: str | None = None) -> Tally:
    """The numbers of a requirement, of one unit or of all together."""
    total = Tally()
    for unit, one in tallies.get(code, {}).items():
        if unit_code in (None, unit):
            total.merge(one)
    return total


def requirements_in(rulebook: Rulebook) -> list[Requirement]:
    """All of the seven standards, in their order."""
    return [one for code in sorted(rulebook.management) for one in rulebook.management[code].requirements]


def find_requirement(rulebook: Rulebook, code: str) -> Requirement | None:
    return next((one for one in requirements_in(rulebook) if one.code == code), None)


def _place(row: Checked) -> tuple[object, ...]:
    limit = row.limit.toordinal() if row.limit else 0
    return WORST_FIRST[row.judged.verdict], row.unit_code, limit, row.item_code, str(row.subject_id), row.number or 0
