"""附件: files of a publication, and what was found of people in it. A file comes as the body of the request, its name in the query."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, request
from marshmallow import RAISE, Schema, fields, validate

from registry.accounts.permissions import Permission, may, require
from registry.api.auth import require_person
from registry.api.context import current_actor, current_registry
from registry.api.operations import Noun
from registry.api.publications import IF_MATCH
from registry.api.versions import expected_version, version_header
from registry.database import Work
from registry.errors import NotFound
from registry.files.kinds import MEDIA_TYPES
from registry.publications import queries
from registry.publications.attachments import attach_files, bring, detach_file, get_attachment
from registry.publications.records import attachment_record, screening_record
from registry.publications.screening import carried_files, screen_revision

OCTETS = "application/octet-stream"

blueprint = Noun("files", media_type=OCTETS)

Answer = tuple[dict[str, Any], int, dict[str, str]]


class FileNameSchema(Schema):
    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=validate.Length(1, 400))


class AttachmentSchema(Schema):
    id = fields.String(required=True, metadata={"format": "uuid"})
    name = fields.String(required=True)
    kind = fields.String(required=True)
    media_type = fields.String(required=True)
    size_bytes = fields.Integer(required=True)
    sha256 = fields.String(required=True)


class AttachmentsSchema(Schema):
    total = fields.Integer(required=True)
    files = fields.List(fields.Nested(AttachmentSchema), required=True)


class FoundSchema(Schema):
    """Personal data in one place; `masked` is what to write instead."""

    field = fields.String(required=True)
    where = fields.String(required=True)
    kind = fields.String(required=True)
    masked = fields.String(required=True)


class ScreeningSchema(Schema):
    """`total` also counts what the list of a file with very many leaves out, and places that could not be read."""

    total = fields.Integer(required=True)
    found = fields.List(fields.Nested(FoundSchema), required=True)
    not_read = fields.List(fields.String(), required=True)


@blueprint.route("/publications/<uuid:publication_id>/files")
@blueprint.operation(404)
@blueprint.response(200, AttachmentsSchema)
def list_files(publication_id: UUID) -> Answer:
    """The files of the version the reader may see; of what was withdrawn, for staff only."""
    registry = current_registry()
    with registry.database.read() as session:
        row = queries.get_for(session, publication_id, current_actor(), registry.database.today())
        is_staff = may(current_actor(), Permission.SEE_UNPUBLISHED, row.keeper_code)
        found = carried_files(session, row.revision) if is_staff or row.state != "withdrawn" else []
        record = {"total": len(found), "files": [attachment_record(one) for one in found]}
        return record, 200, dict(version_header(row.publication.version))


@blueprint.route("/publications/<uuid:publication_id>/files", methods=["POST"])
@blueprint.operation(409, 412, 428, changes=True)
@blueprint.doc(
    parameters=[IF_MATCH],
    requestBody={"required": True, "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}}},
)
@blueprint.arguments(FileNameSchema, location="query")
@blueprint.response(201, AttachmentsSchema)
def attach_file(query: dict[str, Any], publication_id: UUID) -> Answer:
    """Add a file to the draft, or to a correction of what is public. PDF, XLSX, DOCX, CSV, TXT; told by content, not by name."""
    registry, actor = current_registry(), require_person()
    version = expected_version()
    with registry.database.read() as session:
        row = queries.get_for(session, publication_id, actor, registry.database.today())
    require(actor, Permission.WRITE_PUBLICATION, row.keeper_code)
    most = registry.settings.attachment_mb * 1024 * 1024
    brought = bring(registry.objects, query["name"], request.get_data(), most_bytes=most)
    with registry.database.work(actor) as work:
        attach_files(work, publication_id, [brought], version=version)
        return _answer(work, publication_id, 201)


@blueprint.route("/publications/<uuid:publication_id>/files/<uuid:attachment_id>", methods=["DELETE"])
@blueprint.operation(409, 412, 428, changes=True)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.response(200, AttachmentsSchema)
def remove_file(publication_id: UUID, attachment_id: UUID) -> Answer:
    """Take a file off the draft; versions that were public keep it."""
    actor, version = require_person(), expected_version()
    with current_registry().database.work(actor) as work:
        detach_file(work, publication_id, attachment_id, version=version)
        return _answer(work, publication_id, 200)


@blueprint.route("/publications/<uuid:publication_id>/files/<uuid:attachment_id>")
@blueprint.operation(404)
@blueprint.doc(
    responses={"200": {"description": "OK", "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}}}}
)
def download_file(publication_id: UUID, attachment_id: UUID) -> Response:
    """The file itself."""
    registry = current_registry()
    with registry.database.read() as session:
        found = get_attachment(session, publication_id, attachment_id, current_actor(), registry.database.today())
    answer = Response(registry.objects.get(found.sha256), content_type=MEDIA_TYPES[found.kind])
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.file_name)}"
    return answer


@blueprint.route("/publications/<uuid:publication_id>/personal-data")
@blueprint.operation(403, 404)
@blueprint.doc(security=[{"token": []}])
@blueprint.response(200, ScreeningSchema)
def show_personal_data(publication_id: UUID) -> dict[str, Any]:
    """What was found of people in the newest version, with its places and what to write instead. For staff of the unit."""
    registry, actor = current_registry(), require_person()
    with registry.database.read() as session:
        row = queries.get_for(session, publication_id, actor, registry.database.today())
        if not may(actor, Permission.SEE_UNPUBLISHED, row.keeper_code):
            raise NotFound(subject="publication")
        return screening_record(screen_revision(session, registry.objects, row.revision))


def _answer(work: Work, publication_id: UUID, status: int) -> Answer:
    work.session.flush()
    row = queries.get_for(work.session, publication_id, work.actor, work.today)
    found = carried_files(work.session, row.revision)
    record = {"total": len(found), "files": [attachment_record(one) for one in found]}
    return record, status, dict(version_header(row.publication.version))
