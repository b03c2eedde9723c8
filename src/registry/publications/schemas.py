"""The shape of a publication as it comes in; the same for form, API, command line and import row. Unknown fields are refused."""

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates

from registry.errors import Invalid, Issue
from registry.publications.rules import REASONS, Why
from registry.validation import Text, web_address


class ChannelSchema(Schema):
    """Where it was disclosed: a channel's code, and an address (online) or a place (offline)."""

    class Meta:
        unknown = RAISE

    channel = fields.String(required=True, validate=validate.Length(max=40))
    address = Text(load_default=None, allow_none=True, validate=[validate.Length(max=400), web_address])
    place = Text(load_default=None, allow_none=True, validate=validate.Length(max=120))


class PublicationSchema(Schema):
    """What a clerk registers for an occasion."""

    class Meta:
        unknown = RAISE

    title = Text(required=True, validate=validate.Length(max=200))
    doc_no = Text(load_default=None, allow_none=True, validate=validate.Length(max=60))
    summary = Text(load_default=None, allow_none=True, validate=validate.Length(max=2000))
    formed_on = fields.Date(required=True)
    published_on = fields.Date(required=True)
    elements = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=200))
    channels = fields.List(fields.Nested(ChannelSchema), load_default=list, validate=validate.Length(max=20))
    interprets_id = fields.UUID(load_default=None, allow_none=True)

    @validates("elements")
    def elements_once(self, value: list[Any], **_: Any) -> None:
        if len(set(value)) != len(value):
            raise ValidationError("repeated")

    @post_load
    def plain(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data["elements"] = [str(one) for one in data["elements"]]
        return data


class WhySchema(Schema):
    """Why something public changes: one of the short list of `verb`, and in words what that leaves open."""

    class Meta:
        unknown = RAISE

    why = fields.String(load_default=None, allow_none=True)
    reason = Text(load_default=None, allow_none=True, validate=validate.Length(max=400))

    @post_load
    def as_why(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data["why"] = Why(data["why"]) if data["why"] else None
        return data


class EditSchema(PublicationSchema):
    """A publication changed: replies to the reasons it was returned for, in their order, and why something public is corrected."""

    why = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(REASONS["correct"]))
    reason = Text(load_default=None, allow_none=True, validate=validate.Length(max=400))
    replies = fields.List(
        Text(allow_none=True, validate=validate.Length(max=400)), load_default=list, validate=validate.Length(max=20)
    )


def require_known_channels(values: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise Invalid for channels nobody has given a name; `known` are the codes of `standards/columns.yaml`."""
    issues = [
        Issue(f"channels.{index}.channel", "not_a_choice", {"found": one["channel"]})
        for index, one in enumerate(values["channels"])
        if one["channel"] not in known
    ]
    if issues:
        raise Invalid(issues)


class ReturnReasonSchema(Schema):
    """Why a revision goes back: tied to a field, or to the whole (empty field)."""

    class Meta:
        unknown = RAISE

    field = fields.String(load_default="", validate=validate.OneOf(["", *PublicationSchema().fields, "files"]))
    text = Text(required=True, validate=validate.Length(max=400))


class ReturnSchema(Schema):
    """Everything that is wrong with a submitted revision, at once."""

    class Meta:
        unknown = RAISE

    reasons = fields.List(fields.Nested(ReturnReasonSchema), load_default=list, validate=validate.Length(max=20))


class ApprovalSchema(Schema):
    """The points of the review that were ticked."""

    class Meta:
        unknown = RAISE

    checks = fields.List(
        fields.String(validate=validate.Length(max=40)), load_default=list, validate=validate.Length(max=20)
    )
    override_reason = Text(load_default=None, allow_none=True, validate=validate.Length(max=400))


class SubmissionSchema(Schema):
    """What goes with a draft that is handed over: why it is published although personal data was found in it."""

    class Meta:
        unknown = RAISE

    personal_data_reason = Text(load_default=None, allow_none=True, validate=validate.Length(max=400))


class WithdrawalSchema(WhySchema):
    """Why something public is taken back, and what stands in its place; everybody reads it. 其他 when no reason of the list is named."""

    why = fields.String(load_default=Why.OTHER.value, allow_none=True, validate=validate.OneOf(REASONS["withdraw"]))
    successor = fields.UUID(load_default=None, allow_none=True)


class SupersedingSchema(WhySchema):
    """Which publication stands in the place of this one, and why."""

    why = fields.String(load_default=Why.REPLACED.value, allow_none=True, validate=validate.OneOf(REASONS["supersede"]))
    successor = fields.UUID(required=True)
