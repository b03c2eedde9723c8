"""The day a question is about."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import fields

from registry.api.context import current_actor, current_registry
from registry.coverage.rules import StateDates
from registry.deadlines.workdays import CalendarTooShort
from registry.errors import Invalid, Issue


def day_field() -> fields.Date:
    """`as_of` of a query; today when absent."""
    return fields.Date(load_default=None)


def dates_on(as_of: date | None) -> StateDates:
    """The comparisons for states on the day asked for; Invalid outside the calendar.

    A day to come would show the public what is approved but not yet published, so only staff may ask for one.
    """
    registry = current_registry()
    today = registry.database.today()
    if as_of is not None and as_of > today and current_actor().user_id is None:
        raise _refused(as_of, "as_of_in_future", {"today": today.isoformat()})
    try:
        return registry.state_dates(as_of)
    except CalendarTooShort as error:
        calendar = registry.calendar
        span = {"first": calendar.first.isoformat(), "last": calendar.last.isoformat()}
        raise _refused(as_of, "date_out_of_range", span) from error


def _refused(as_of: date | None, code: str, context: Mapping[str, Any]) -> Invalid:
    found = as_of.isoformat() if as_of else ""
    return Invalid([Issue("as_of", code, {"found": found, **context})])
