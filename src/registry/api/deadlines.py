"""公开时限: a deadline text, read, counted and proved."""

from typing import Any

from marshmallow import Schema, fields, validate

from registry.api.context import current_registry
from registry.api.duties import CalendarUsedSchema, CountedDaySchema, CountingRuleSchema
from registry.api.items import ClauseSchema
from registry.api.operations import Noun
from registry.duties import records as deadlines
from registry.validation import Text

blueprint = Noun("deadlines")

LONGEST_TEXT = 10_000


class DeadlineQuerySchema(Schema):
    text = fields.String(required=True, validate=validate.Length(max=LONGEST_TEXT))
    event_on = fields.Date(
        data_key="from", load_default=None, metadata={"description": "the day of the event; default today"}
    )
    calendar = Text(load_default=None, validate=validate.Length(max=40))
    known_on = fields.Date(
        load_default=None, metadata={"description": "count by the notices that were out on this day; default all"}
    )


class DeadlineSchema(Schema):
    """Without a due date the steps lead to the earliest end of a minimum display, if there is one."""

    text = fields.String(required=True)
    clauses = fields.List(fields.Nested(ClauseSchema), required=True)
    needs_rule = fields.Boolean(required=True)
    warnings = fields.List(fields.String(), required=True)
    due_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    steps = fields.List(fields.Nested(CountedDaySchema), required=True)
    basis = fields.List(fields.Nested(CountingRuleSchema), required=True)
    calendar = fields.Nested(CalendarUsedSchema, required=True)
    earliest_end = fields.String(metadata={"format": "date", "description": "when a minimum display may end"})
    extended_to = fields.String(metadata={"format": "date", "description": "how far a reply may be extended"})


@blueprint.route("/deadline")
@blueprint.operation()
@blueprint.arguments(DeadlineQuerySchema, location="query")
@blueprint.response(200, DeadlineSchema)
def read_deadline(query: dict[str, Any]) -> dict[str, Any]:
    """Read a deadline as catalogs write it, and count it day by day from an event."""
    registry = current_registry()
    return deadlines.read_deadline(
        query["text"],
        query["event_on"] or registry.database.today(),
        registry.rulebook,
        calendar=query["calendar"] or registry.settings.calendar,
        known_on=query["known_on"],
    )
