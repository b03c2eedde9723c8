"""What the API is asked about publications, and the shapes of its answers: lists of fields, never a row."""

from marshmallow import Schema, fields, validate

from registry.api.choices import name_field
from registry.api.paging import PagedSchema, PageSchema
from registry.evidence.rules import Outcome
from registry.publications.duplicates import Likeness
from registry.publications.rules import Why

PENDING = ("draft", "returned", "submitted", "scheduled")
STATES = [*PENDING, "published", "withdrawn", "superseded"]


class PublicationQuerySchema(PageSchema):
    unit = name_field()
    area = name_field()
    item = name_field()


class PendingQuerySchema(PageSchema):
    unit = name_field()
    state = fields.List(
        fields.String(validate=validate.OneOf(PENDING)), load_default=list, validate=validate.Length(max=len(PENDING))
    )


class ChannelUsedSchema(Schema):
    channel = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)


class RevisionSchema(Schema):
    """The content of one version."""

    revision = fields.Integer(required=True)
    title = fields.String(required=True)
    doc_no = fields.String(required=True, allow_none=True)
    summary = fields.String(required=True, allow_none=True)
    formed_on = fields.String(required=True, metadata={"format": "date"})
    published_on = fields.String(required=True, metadata={"format": "date"})
    elements = fields.List(fields.String(), required=True)
    channels = fields.List(fields.Nested(ChannelUsedSchema), required=True)
    interprets_id = fields.String(
        required=True,
        allow_none=True,
        metadata={"format": "uuid", "description": "the publication it explains"},
    )
    correction_why = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Why)))
    correction_reason = fields.String(required=True, allow_none=True)


class ReasonSchema(Schema):
    field = fields.String(required=True)
    text = fields.String(required=True)


class ReplySchema(ReasonSchema):
    """A reason the version before was returned for, and what its author said to it."""

    reply = fields.String(required=True, allow_none=True)


class PublicationAnswerSchema(RevisionSchema):
    """A publication with the version the reader may see: staff of its unit the newest, everyone else the public one."""

    id = fields.String(required=True, metadata={"format": "uuid"})
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    unit = fields.String(required=True)
    item = fields.String(required=True)
    area = fields.String(required=True)
    duty = fields.String(required=True, metadata={"format": "uuid"})
    occasion = fields.String(required=True, metadata={"format": "uuid"})
    period = fields.String(required=True, allow_none=True)
    event = fields.String(required=True, allow_none=True)
    due_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    first_published_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    withdrawn_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    withdrawal_why = fields.String(required=True, allow_none=True, validate=validate.OneOf(list(Why)))
    withdrawal_reason = fields.String(required=True, allow_none=True)
    superseded_on = fields.String(required=True, allow_none=True, metadata={"format": "date"})
    successor = fields.String(required=True, allow_none=True, metadata={"format": "uuid"})
    version = fields.Integer(required=True)
    return_reasons = fields.List(fields.Nested(ReasonSchema), metadata={"description": "for staff only"})
    replies = fields.List(fields.Nested(ReplySchema), metadata={"description": "for staff only"})
    override_reason = fields.String(allow_none=True, metadata={"description": "for staff only"})
    personal_data_reason = fields.String(allow_none=True, metadata={"description": "for staff only"})


class DuplicateSchema(Schema):
    """A publication of the unit that a new one may repeat, and in what they are alike."""

    id = fields.String(required=True, metadata={"format": "uuid"})
    title = fields.String(required=True)
    likenesses = fields.List(fields.String(validate=validate.OneOf(list(Likeness))), required=True)


class CreatedSchema(PublicationAnswerSchema):
    duplicates = fields.List(fields.Nested(DuplicateSchema), required=True)


class PublicationsSchema(PagedSchema):
    publications = fields.List(fields.Nested(PublicationAnswerSchema), required=True)


class RevisionsSchema(Schema):
    total = fields.Integer(required=True)
    revisions = fields.List(fields.Nested(RevisionSchema), required=True)


class EvidenceSchema(Schema):
    """What was seen at an address or place, when, and why that is the outcome."""

    id = fields.String(required=True, metadata={"format": "uuid"})
    publication = fields.String(required=True, metadata={"format": "uuid"})
    channel = fields.String(required=True)
    address = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf([one.value for one in Outcome]))
    reason = fields.String(required=True, allow_none=True)
    seen_at = fields.AwareDateTime(required=True)
    status_code = fields.Integer(required=True, allow_none=True)
    final_address = fields.String(required=True, allow_none=True)
    sha256 = fields.String(required=True, allow_none=True)
    size_bytes = fields.Integer(required=True, allow_none=True)
    title_found = fields.Boolean(required=True, allow_none=True)
    media_type = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    posted_from = fields.Date(required=True, allow_none=True)
    posted_to = fields.Date(required=True, allow_none=True)
    page_title = fields.String(required=True, allow_none=True, metadata={"description": "once the capture is cleared"})
    note = fields.String(required=True, allow_none=True, metadata={"description": "once the capture is cleared"})
    has_capture = fields.Boolean(required=True, metadata={"description": "whether the reader may have it"})
    cleared = fields.Boolean(metadata={"description": "whether everybody may have the capture; for staff only"})


class EvidencesSchema(Schema):
    total = fields.Integer(required=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), required=True)
