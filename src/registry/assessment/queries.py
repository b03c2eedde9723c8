"""Reads that find what is wrong on a day."""

from sqlmodel import Session

from registry import wording
from registry.assessment.rules import Finding
from registry.coverage.queries import DutyFilter, list_occasions
from registry.coverage.rules import OccasionState, StateDates

LATE = frozenset({OccasionState.OVERDUE, OccasionState.LONG_OVERDUE})


def list_findings(session: Session, dates: StateDates, *, unit_code: str | None = None) -> list[Finding]:
    """Everything that is wrong on the day of `dates`, of one unit or of all."""
    rows = list_occasions(session, dates, DutyFilter(unit_code=unit_code, states=LATE))
    return [
        Finding(
            rule=row.state.value,
            unit_code=row.unit_code,
            area_code=row.area_code,
            item_code=row.item_code,
            subject="occasion",
            subject_id=str(row.occasion_id),
            since=row.limit,
            context={
                "title": row.item_titles[-1],
                "about": wording.months_and_days(row.period) if row.period or not row.event else row.event,
                "limit": wording.day_in_words(row.limit) if row.limit else wording.label("format", "none"),
            },
        )
        for row in rows
    ]
