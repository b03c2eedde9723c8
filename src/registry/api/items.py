"""公开事项."""

from typing import Any

from marshmallow import Schema, fields

from registry.api.choices import area_named, name_field, unit_named
from registry.api.context import current_registry
from registry.api.operations import Noun
from registry.api.paging import PagedSchema, PageSchema, cut
from registry.duties.queries import list_duties
from registry.items.queries import get_detail, list_details
from registry.items.schemas import element_record, item_record

blueprint = Noun("items")


class ItemQuerySchema(PageSchema):
    area = name_field()
    unit = name_field()


class BasisSchema(Schema):
    title = fields.String(required=True)
    article = fields.String(required=True, allow_none=True)
    doc_no = fields.String(required=True, allow_none=True)


class ClauseSchema(Schema):
    """One rule of the deadline text."""

    kind = fields.String(required=True)
    trigger = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    direction = fields.String(required=True, allow_none=True)
    period = fields.String(required=True, allow_none=True)
    applies_to = fields.String(required=True, allow_none=True)
    override = fields.Boolean(required=True)
    on = fields.String(metadata={"description": "MM-DD of a fixed date"})
    implied = fields.Boolean()
    source = fields.String()


class AudienceSchema(Schema):
    everyone = fields.Boolean(required=True)
    groups = fields.String(required=True, allow_none=True)


class ItemSchema(Schema):
    code = fields.String(required=True)
    titles = fields.List(fields.String(), required=True)
    elements = fields.List(fields.String(), required=True)
    legal_bases = fields.List(fields.Nested(BasisSchema), required=True)
    deadline_text = fields.String(required=True)
    deadline = fields.List(fields.Nested(ClauseSchema), required=True)
    body = fields.String(required=True)
    channels = fields.List(fields.String(), required=True)
    audience = fields.Nested(AudienceSchema, required=True)
    methods = fields.List(fields.String(), required=True)
    levels = fields.List(fields.String(), required=True)
    extra = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    area = fields.String(required=True)
    standard = fields.String(required=True)
    evidence = fields.String(required=True)


class ElementSchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)


class ItemDetailSchema(ItemSchema):
    element_ids = fields.List(
        fields.Nested(ElementSchema),
        required=True,
        metadata={"description": "the elements with the ids by which a publication names them"},
    )
    channel_codes = fields.List(fields.String(), required=True)


class ItemsSchema(PagedSchema):
    items = fields.List(fields.Nested(ItemSchema), required=True)


@blueprint.route("/items")
@blueprint.operation()
@blueprint.arguments(ItemQuerySchema, location="query")
@blueprint.response(200, ItemsSchema)
def list_items(query: dict[str, Any]) -> dict[str, Any]:
    """Items in the order of the official tables; with `unit` those the unit has, or had, to disclose."""
    registry = current_registry()
    with registry.database.read() as session:
        area, unit = area_named(session, query["area"]), unit_named(session, query["unit"])
        owed = {item.id for _, item in list_duties(session, unit_code=unit)} if unit else None
        found = [one for one in list_details(session, area_code=area) if owed is None or one.item.id in owed]
        shown = cut(found, query["page"], query["size"])
        return {
            "total": len(found),
            "page": query["page"],
            "size": query["size"],
            "items": [item_record(detail, registry.rulebook) for detail in shown],
        }


@blueprint.route("/items/<api_code:code>")
@blueprint.operation(404)
@blueprint.response(200, ItemDetailSchema)
def show_item(code: str) -> dict[str, Any]:
    """An item of the newest standard that has it."""
    registry = current_registry()
    with registry.database.read() as session:
        detail = get_detail(session, code)
        return {
            **item_record(detail, registry.rulebook),
            "element_ids": [element_record(element) for element in detail.elements],
            "channel_codes": list(detail.item.channels),
        }
