"""Files of documents and judged queries, as people write them by hand."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load

from registry.errors import Invalid, Issue
from registry.search.documents import PUBLICATION
from registry.search.relevance import Judged


class Several(fields.Field):
    """One value or a list of them; always a tuple of texts."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> tuple[str, ...]:
        values = value if isinstance(value, list) else [value]
        return tuple(str(one) for one in values if one not in (None, ""))


class DocumentSchema(Schema):
    """A document as files of this kind write it; only `id` and `title` must be there."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(load_default=PUBLICATION, allow_none=True)
    l1 = fields.String(load_default="", allow_none=True)
    l2 = fields.String(load_default="", allow_none=True)
    content = Several(load_default=())
    basis = Several(load_default=())
    unit = Several(load_default=())
    area = fields.String(load_default="", allow_none=True)
    channels = Several(load_default=())
    status = fields.String(load_default="", allow_none=True)
    docno = fields.String(load_default="", allow_none=True)
    date = fields.String(load_default="", allow_none=True)


class QuerySchema(Schema):
    class Meta:
        unknown = EXCLUDE

    id = fields.String(required=True)
    query = fields.String(required=True)
    must_ids = Several(load_default=())
    ok_ids = Several(load_default=())
    must_not_ids = Several(load_default=())
    first = Several(load_default=())
    expect_zero = fields.Boolean(load_default=False)
    filters = fields.Dict(load_default=dict, allow_none=True)

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Judged:
        return Judged(**{**loaded, "filters": loaded["filters"] or {}})


class RelevanceSetSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    documents = fields.List(fields.Nested(DocumentSchema), required=True)
    queries = fields.List(fields.Nested(QuerySchema), required=True)


def read_relevance_set(record: Any) -> tuple[list[dict[str, Any]], list[Judged]]:
    """Documents and queries of a file's JSON; raises Invalid naming the first thing that is wrong with it."""
    try:
        loaded = RelevanceSetSchema().load(record)
    except ValidationError as error:
        raise Invalid([Issue(_place(error.messages), "bad_relevance_set")]) from None
    return loaded["documents"], loaded["queries"]


def _place(messages: Any) -> str:
    """The path to the first fault, such as queries.3.id."""
    path = []
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        path.append(str(key))
    return ".".join(path)
