"""Pages of a list. A page past the end is empty and still says the true total."""

from collections.abc import Sequence
from typing import TypeVar

from marshmallow import RAISE, Schema, fields, validate

LARGEST_PAGE = 200
LAST_PAGE = 100_000

Row = TypeVar("Row")


class PageSchema(Schema):
    """Base of every list's query: which page, how many rows on it."""

    class Meta:
        unknown = RAISE

    page = fields.Integer(load_default=1, validate=validate.Range(1, LAST_PAGE, error="out_of_range"))
    size = fields.Integer(load_default=50, validate=validate.Range(1, LARGEST_PAGE, error="out_of_range"))


class PagedSchema(Schema):
    """Base of every list's answer; `total` counts all rows, not those of the page."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    size = fields.Integer(required=True)


def cut(rows: Sequence[Row], page: int, size: int) -> Sequence[Row]:
    return rows[(page - 1) * size : page * size]
