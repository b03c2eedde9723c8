"""Checks of requirements on what is owed: published in time, and every item with content."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from registry.assessment.inspecting import Checked, Inspection
from registry.assessment.requirements import judge_item, judge_publishing
from registry.coverage.queries import DutyFilter, OccasionRow, list_occasions
from registry.coverage.rules import OccasionState
from registry.deadlines.clauses import leading_clause
from registry.deadlines.rules import CountingRule, Decides
from registry.duties.queries import due_of, schedule_of
from registry.items.tables import Item
from registry.publications.tables import Publication, Revision
from registry.rulebook.management import Requirement


def published_within_deadline(inspection: Inspection, requirement: Requirement) -> list[Checked]:
    """Each occasion that is due, by its own last day.

    Where that was counted from an assumed day, and the item's time runs from when the information is formed, the publication says when
    that was, and the last day is counted from then.
    """
    rows = _occasions(inspection)
    limits = _limits_since_formed(inspection, requirement, rows)
    found = []
    for row in rows:
        formed_on, formed_limit = limits.get(row.occasion_id, (None, None))
        judged = judge_publishing(row.state, published_on=row.published_on, formed_limit=formed_limit)
        if judged is None:
            continue
        is_recounted = formed_limit is not None and judged.why == "late_since_formed"
        found.append(
            Checked(
                judged,
                row.unit_code,
                row.item_code,
                row.item_titles[-1],
                "occasion",
                row.occasion_id,
                start_on=formed_on if is_recounted else row.counted_from,
                limit=formed_limit if is_recounted else row.limit,
                done_on=row.published_on,
                period=row.period,
                duty_id=row.duty_id,
                linked_id=row.publication_id,
            )
        )
    return found


def every_item_covered(inspection: Inspection, _: Requirement) -> list[Checked]:
    """Each item a unit owes, whether there is anything public for it."""
    of_duty: dict[UUID, list[OccasionRow]] = defaultdict(list)
    for row in _occasions(inspection):
        of_duty[row.duty_id].append(row)
    found = []
    for duty_id, rows in of_duty.items():
        judged = judge_item({row.state for row in rows})
        if judged is None:
            continue
        answered = [row for row in rows if row.publication_id is not None]
        newest = max(answered, key=lambda row: row.published_on or date.min, default=None)
        found.append(
            Checked(
                judged,
                rows[0].unit_code,
                rows[0].item_code,
                rows[0].item_titles[-1],
                "duty",
                duty_id,
                limit=min((row.limit for row in rows if row.limit), default=None),
                done_on=newest.published_on if newest else None,
                duty_id=duty_id,
                linked_id=newest.publication_id if newest else None,
            )
        )
    return found


def _occasions(inspection: Inspection) -> list[OccasionRow]:
    return list_occasions(inspection.session, inspection.dates, DutyFilter(unit_code=inspection.unit_code))


def _limits_since_formed(
    inspection: Inspection, requirement: Requirement, rows: list[OccasionRow]
) -> Mapping[UUID, tuple[date, date]]:
    """By occasion: when what answers it was formed, and the last day counted from then; only where the count began on an assumed day."""
    assumed = [row for row in rows if row.assumed and row.state is OccasionState.MET and row.publication_id]
    ids = {row.item_id for row in assumed}
    items = {one.id: one for one in inspection.session.exec(select(Item).where(col(Item.id).in_(ids)))}
    forming = {item_id for item_id, item in items.items() if _runs_from_forming(inspection, requirement, item)}
    formed = _formed(
        inspection, {row.publication_id for row in assumed if row.item_id in forming and row.publication_id}
    )
    counted: dict[tuple[UUID, date, str | None], date | None] = {}
    found: dict[UUID, tuple[date, date]] = {}
    for row in assumed:
        formed_on = formed.get(row.publication_id) if row.publication_id else None
        if formed_on is None:
            continue
        key = row.item_id, formed_on, row.calendar
        if key not in counted:
            calendar = inspection.counting.calendar_of(row.calendar)
            due = due_of(items[row.item_id], formed_on, calendar, inspection.counting.rules)
            counted[key] = due.due_on if due else None
        limit = counted[key]
        if limit is not None:
            found[row.occasion_id] = formed_on, limit
    return found


def _runs_from_forming(inspection: Inspection, requirement: Requirement, item: Item) -> bool:
    """Whether the item's time is the one the requirement's own articles give: from when the information was formed or changed."""
    clause = leading_clause(schedule_of(item).clauses)
    if clause is None:
        return False
    rules = (one for one in inspection.counting.rules.counting if one.decides is Decides.NUMBER)
    return any(rule.concerns(clause, clause.unit) and _is_cited(rule, requirement) for rule in rules)


def _is_cited(rule: CountingRule, requirement: Requirement) -> bool:
    return any(
        basis.regulation == rule.regulation and rule.article in basis.articles for basis in requirement.legal_bases
    )


def _formed(inspection: Inspection, ids: set[UUID]) -> Mapping[UUID, date]:
    """When the public version of each publication says its information was formed."""
    statement = sa.select(col(Publication.id), col(Revision.formed_on)).join(
        Revision, col(Revision.id) == col(Publication.public_revision_id)
    )
    if len(ids) <= FEW:
        statement = statement.where(col(Publication.id).in_(ids))
    rows = inspection.session.execute(statement)
    return {publication_id: formed_on for publication_id, formed_on in rows if publication_id in ids}


# So many are asked for by name; of more, all are read.
FEW = 500
