"""领域 and the standard each works by."""

from typing import Any

from marshmallow import Schema, fields

from registry.api.context import current_registry
from registry.api.operations import Noun
from registry.items.queries import get_area, list_details, standard_in_force
from registry.items.queries import list_areas as find_areas
from registry.items.tables import Area, Standard

blueprint = Noun("areas")


class AreaSchema(Schema):
    code = fields.String(required=True)
    prefix = fields.String(required=True, metadata={"description": "begins every item code of the area"})
    name = fields.String(required=True)
    later_name = fields.String(allow_none=True)
    national_guide = fields.String(allow_none=True)
    summary = fields.String(required=True)


class StandardSchema(Schema):
    code = fields.String(required=True)
    title = fields.String(required=True)
    version = fields.String(required=True)
    issuer = fields.String(required=True, metadata={"description": "code of the issuing unit"})
    doc_no = fields.String(allow_none=True)
    effective_from = fields.Date(required=True)
    effective_to = fields.Date(allow_none=True)
    evidence = fields.String(required=True)
    note = fields.String(allow_none=True)


class AreasSchema(Schema):
    total = fields.Integer(required=True)
    areas = fields.List(fields.Nested(AreaSchema), required=True)


class AreaDetailSchema(AreaSchema):
    items = fields.Integer(required=True, metadata={"description": "number of items"})
    standard = fields.Nested(StandardSchema, required=True, allow_none=True)


@blueprint.route("/areas")
@blueprint.operation()
@blueprint.response(200, AreasSchema)
def list_areas() -> dict[str, Any]:
    """All areas in catalog order."""
    with current_registry().database.read() as session:
        found = [_area_record(area) for area in find_areas(session)]
    return {"total": len(found), "areas": found}


@blueprint.route("/areas/<api_code:code>")
@blueprint.operation(404)
@blueprint.response(200, AreaDetailSchema)
def show_area(code: str) -> dict[str, Any]:
    """An area with the version of its standard in force today."""
    registry = current_registry()
    with registry.database.read() as session:
        area = get_area(session, code)
        standard = standard_in_force(session, code, registry.database.today())
        return {
            **_area_record(area),
            "items": len(list_details(session, area_code=code)),
            "standard": _standard_record(standard) if standard else None,
        }


def _area_record(area: Area) -> dict[str, Any]:
    return {name: getattr(area, name) for name in AreaSchema().fields}


def _standard_record(standard: Standard) -> dict[str, Any]:
    return {
        "code": standard.code,
        "title": standard.title,
        "version": standard.version,
        "issuer": standard.issuer_code,
        "doc_no": standard.doc_no,
        "effective_from": standard.effective_from,
        "effective_to": standard.effective_to,
        "evidence": standard.certainty.value,
        "note": standard.note,
    }
