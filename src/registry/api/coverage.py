"""公开覆盖: how far publications answer the duties."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from registry.api.choices import area_named, name_field, unit_named
from registry.api.context import current_registry
from registry.api.days import dates_on, day_field
from registry.api.operations import Noun
from registry.coverage.measures import element_board
from registry.coverage.queries import DutyFilter, board
from registry.coverage.records import BY, coverage_record

blueprint = Noun("coverage")


class CoverageQuerySchema(Schema):
    class Meta:
        unknown = RAISE

    as_of = day_field()
    by = fields.String(
        load_default=",".join(BY),
        validate=validate.OneOf(["unit", "area", "unit,area"]),
        metadata={"description": "what a row stands for"},
    )
    unit = name_field()
    area = name_field()
    elements = fields.Boolean(
        load_default=False,
        metadata={"description": "also how complete what was published is: elements of answered occasions"},
    )


class ElementCountsSchema(Schema):
    """Elements of the items behind answered occasions; `covered` are those that what was public names."""

    asked = fields.Integer(required=True)
    covered = fields.Integer(required=True)
    rate = fields.Float(required=True, allow_none=True)


class CountsSchema(Schema):
    """Occasions by state; `due` is the denominator of both rates, which are 0–1 and null when nothing was due."""

    due = fields.Integer(required=True)
    met = fields.Integer(required=True)
    met_late = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    long_overdue = fields.Integer(required=True)
    upcoming = fields.Integer(required=True)
    due_soon = fields.Integer(required=True)
    nothing_to_publish = fields.Integer(required=True)
    not_applicable = fields.Integer(required=True)
    extended = fields.Integer(required=True)
    needs_rule = fields.Integer(required=True)
    rate = fields.Float(required=True, allow_none=True)
    on_time_rate = fields.Float(required=True, allow_none=True)
    elements = fields.Nested(ElementCountsSchema)


class CoverageRowSchema(CountsSchema):
    unit = fields.String()
    area = fields.String()


class CoverageSchema(Schema):
    as_of = fields.String(required=True, metadata={"format": "date"})
    totals = fields.Nested(CountsSchema, required=True)
    rows = fields.List(fields.Nested(CoverageRowSchema), required=True)


@blueprint.route("/coverage")
@blueprint.operation()
@blueprint.arguments(CoverageQuerySchema, location="query")
@blueprint.response(200, CoverageSchema)
def show_coverage(query: dict[str, Any]) -> dict[str, Any]:
    """Counts on a day. `GET /duties` with the same unit, area and day lists exactly the occasions that were counted."""
    dates = dates_on(query["as_of"])
    with current_registry().database.read() as session:
        wanted = DutyFilter(unit_code=unit_named(session, query["unit"]), area_code=area_named(session, query["area"]))
        elements = element_board(session, dates, wanted) if query["elements"] else None
        found = board(session, dates, wanted)
        return coverage_record(found, dates.as_of, by=query["by"].split(","), elements=elements)
