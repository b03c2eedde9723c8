"""What is typed to change a unit, as values; what is against the change is said by `rules.issues_with`."""

from marshmallow import RAISE, Schema, fields, validate

from registry.succession.service import LONGEST_BASIS
from registry.validation import Text


class DatedSchema(Schema):
    """The first day of the new state, and the document that orders it."""

    class Meta:
        unknown = RAISE

    on = fields.Date(required=True)
    basis = Text(load_default="", validate=validate.Length(max=LONGEST_BASIS))


class RenameSchema(DatedSchema):
    name = Text(required=True)


class MergeSchema(DatedSchema):
    """The units that go up in this one."""

    units = fields.List(fields.String(), required=True, validate=validate.Length(min=1))


class EndSchema(DatedSchema):
    """Who goes on, when somebody does."""

    successor = Text(load_default=None, allow_none=True)


class SplitSchema(DatedSchema):
    """`new_code` and `new_name` of a unit that begins with the split."""

    new_code = Text(load_default=None, allow_none=True)
    new_name = Text(load_default=None, allow_none=True)
    successor = Text(load_default=None, allow_none=True)
