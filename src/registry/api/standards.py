"""What the rulebook holds: 管理标准, 公开规范, and the laws and regulations cited."""

from dataclasses import asdict
from typing import Any

from marshmallow import Schema, fields

from registry.api.context import current_registry
from registry.api.operations import Noun
from registry.errors import NotFound
from registry.rulebook.disclosure import DisclosureStandard
from registry.rulebook.management import ManagementStandard
from registry.rulebook.regulations import Regulation

blueprint = Noun("standards")


class CitationSchema(Schema):
    """A regulation of `/regulations`, with edition and articles where they are named."""

    regulation = fields.String(required=True)
    edition = fields.String(required=True, allow_none=True)
    articles = fields.List(fields.String(), required=True)


class RequirementSchema(Schema):
    """`check` names the figure the registry computes for it, from `count` days of kind `unit` and for `items` where it needs them.

    Without one the units assess themselves, or the office for the city, as `concerns` says.
    """

    code = fields.String(required=True)
    text = fields.String(required=True)
    who = fields.String(required=True)
    time_limit = fields.String(required=True, allow_none=True)
    legal_bases = fields.List(fields.Nested(CitationSchema), required=True)
    source = fields.String(required=True, allow_none=True)
    check = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    items = fields.List(fields.String(), required=True)
    concerns = fields.String(required=True)
    evidence = fields.String(required=True)


class ManagementSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    evidence = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)


class ManagementDetailSchema(ManagementSchema):
    requirements = fields.List(fields.Nested(RequirementSchema), required=True)


class ManagementsSchema(Schema):
    total = fields.Integer(required=True)
    standards = fields.List(fields.Nested(ManagementSchema), required=True)


class StepSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    actor = fields.String(required=True)
    what = fields.String(required=True)
    time_limit = fields.String(required=True, allow_none=True)
    legal_bases = fields.List(fields.Nested(CitationSchema), required=True)


class ProcedureSchema(Schema):
    """How one group of items is disclosed; `template` lists the headings a publication should have."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    items = fields.List(fields.String(), required=True)
    format = fields.String(required=True)
    template = fields.List(fields.String(), required=True)
    review = fields.String(required=True)
    update = fields.String(required=True)
    archive = fields.String(required=True)


class DisclosureSchema(Schema):
    area = fields.String(required=True)
    title = fields.String(required=True)
    version = fields.String(required=True)
    evidence = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)


class DisclosureDetailSchema(DisclosureSchema):
    steps = fields.List(fields.Nested(StepSchema), required=True)
    procedures = fields.List(fields.Nested(ProcedureSchema), required=True)


class DisclosuresSchema(Schema):
    total = fields.Integer(required=True)
    procedures = fields.List(fields.Nested(DisclosureSchema), required=True)


class ArticleSchema(Schema):
    """`gist` says in the registry's own words what the article rules."""

    number = fields.String(required=True)
    gist = fields.String(required=True)
    evidence = fields.String(required=True)


class EditionSchema(Schema):
    """Without `from` it holds as far back as the registry looks."""

    key = fields.String(required=True)
    doc_no = fields.String(required=True, allow_none=True)
    from_on = fields.Date(data_key="from", required=True, allow_none=True)
    to_on = fields.Date(data_key="to", required=True, allow_none=True)
    evidence = fields.String(required=True)
    articles = fields.List(fields.Nested(ArticleSchema), required=True)


class RegulationSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    short = fields.String(required=True, allow_none=True)
    issuer = fields.String(required=True)


class RegulationDetailSchema(RegulationSchema):
    editions = fields.List(fields.Nested(EditionSchema), required=True)


class RegulationsSchema(Schema):
    total = fields.Integer(required=True)
    regulations = fields.List(fields.Nested(RegulationSchema), required=True)


@blueprint.route("/management-standards")
@blueprint.operation()
@blueprint.response(200, ManagementsSchema)
def list_management_standards() -> dict[str, Any]:
    """The seven management standards."""
    found = current_registry().rulebook.management.values()
    return {"total": len(found), "standards": [asdict(one) for one in found]}


@blueprint.route("/management-standards/<api_code:code>")
@blueprint.operation(404)
@blueprint.response(200, ManagementDetailSchema)
def show_management_standard(code: str) -> dict[str, Any]:
    """A management standard with its requirements."""
    found: ManagementStandard | None = current_registry().rulebook.management.get(code)
    if found is None:
        raise NotFound(subject="management_standard", found=code)
    return asdict(found)


@blueprint.route("/procedures")
@blueprint.operation()
@blueprint.response(200, DisclosuresSchema)
def list_procedures() -> dict[str, Any]:
    """Which areas have a disclosure procedure."""
    found = current_registry().rulebook.disclosure.values()
    return {"total": len(found), "procedures": [asdict(one) for one in found]}


@blueprint.route("/procedures/<api_code:area>")
@blueprint.operation(404)
@blueprint.response(200, DisclosureDetailSchema)
def show_procedure(area: str) -> dict[str, Any]:
    """An area's disclosure procedure: general steps, and for each group of items form, template, review, update and archive."""
    found: DisclosureStandard | None = current_registry().rulebook.disclosure.get(area)
    if found is None:
        raise NotFound(subject="procedure", found=area)
    return asdict(found)


@blueprint.route("/regulations")
@blueprint.operation()
@blueprint.response(200, RegulationsSchema)
def list_regulations() -> dict[str, Any]:
    """Every law, regulation and document that is cited anywhere."""
    found = current_registry().rulebook.regulations.values()
    return {"total": len(found), "regulations": [asdict(one) for one in found]}


@blueprint.route("/regulations/<api_code:code>")
@blueprint.operation(404)
@blueprint.response(200, RegulationDetailSchema)
def show_regulation(code: str) -> dict[str, Any]:
    """A regulation with its editions and the articles cited from them."""
    found: Regulation | None = current_registry().rulebook.regulations.get(code)
    if found is None:
        raise NotFound(subject="regulation", found=code)
    return asdict(found)
