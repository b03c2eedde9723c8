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
from registry.coverage.queries import DutyFilter, OccasionRow, kept_due, list_occasions, occasions_of
from registry.coverage.records import duties_record, duty_record
from registry.coverage.rules import OccasionState
from registry.duties import service
from registry.duties.queries import get_duty
from registry.duties.records import proof_record
from registry.duties.schemas import EventSchema
from registry.duties.tables import Occasion
from registry.items.tables import Item

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
    """One occasion. `publication` answers it on the day asked.

    `assumed` says that nobody has recorded what the date is counted from, `provisional` that days off of a year it was counted over are
    not announced yet.
    """

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
    provisional = fields.Boolean(required=True)


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


class CountedDaySchema(Schema):
    """A day of a count."""

    date = fields.String(required=True, metadata={"format": "date"})
    counted = fields.Boolean(required=True)
    why = fields.String(required=True)


class CountingRuleSchema(Schema):
    """An article a count rests on; `rule` is null where its number stands in for a text without one."""

    title = fields.String(required=True)
    doc_no = fields.String(required=True)
    article = fields.String(required=True)
    rule = fields.String(required=True, allow_none=True)


class CalendarUsedSchema(Schema):
    name = fields.String(required=True)
    version = fields.String(required=True)
    provisional = fields.Boolean(required=True)


class ProofSchema(Schema):
    """How a due date came about. `count` is null for a date of the calendar; `moved_from` says where the count ended on a day off."""

    counted_from = fields.String(required=True, metadata={"format": "date"})
    count = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    due_on = fields.String(required=True, metadata={"format": "date"})
    moved_from = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    fallback = fields.Boolean(required=True)
    basis = fields.List(fields.Nested(CountingRuleSchema), required=True)
    calendar = fields.Nested(CalendarUsedSchema, required=True)
    steps = fields.List(fields.Nested(CountedDaySchema), required=True)


class ProvedSchema(DutySchema):
    proof = fields.Nested(
        ProofSchema,
        required=True,
        allow_none=True,
        metadata={"description": "null without a due date, and while today's rules give another than the one kept"},
    )


class DutyDetailSchema(Schema):
    id = fields.UUID(required=True)
    unit = fields.String(required=True)
    item = fields.String(required=True)
    part = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
    as_of = fields.String(required=True, metadata={"format": "date"})
    occasions = fields.List(fields.Nested(ProvedSchema), required=True)


@blueprint.route("/duties/<uuid:duty_id>")
@blueprint.operation(404)
@blueprint.response(200, DutyDetailSchema)
def show_duty(duty_id: UUID) -> dict[str, Any]:
    """An item as one unit owes it, with every occasion that has arisen and how its due date was counted."""
    registry = current_registry()
    dates = registry.state_dates()
    with registry.database.read() as session:
        duty = get_duty(session, duty_id)
        item = session.get_one(Item, duty.item_id)
        rows = occasions_of(session, dates, duty)
        return {
            "id": duty.id,
            "unit": duty.unit_code,
            "item": item.code,
            "part": duty.part.value,
            "starts_on": duty.starts_on,
            "ends_on": duty.ends_on,
            "as_of": dates.as_of.isoformat(),
            "occasions": [{**duty_record(row), "proof": _proof(item, row)} for row in rows],
        }


def _proof(item: Item, row: OccasionRow) -> dict[str, Any] | None:
    registry = current_registry()
    due = kept_due(item, row, registry.counting)
    return proof_record(due, registry.counting.calendar_of(row.calendar), registry.rulebook) if due else None


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
