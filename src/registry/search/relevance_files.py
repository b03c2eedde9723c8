"""Files of documents and judged queries, as people write them by hand."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load

from registry.errors import Invalid, Issue
from registry.search.documents import PUBLICATION
from registry.search.relevance import Judged


class Several(fields.Field):
    """One value or a list of them; always a tuple of texts."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> tuple[str, ...]:
        values = value if isinstance(value, list) else [value]
        return tuple(str(one) for one in values if one not in (None, ""))


class Plain(fields.Field):
    """A text; numbers are written out."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        if isinstance(value, list | dict):
            raise ValidationError("not_text")
        return str(value)


class Written(Schema):
    """A record written by hand: what is nothing is not there, and what nobody knows does no harm."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def leave_out_nothing(self, record: Any, **_: Any) -> Any:
        return (
            {name: value for name, value in record.items() if value is not None} if isinstance(record, dict) else record
        )


class DocumentSchema(Written):
    """A document; only `id` and `title` must be there."""

    id = Plain(required=True)
    title = Plain(required=True)
    kind = Plain(load_default=PUBLICATION)
    l1 = Plain(load_default="")
    l2 = Plain(load_default="")
    content = Several(load_default=())
    basis = Several(load_default=())
    unit = Several(load_default=())
    area = Plain(load_default="")
    channels = Several(load_default=())
    status = Plain(load_default="")
    docno = Plain(load_default="")
    date = Plain(load_default="")


class QuerySchema(Written):
    id = Plain(required=True)
    query = Plain(required=True)
    must_ids = Several(load_default=())
    ok_ids = Several(load_default=())
    must_not_ids = Several(load_default=())
    first = Several(load_default=())
    expect_zero = fields.Boolean(load_default=False)
    filters = fields.Dict(load_default=dict)

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Judged:
        return Judged(**loaded)


class RelevanceSetSchema(Written):
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
