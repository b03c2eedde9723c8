"""The shape of a briefing as it comes in to be issued. Unknown fields are refused."""

import re

from marshmallow import RAISE, Schema, fields, validate

from registry.validation import Text

# 楚政公开办〔2026〕3号: a year in the brackets of document numbers, and a number without noughts before it.
NUMBER = re.compile(r"[^〔〕\s]{1,30}〔20[0-9]{2}〕[1-9][0-9]{0,3}号\Z")

LONGEST = 20_000


class BriefingSchema(Schema):
    """The edited texts, the number it goes out under, its day, and the digest of the figures it was drafted from."""

    class Meta:
        unknown = RAISE

    title = Text(required=True, validate=validate.Length(max=120))
    addressee = Text(required=True, validate=validate.Length(max=200))
    basis = Text(required=True, validate=validate.Length(max=LONGEST))
    scope = Text(required=True, validate=validate.Length(max=LONGEST))
    overall = Text(required=True, validate=validate.Length(max=LONGEST))
    problems = Text(required=True, validate=validate.Length(max=LONGEST))
    requirements = Text(required=True, validate=validate.Length(max=LONGEST))
    organ = Text(required=True, validate=validate.Length(max=60))
    number = Text(required=True, validate=validate.Regexp(NUMBER, error="briefing_number"))
    issued_on = fields.Date(required=True)
    digest = fields.String(required=True)
