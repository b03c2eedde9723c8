"""Search over items and publications."""

from typing import Any

from flask import request
from marshmallow import Schema, fields, validate

from registry.api.context import current_registry
from registry.api.operations import Noun
from registry.api.paging import LARGEST_PAGE, PagedSchema, PageSchema
from registry.search.backend import SearchRequest, Sort
from registry.search.plan import Plan
from registry.search.service import as_json, find
from registry.validation import Text

blueprint = Noun("search")

KINDS = ("item", "publication")
MOST_VALUES = 100


def _several(inner: fields.Field) -> fields.List:
    """A filter that may be given more than once; any of its values will do."""
    return fields.List(inner, load_default=list, validate=validate.Length(max=MOST_VALUES))


def _codes() -> fields.List:
    return _several(Text(validate=validate.Length(max=80)))


class SearchQuerySchema(PageSchema):
    q = fields.String(load_default="", validate=validate.Length(max=200), metadata={"description": "what to look for"})
    synonyms = fields.Boolean(
        load_default=True, metadata={"description": "whether other words for the same are searched"}
    )
    kind = _several(fields.String(validate=validate.OneOf(KINDS)))
    area = _codes()
    unit = _codes()
    state = _codes()
    year = _several(fields.Integer(validate=validate.Range(1949, 2099, error="out_of_range")))
    channel = _codes()
    level = _codes()
    sort = fields.Enum(Sort, by_value=True, load_default=Sort.RELEVANCE)
    size = fields.Integer(load_default=20, validate=validate.Range(1, LARGEST_PAGE, error="out_of_range"))


class HitSchema(Schema):
    """`highlights` are escaped HTML in which matches stand in <mark>."""

    kind = fields.String(required=True)
    id = fields.String(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    area = fields.String(required=True)
    unit = fields.String(required=True)
    state = fields.String(required=True, allow_none=True)
    date = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    url = fields.String(required=True)
    highlights = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    score = fields.Float(required=True)


class FacetValueSchema(Schema):
    value = fields.String(required=True)
    label = fields.String(required=True)
    count = fields.Integer(required=True)


class SearchAnswerSchema(PagedSchema):
    took_ms = fields.Float(required=True)
    hits = fields.List(fields.Nested(HitSchema), required=True)
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(FacetValueSchema)), required=True)
    also_searched = fields.List(fields.String(), required=True)
    did_you_mean = fields.String(required=True, allow_none=True)


@blueprint.route("/search")
@blueprint.operation()
@blueprint.arguments(SearchQuerySchema, location="query")
@blueprint.response(200, SearchAnswerSchema)
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Items and public publications; without `q` everything the filters let through. A facet's counts ignore that facet's own filter."""
    registry = current_registry()
    wanted = SearchRequest(
        plan=Plan(),
        dates=registry.state_dates(),
        kinds=frozenset(query["kind"]),
        areas=frozenset(query["area"]),
        units=frozenset(query["unit"]),
        states=frozenset(query["state"]),
        years=frozenset(query["year"]),
        channels=frozenset(query["channel"]),
        levels=frozenset(query["level"]),
        sort=query["sort"],
        page=query["page"],
        size=query["size"],
    )
    with registry.database.read() as session:
        found = find(session, registry.finder(session), query["q"], wanted, synonyms=query["synonyms"])
        return as_json(found, _page_of)


def _page_of(kind: str, url_id: str) -> str:
    """The page people read, under the prefix the registry is mounted at."""
    return f"{request.script_root}/{kind}s/{url_id}"
