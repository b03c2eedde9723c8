"""The shape of a recorded event as it comes in; the same for form, API and command line. Unknown fields are refused."""

import re

from marshmallow import RAISE, Schema, fields, validate

from registry.validation import Text

PERIOD = re.compile(r"(?:[12][0-9]{3}(?:-(?:H[12]|Q[1-4]|0[1-9]|1[0-2]))?)?\Z")


class EventSchema(Schema):
    """What starts a count: 本级人大批准于 2026-02-12, for an item owed once a period also which period."""

    class Meta:
        unknown = RAISE

    event = Text(required=True, validate=validate.Length(max=120))
    event_on = fields.Date(required=True)
    period = fields.String(load_default="", validate=validate.Regexp(PERIOD, error="period_form"))
