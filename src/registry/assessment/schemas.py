"""The shapes of a self-assessment and of the office's answer as they come in. Unknown fields are refused."""

import re

from marshmallow import RAISE, Schema, fields, validate

from registry.assessment.tables import Answer, SelfVerdict
from registry.validation import Text, web_address

PERIOD = re.compile(r"[12][0-9]{3}(?:-Q[1-4])?\Z")


class SelfAssessmentSchema(Schema):
    """A verdict for a year (2026) or quarter (2026-Q1), why, and what proves it: an address, or a document number and its day."""

    class Meta:
        unknown = RAISE

    period = fields.String(required=True, validate=validate.Regexp(PERIOD, error="year_or_quarter"))
    verdict = fields.String(required=True, validate=validate.OneOf([one.value for one in SelfVerdict]))
    reason = Text(required=True, validate=validate.Length(max=1000))
    evidence_address = Text(load_default=None, allow_none=True, validate=[validate.Length(max=400), web_address])
    evidence_doc_no = Text(load_default=None, allow_none=True, validate=validate.Length(max=60))
    evidence_on = fields.Date(load_default=None, allow_none=True)


class AnswerSchema(Schema):
    """What the office says to it; 有异议 needs the reason."""

    class Meta:
        unknown = RAISE

    answer = fields.String(required=True, validate=validate.OneOf([one.value for one in Answer]))
    answer_reason = Text(load_default=None, allow_none=True, validate=validate.Length(max=400))
