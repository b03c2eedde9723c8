"""考核: scores, veto findings and what to do first; for those who see all units, and for a unit's people of their own."""

from typing import Any

from marshmallow import RAISE, Schema, fields

from registry.accounts.permissions import Permission, may, require
from registry.api.auth import require_person
from registry.api.context import current_registry
from registry.api.coverage import CountsSchema
from registry.api.days import dates_on, day_field
from registry.api.operations import Noun
from registry.assessment.finding import assess
from registry.assessment.mending import plan
from registry.assessment.queries import facts_on
from registry.assessment.records import assessment_record, unit_assessment_record
from registry.units.queries import get_unit

blueprint = Noun("assessment")


class DayQuerySchema(Schema):
    class Meta:
        unknown = RAISE

    as_of = day_field()


class AssessmentRulesSchema(Schema):
    """The rules of the day: their first day, title, full mark and the score from which a unit passes."""

    first_on = fields.String(required=True, data_key="from", attribute="from", metadata={"format": "date"})
    title = fields.String(required=True)
    full_mark = fields.Integer(required=True)
    passing_mark = fields.Integer(required=True)


class VerdictSchema(Schema):
    """A veto rule: `holds` once `count` records reach the `threshold`."""

    rule = fields.String(required=True)
    count = fields.Integer(required=True)
    threshold = fields.Integer(required=True)
    holds = fields.Boolean(required=True)


class LostPointsSchema(Schema):
    """What the records of a rule cost; `capped` where the rule's group can cost no more."""

    rule = fields.String(required=True)
    group = fields.String(required=True)
    count = fields.Integer(required=True)
    points = fields.Float(required=True)
    capped = fields.Boolean(required=True)


class UnitScoreSchema(CountsSchema):
    """A unit's score; vetoes and doubts stand beside it, and the occasions by state, declarations among them."""

    unit = fields.String(required=True)
    score = fields.Float(required=True)
    passes = fields.Boolean(required=True)
    lost = fields.List(fields.Nested(LostPointsSchema), required=True)
    vetoes = fields.List(fields.Nested(VerdictSchema), required=True)
    doubts = fields.Integer(required=True)


class AssessmentSchema(Schema):
    as_of = fields.String(required=True, metadata={"format": "date"})
    rules = fields.Nested(AssessmentRulesSchema, required=True)
    vetoes = fields.List(fields.Nested(VerdictSchema), required=True)
    units = fields.List(fields.Nested(UnitScoreSchema), required=True)


class FindingSchema(Schema):
    """One record against one rule: what it is, since when, and the points lost by it."""

    rule = fields.String(required=True)
    unit = fields.String(required=True)
    area = fields.String(required=True)
    item = fields.String(required=True)
    subject = fields.String(required=True)
    subject_id = fields.String(required=True)
    since = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    points = fields.Float(required=True)
    veto = fields.Boolean(required=True)
    text = fields.String(required=True)


class ActionSchema(Schema):
    """An action with score and rate after it and all those before it."""

    remedy = fields.String(required=True)
    subject = fields.String(required=True)
    subject_id = fields.String(required=True)
    text = fields.String(required=True)
    points = fields.Float(required=True)
    score = fields.Float(required=True)
    rate = fields.Float(required=True, allow_none=True)


class UnitAssessmentSchema(UnitScoreSchema):
    as_of = fields.String(required=True, metadata={"format": "date"})
    rules = fields.Nested(AssessmentRulesSchema, required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)
    plan = fields.List(fields.Nested(ActionSchema), required=True)


@blueprint.route("/assessment")
@blueprint.operation(403)
@blueprint.doc(security=[{"token": []}])
@blueprint.arguments(DayQuerySchema, location="query")
@blueprint.response(200, AssessmentSchema)
def show_assessment(query: dict[str, Any]) -> dict[str, Any]:
    """Every unit on a day, worst first, and the veto rules for the whole city: for those who see all units."""
    require(require_person(), Permission.SEE_ALL_UNITS)
    dates, registry = dates_on(query["as_of"]), current_registry()
    with registry.database.read() as session:
        facts = facts_on(session, dates)
    return assessment_record(assess(facts, registry.rulebook.assessment.on(dates.as_of)))


@blueprint.route("/assessment/units/<api_code:code>")
@blueprint.operation(403, 404)
@blueprint.doc(security=[{"token": []}])
@blueprint.arguments(DayQuerySchema, location="query")
@blueprint.response(200, UnitAssessmentSchema)
def show_unit_assessment(query: dict[str, Any], code: str) -> dict[str, Any]:
    """One unit with every finding and the five actions that gain most."""
    actor, registry, dates = require_person(), current_registry(), dates_on(query["as_of"])
    with registry.database.read() as session:
        get_unit(session, code)
        if not may(actor, Permission.SEE_ALL_UNITS):
            require(actor, Permission.SEE_TASKS, code)
        facts = facts_on(session, dates, unit_code=code)
    planned = plan(code, facts, registry.rulebook.assessment.on(dates.as_of))
    return unit_assessment_record(planned.before, planned, dates.as_of.isoformat())
