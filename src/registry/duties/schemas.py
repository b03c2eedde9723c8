"""The shapes of recorded events, requests and decisions as they come in; the same for form and API. Unknown fields are refused."""

import re

from marshmallow import RAISE, Schema, fields, validate

from registry.duties.tables import RulingKind
from registry.validation import Text

PERIOD = re.compile(r"(?:[12][0-9]{3}(?:-(?:H[12]|Q[1-4]|0[1-9]|1[0-2]))?)?\Z")


class EventSchema(Schema):
    """What starts a count: 本级人大批准于 2026-02-12, for an item owed once a period also which period."""

    class Meta:
        unknown = RAISE

    event = Text(required=True, validate=validate.Length(max=120))
    event_on = fields.Date(required=True)
    period = fields.String(load_default="", validate=validate.Regexp(PERIOD, error="period_form"))


class RulingSchema(Schema):
    """What is asked for an occasion: `extended_to` with 延期, and from when until when it is 不适用, open where not given."""

    class Meta:
        unknown = RAISE

    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in RulingKind]))
    reason = Text(required=True, validate=validate.Length(max=400))
    extended_to = fields.Date(load_default=None)
    from_on = fields.Date(load_default=None)
    to_on = fields.Date(load_default=None)


class DecisionSchema(Schema):
    """What is answered to a request; a refusal needs the reason in `answer`."""

    class Meta:
        unknown = RAISE

    granted = fields.Boolean(required=True)
    answer = Text(load_default=None, allow_none=True, validate=validate.Length(max=400))
