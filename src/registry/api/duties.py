"""公开责任 as the occasions on which they fall due, and the events that start a count."""

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from registry.api.auth import require_person
from registry.api.choices import area_named, item_named, name_field, unit_named
from registry.api.context import current_registry
from registry.api.days import dates_on, day_field
from registry.api.operations import Noun
from registry.api.paging import PagedSchema, PageSchema, cut
from registry.coverage.queries import DutyFilter, list_occasions
from registry.coverage.records import duties_record
from registry.coverage.rules import OccasionState
from registry.duties import service
from registry.duties.schemas import EventSchema
from registry.duties.tables import Occasion

blueprint = Noun("duties")

STATES = [state.value for state in OccasionState]


class DutyQuerySchema(PageSchema):
    unit = name_field()
    area = name_field()
    item = name_field()
    state = fields.List(
        fields.String(validate=validate.OneOf(STATES)), load_default=list, validate=validate.Length(max=len(STATES))
    )
    as_of = day_field()


class DutySchema(Schema):
    """One occasion. `publication` answers it on the day asked; `assumed` says that nobody has recorded what the date is counted from."""

    unit = fields.String(required=True)
    item = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    due_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    period = fields.String(required=True, allow_none=True)
    publication = fields.String(required=True, allow_none=True, metadata={"format": "uuid"})
    area = fields.String(required=True)
    duty = fields.String(required=True, metadata={"format": "uuid"})
    occasion = fields.String(required=True, metadata={"format": "uuid"})
    kind = fields.String(required=True)
    event = fields.String(required=True, allow_none=True)
    counted_from = fields.String(required=True, metadata={"format": "date"})
    assumed = fields.Boolean(required=True)


class DutiesSchema(PagedSchema):
    as_of = fields.String(required=True, metadata={"format": "date"})
    duties = fields.List(fields.Nested(DutySchema), required=True)


class OccasionSchema(Schema):
    id = fields.UUID(required=True)
    duty = fields.UUID(required=True)
    kind = fields.String(required=True)
    period = fields.String(required=True, allow_none=True)
    event = fields.String(required=True, allow_none=True)
    counted_from = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    assumed = fields.Boolean(required=True)


@blueprint.route("/duties")
@blueprint.operation()
@blueprint.arguments(DutyQuerySchema, location="query")
@blueprint.response(200, DutiesSchema)
def list_duties(query: dict[str, Any]) -> dict[str, Any]:
    """Everything that fell or falls due, judged on a day; worst first, then earliest due."""
    dates = dates_on(query["as_of"])
    with current_registry().database.read() as session:
        item = item_named(session, query["item"])
        wanted = DutyFilter(
            unit_code=unit_named(session, query["unit"]),
            area_code=area_named(session, query["area"]),
            item_id=item.id if item else None,
            states=frozenset(map(OccasionState, query["state"])),
        )
        found = list_occasions(session, dates, wanted)
    shown = cut(found, query["page"], query["size"])
    return {**duties_record(shown, dates.as_of, len(found)), "page": query["page"], "size": query["size"]}


@blueprint.route("/duties/<uuid:duty_id>/events", methods=["POST"])
@blueprint.operation(409, changes=True)
@blueprint.arguments(EventSchema)
@blueprint.response(201, OccasionSchema)
def record_event(values: dict[str, Any], duty_id: UUID) -> dict[str, Any]:
    """Record what starts the count; the answer is the occasion that is now due. An item owed once a period needs `period`."""
    registry = current_registry()
    with registry.database.work(require_person()) as work:
        occasion = service.record_event(work, duty_id, counting=registry.counting, **values)
        return _occasion_record(occasion)


def _occasion_record(occasion: Occasion) -> dict[str, Any]:
    return {
        "id": occasion.id,
        "duty": occasion.duty_id,
        "kind": occasion.kind.value,
        "period": occasion.period or None,
        "event": occasion.event or None,
        "counted_from": occasion.counted_from,
        "due_on": occasion.due_on,
        "assumed": occasion.assumed,
    }
