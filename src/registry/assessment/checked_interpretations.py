"""Checks of requirements on 政策解读: in time, and linked both ways."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from registry.assessment.inspecting import Checked, Disclosed, Inspection, limits_of
from registry.assessment.requirements import fails, judge_interpretation, judge_link
from registry.publications.interpretations import standing_for
from registry.rulebook.management import Requirement


@dataclass(frozen=True)
class Explained:
    """Public documents of the units looked at, with what explains them (oldest first, of whichever unit), and interpretations of those
    units whose document, or what took its place, is not public.
    """

    documents: Sequence[tuple[Disclosed, Sequence[Disclosed], date | None]]
    loose: Sequence[Disclosed]


def interpreted_in_time(inspection: Inspection, requirement: Requirement) -> list[Checked]:
    """Each document, by the first interpretation that is public; an interpretation is no document itself."""
    found = []
    for one, explaining, limit in _explained(inspection, requirement).documents:
        judged = judge_interpretation(
            [other.published_on for other in explaining],
            limit,
            is_needed=one.item_code in requirement.items,
            as_of=inspection.as_of,
        )
        first = explaining[0] if explaining else None
        done_on, linked_id = (first.published_on, first.publication_id) if first else (None, None)
        found.append(one.checked(judged, limit=limit, done_on=done_on, linked_id=linked_id))
    return found


def interpretation_linked(inspection: Inspection, requirement: Requirement) -> list[Checked]:
    """Each document, by whether anything public explains it; and each interpretation whose document is not public."""
    explained = _explained(inspection, requirement)
    found = []
    for one, explaining, limit in explained.documents:
        is_needed = one.item_code in requirement.items
        judged = judge_link(bool(explaining), limit, is_needed=is_needed, as_of=inspection.as_of)
        linked_id = explaining[0].publication_id if explaining else None
        found.append(one.checked(judged, limit=limit, linked_id=linked_id))
    loose = fails("document_not_public")
    return found + [one.checked(loose, linked_id=one.current.interprets_id) for one in explained.loose]


def _explained(inspection: Inspection, requirement: Requirement) -> Explained:
    everything = inspection.everywhere.public
    public = {one.publication_id for one in everything}
    targets = {one.publication_id: one.current.interprets_id for one in everything if one.current.interprets_id}
    ends = standing_for(inspection.session, targets.values(), inspection.as_of)
    explaining: dict[UUID, list[Disclosed]] = defaultdict(list)
    own, loose = [], []
    for one in everything:
        target = targets.get(one.publication_id)
        is_own = inspection.unit_code in (None, one.unit_code)
        if target is None:
            own += [one] if is_own else []
            continue
        for document_id in {target, ends[target]}:
            explaining[document_id].append(one)
        if ends[target] not in public and is_own:
            loose.append(one)
    return Explained(_with_limits(inspection, requirement, own, explaining), loose)


def _with_limits(
    inspection: Inspection,
    requirement: Requirement,
    documents: Sequence[Disclosed],
    explaining: Mapping[UUID, Sequence[Disclosed]],
) -> list[tuple[Disclosed, Sequence[Disclosed], date | None]]:
    limits = limits_of(inspection, requirement, ((one.calendar, one.published_on) for one in documents))
    return [(one, explaining.get(one.publication_id, ()), limit) for one, limit in zip(documents, limits, strict=True)]
