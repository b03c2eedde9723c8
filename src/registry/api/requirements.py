"""管理标准落实情况: what the requirements of the management standards come to on a day, and the rows behind each number."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from registry.api.choices import name_field, unit_named
from registry.api.context import current_actor, current_registry
from registry.api.days import dates_on, day_field
from registry.api.operations import Noun
from registry.api.paging import PagedSchema, PageSchema, cut
from registry.assessment.inspecting import Inspection
from registry.assessment.overview import checked_record, overview_record, results_for, unit_shown
from registry.assessment.requirement_checks import check_requirement, find_requirement, tally_requirements
from registry.assessment.requirements import Standing, Verdict
from registry.errors import NotFound

blueprint = Noun("requirements")

VERDICTS = [one.value for one in Verdict]


class ResultsQuerySchema(Schema):
    class Meta:
        unknown = RAISE

    as_of = day_field()
    unit = name_field()


class RowsQuerySchema(PageSchema):
    as_of = day_field()
    unit = name_field()
    verdict = fields.String(load_default=None, validate=validate.OneOf(VERDICTS))


class SelfAssessedSchema(Schema):
    """How many were asked, how many said nothing, and how many said what."""

    asked = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    said = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ResultSchema(Schema):
    """Numbers of a computed requirement, or what was self-assessed, which is for staff; null where it is neither or not the reader's."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    check = fields.String(required=True, allow_none=True)
    standing = fields.String(required=True, validate=validate.OneOf([one.value for one in Standing]))
    holds = fields.Integer(required=True, allow_none=True)
    fails = fields.Integer(required=True, allow_none=True)
    unknown = fields.Integer(required=True, allow_none=True)  # type: ignore[assignment]
    rate = fields.Float(required=True, allow_none=True)
    self_assessed = fields.Nested(SelfAssessedSchema, required=True, allow_none=True)


class StandardResultSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    requirements = fields.List(fields.Nested(ResultSchema), required=True)


class ResultsSchema(Schema):
    as_of = fields.String(required=True, metadata={"format": "date"})
    unit = fields.String(required=True, allow_none=True)
    standards = fields.List(fields.Nested(StandardResultSchema), required=True)


class CheckedSchema(Schema):
    """One thing that was looked at: what (`subject` with its id), the verdict and why, and the days it was judged by."""

    verdict = fields.String(required=True, validate=validate.OneOf(VERDICTS))
    why = fields.String(required=True)
    unit = fields.String(required=True)
    item = fields.String(required=True)
    subject = fields.String(required=True)
    id = fields.String(required=True, metadata={"format": "uuid"})
    title = fields.String(required=True)
    revision = fields.Integer(required=True, allow_none=True)
    period = fields.String(required=True, allow_none=True)
    start_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    limit = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    done_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    publication = fields.String(required=True, allow_none=True, metadata={"format": "uuid"})
    codes = fields.List(fields.String(), required=True)


class RowsSchema(PagedSchema):
    as_of = fields.String(required=True, metadata={"format": "date"})
    rows = fields.List(fields.Nested(CheckedSchema), required=True)


@blueprint.route("/management-results")
@blueprint.operation()
@blueprint.arguments(ResultsQuerySchema, location="query")
@blueprint.response(200, ResultsSchema)
def list_management_results(query: dict[str, Any]) -> dict[str, Any]:
    """What every requirement comes to on a day, of one unit or of all."""
    registry, dates = current_registry(), dates_on(query["as_of"])
    with registry.database.read() as session:
        unit_code = unit_named(session, query["unit"])
        inspection = Inspection(session, dates, registry.rulebook, registry.counting, unit_code)
        results = results_for(session, current_actor(), inspection, tally_requirements(inspection))
    return overview_record(inspection, results)


@blueprint.route("/management-results/<api_code:code>")
@blueprint.operation(404)
@blueprint.arguments(RowsQuerySchema, location="query")
@blueprint.response(200, RowsSchema)
def list_requirement_rows(query: dict[str, Any], code: str) -> dict[str, Any]:
    """Everything looked at for a computed requirement, worst first: as many as its numbers say."""
    registry, dates = current_registry(), dates_on(query["as_of"])
    requirement = find_requirement(registry.rulebook, code)
    with registry.database.read() as session:
        unit_code = unit_named(session, query["unit"])
        if requirement is None or requirement.check is None:
            raise NotFound(subject="requirement", found=code)
        is_shown, of_unit = unit_shown(current_actor(), requirement, unit_code)
        if not is_shown:
            raise NotFound(subject="requirement", found=code)
        inspection = Inspection(session, dates, registry.rulebook, registry.counting, of_unit)
        found = check_requirement(inspection, requirement)
    kept = [one for one in found if query["verdict"] in (None, one.judged.verdict)]
    page, size = query["page"], query["size"]
    rows = [checked_record(one) for one in cut(kept, page, size)]
    return {"total": len(kept), "page": page, "size": size, "as_of": dates.as_of.isoformat(), "rows": rows}
