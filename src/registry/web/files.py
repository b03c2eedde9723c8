"""Files of a publication on the pages: bringing, removing, downloading; and what was found of people, for those who may know."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session
from wtforms import MultipleFileField

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Conflict, Invalid, Issue, NotFound
from registry.files.kinds import MEDIA_TYPES, FileKind, accepted_words
from registry.publications.attachments import MOST_FILES, attach_files, bring, detach_file, get_attachment
from registry.publications.queries import PublicationRow
from registry.publications.rules import TRANSITIONS, RevisionState
from registry.publications.screening import Screening, carried_files, screen_revision
from registry.publications.tables import Attachment, Revision
from registry.web.cases import Case, find_own
from registry.web.forms import MUST
from registry.web.publication_forms import VersionForm
from registry.web.versions import version_of
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("files", __name__)

CHANGEABLE = TRANSITIONS["edit"].sources | {RevisionState.APPROVED}


class FilesForm(VersionForm):
    files = MultipleFileField(validators=[MUST], render_kw={"accept": ",".join(f".{kind.value}" for kind in FileKind)})


@dataclass(frozen=True)
class Attached:
    """The files of a version beside those of the public one, and what was found of people in all of it."""

    files: Sequence[Attachment]
    new: frozenset[UUID]
    removed: Sequence[Attachment]
    screening: Screening
    reason: str | None
    may_change: bool

    @property
    def is_compared(self) -> bool:
        return bool(self.new or self.removed)


@dataclass(frozen=True)
class FilesPage:
    """The list with its form. `most_mb` is what one file may have."""

    case: Case
    publication: PublicationRow
    attached: Attached
    form: FilesForm
    most_mb: int
    most_files: int
    accepted: str


def attached_to(session: Session, registry: Registry, actor: Actor, row: PublicationRow) -> Attached:
    """For the pages that show a version to the staff of its unit."""
    files = carried_files(session, row.revision)
    public_id = row.publication.public_revision_id
    public: Sequence[Attachment] = files
    if public_id is not None and public_id != row.revision.id:
        public = carried_files(session, session.get_one(Revision, public_id))
    kept = {one.id for one in public}
    return Attached(
        files=files,
        new=frozenset(one.id for one in files if one.id not in kept),
        removed=[one for one in public if one.id not in {file.id for file in files}],
        screening=screen_revision(session, registry.objects, row.revision),
        reason=row.revision.personal_data_reason,
        may_change=may(actor, Permission.WRITE_PUBLICATION, row.keeper_code) and row.revision.state in CHANGEABLE,
    )


@blueprint.route("/publications/<uuid:publication_id>/files", methods=["GET", "POST"])
@login_required
def files(publication_id: UUID) -> ResponseReturnValue:
    """What is attached; POST adds what can be accepted and says of the rest why not."""
    registry, actor, form, status = the_registry(), current_actor(), FilesForm(), 200
    with registry.database.read() as session:
        row, _ = find_own(session, registry, actor, publication_id)
    require(actor, Permission.WRITE_PUBLICATION, row.keeper_code)
    if request.method == "POST":
        try:
            number, issues = _add(registry, actor, publication_id, version_of(form))
            if number:
                flash(wording.label("notice", "files_added").format(count=number))
            if not issues:
                return redirect(url_for(".files", publication_id=publication_id))
            form.show(issues)
            status = 422
        except Conflict as error:
            form.tell(wording.refusal(error.code, error.context))
            status = 409
    return _files_page(registry, actor, publication_id, form), status


@blueprint.post("/publications/<uuid:publication_id>/files/<uuid:attachment_id>/remove")
@login_required
def remove(publication_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """Take a file off the draft; what was public keeps it."""
    registry, actor, form = the_registry(), current_actor(), FilesForm()
    with registry.database.read() as session:
        row, _ = find_own(session, registry, actor, publication_id)
        require(actor, Permission.WRITE_PUBLICATION, row.keeper_code)
        name = get_attachment(session, publication_id, attachment_id, actor, registry.database.today()).file_name
    try:
        with registry.database.work(actor) as work:
            detach_file(work, publication_id, attachment_id, version=version_of(form))
    except Conflict as error:
        form.tell(wording.refusal(error.code, error.context))
        return _files_page(registry, actor, publication_id, form), 409
    flash(wording.label("notice", "file_removed").format(name=name))
    return redirect(url_for(".files", publication_id=publication_id))


@blueprint.get("/publications/<uuid:publication_id>/files/<uuid:attachment_id>/<name>")
def download(publication_id: UUID, attachment_id: UUID, name: str) -> Response:
    """A file of the public version for everybody; never shown inside a page of ours, whatever it holds."""
    registry = the_registry()
    with registry.database.read() as session:
        found = get_attachment(session, publication_id, attachment_id, current_actor(), registry.database.today())
    if name != found.file_name:
        raise NotFound(subject="attachment")
    answer = Response(registry.objects.get(found.sha256), content_type=MEDIA_TYPES[found.kind])
    plain = f"{found.sha256[:12]}.{found.kind.value}"
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.set_etag(found.sha256)
    answer.make_conditional(request)
    return answer


def _add(registry: Registry, actor: Actor, publication_id: UUID, version: int) -> tuple[int, list[Issue]]:
    """Each file a change of its own, so that a bad one does not cost the good ones: how many were added, what is wrong with the rest."""
    uploads = [one for one in request.files.getlist("files") if one.filename]
    most_bytes = registry.settings.attachment_mb * 1024 * 1024
    issues = [] if uploads else [Issue("files", "file_missing")]
    number = 0
    for upload in uploads:
        try:
            brought = bring(registry.objects, upload.filename or "", upload.read(), most_bytes=most_bytes)
            with registry.database.work(actor) as work:
                attach_files(work, publication_id, [brought], version=version)
            number, version = number + 1, version + 1
        except Invalid as error:
            issues += error.issues
    return number, issues


def _files_page(registry: Registry, actor: Actor, publication_id: UUID, form: FilesForm) -> str:
    with registry.database.read() as session:
        row, case = find_own(session, registry, actor, publication_id)
        attached = attached_to(session, registry, actor, row)
    form.version.data = str(row.publication.version)
    page = FilesPage(case, row, attached, form, registry.settings.attachment_mb, MOST_FILES, accepted_words())
    return render_template("staff/files.html", page=page)
