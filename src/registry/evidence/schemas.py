"""The shape of evidence people bring in themselves; the same for form and API."""

from marshmallow import RAISE, Schema, fields, validate

from registry.validation import Text


class OfflineSchema(Schema):
    """A photograph or scan: of which channel, where, on which day, and how long the notice is up."""

    class Meta:
        unknown = RAISE

    channel = fields.String(required=True, validate=validate.Length(max=40))
    place = Text(required=True, validate=validate.Length(max=120))
    seen_on = fields.Date(required=True)
    posted_from = fields.Date(required=True)
    posted_to = fields.Date(load_default=None, allow_none=True)
    note = Text(load_default=None, allow_none=True, validate=validate.Length(max=400))
