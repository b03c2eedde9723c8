"""责任单位, under each name they have had."""

from typing import Any

from marshmallow import Schema, fields

from registry.api.context import current_registry
from registry.api.operations import Noun
from registry.api.paging import PagedSchema, PageSchema, cut
from registry.units import queries
from registry.units.tables import Unit, UnitName

blueprint = Noun("units")


class UnitSchema(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    parent = fields.String(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True, metadata={"description": "last day of existence"})
    successor = fields.String(required=True, allow_none=True)


class UnitNameSchema(Schema):
    """A name and the days it was borne; an open end is unknown, or today."""

    name = fields.String(required=True)
    from_on = fields.Date(data_key="from", required=True, allow_none=True)
    to_on = fields.Date(data_key="to", required=True, allow_none=True)
    evidence = fields.String(required=True)


class UnitDetailSchema(UnitSchema):
    names = fields.List(fields.Nested(UnitNameSchema), required=True)
    aliases = fields.List(fields.String(), required=True)
    telephone = fields.String(required=True, allow_none=True)
    address = fields.String(required=True, allow_none=True)
    reception_point = fields.Boolean(required=True)
    index_prefix = fields.String(required=True, allow_none=True)
    evidence = fields.String(required=True)
    source = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class UnitsSchema(PagedSchema):
    units = fields.List(fields.Nested(UnitSchema), required=True)


@blueprint.route("/units")
@blueprint.operation()
@blueprint.arguments(PageSchema, location="query")
@blueprint.response(200, UnitsSchema)
def list_units(query: dict[str, Any]) -> dict[str, Any]:
    """All units in catalog order, those that ended included."""
    with current_registry().database.read() as session:
        found = queries.list_units(session)
        shown = [_unit_record(unit) for unit in cut(found, query["page"], query["size"])]
    return {"total": len(found), "page": query["page"], "size": query["size"], "units": shown}


@blueprint.route("/units/<api_code:code>")
@blueprint.operation(404)
@blueprint.response(200, UnitDetailSchema)
def show_unit(code: str) -> dict[str, Any]:
    """A unit with its names, oldest first, and the short names people type."""
    with current_registry().database.read() as session:
        detail = queries.get_unit(session, code)
        unit = detail.unit
        return {
            **_unit_record(unit),
            "names": [_name_record(name) for name in detail.names],
            "aliases": list(detail.aliases),
            "telephone": unit.telephone,
            "address": unit.address,
            "reception_point": unit.reception_point,
            "index_prefix": unit.index_prefix,
            "evidence": unit.certainty.value,
            "source": unit.source,
            "note": unit.note,
        }


def _unit_record(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind.value,
        "parent": unit.parent_code,
        "ended_on": unit.ended_on,
        "successor": unit.successor_code,
    }


def _name_record(name: UnitName) -> dict[str, Any]:
    return {
        "name": name.name,
        "from_on": name.from_on,
        "to_on": name.to_on,
        "evidence": name.certainty.value,
    }
