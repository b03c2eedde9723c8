"""The shapes of notes, lists, answers and decisions as they come in; the same for form, sheet and command line."""

from marshmallow import RAISE, Schema, fields, validate

from registry.rectification.rules import Progress
from registry.validation import Text

MOST_WORKDAYS = 250


class NoteSchema(Schema):
    """Why, and until when it is promised to be put right."""

    class Meta:
        unknown = RAISE

    text = Text(required=True, validate=validate.Length(max=400))
    promised_on = fields.Date(load_default=None)


class ReplySchema(Schema):
    """What a unit says to a note, or why a note ends."""

    class Meta:
        unknown = RAISE

    text = Text(required=True, validate=validate.Length(max=400))


class ListSchema(Schema):
    """A list to be issued: the title, and the working days every task has that is given none of its own."""

    class Meta:
        unknown = RAISE

    title = Text(required=True, validate=validate.Length(max=120))
    workdays = fields.Integer(required=True, validate=validate.Range(1, MOST_WORKDAYS, error="workdays_range"))


class AnswerSchema(Schema):
    """What a unit says of a task; `proof` is an address or says where the proof is."""

    class Meta:
        unknown = RAISE

    progress = fields.String(required=True, validate=validate.OneOf([one.value for one in Progress]))
    text = Text(required=True, validate=validate.Length(max=600))
    done_on = fields.Date(load_default=None)
    proof = Text(load_default=None, allow_none=True, validate=validate.Length(max=400))


class DecisionSchema(Schema):
    """Why a task goes back, or is closed all the same."""

    class Meta:
        unknown = RAISE

    reason = Text(load_default=None, allow_none=True, validate=validate.Length(max=400))
