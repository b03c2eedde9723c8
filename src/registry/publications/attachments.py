"""Files of a publication: bringing them to a draft, taking them off it, and who may have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from registry.accounts.permissions import Permission, may, require_person
from registry.audit.service import Action, record
from registry.database import Actor, Work
from registry.duties.tables import Duty
from registry.errors import Invalid, Issue, NotFound
from registry.files.kinds import Upload, accept, accepted_words, clean_name
from registry.objects import ObjectFolder
from registry.privacy.personal_data import without_personal_data
from registry.publications.queries import visible_to_public
from registry.publications.screening import carried_files, screen_file
from registry.publications.service import open_for_files
from registry.publications.tables import Attachment, FileScreening, Publication, RevisionAttachment

MOST_FILES = 30


@dataclass(frozen=True)
class Brought:
    """An accepted file, kept in the object folder and looked through. Made before a transaction begins: reading takes its time."""

    upload: Upload
    sha256: str
    screening: FileScreening


def bring(objects: ObjectFolder, name: str, content: bytes, *, most_bytes: int) -> Brought:
    """Check, look through and keep a file; Invalid says why it is not accepted and what would be."""
    try:
        upload = accept(name, content, most_bytes=most_bytes)
        screening = screen_file(objects.digest(content), upload.kind, content)
    except Invalid as error:
        told = {"name": without_personal_data(clean_name(name)), "accepted": accepted_words()}
        raise Invalid([Issue(one.field, one.code, {**one.context, **told}) for one in error.issues]) from error
    return Brought(upload, objects.put(content), screening)


def attach_files(work: Work, publication_id: UUID, files: Sequence[Brought], *, version: int) -> list[Attachment]:
    """Add files to the draft; to what is public, through a correction begun for that. All of them or none."""
    publication, revision = open_for_files(work, publication_id, version=version)
    carried = list(carried_files(work.session, revision))
    added: list[Attachment] = []
    for one in files:
        issues = what_blocks_attaching(one.upload.name, one.sha256, carried)
        if issues:
            raise Invalid(issues)
        added.append(_attach(work, publication, revision.id, one))
        carried.append(added[-1])
    names = [without_personal_data(one.file_name) for one in added]
    record(work, Action.PUBLICATION_ATTACH, "publication", publication.id, {"files": (None, names)})
    for one in files:
        _keep_screening(work, one.screening)
    return added


def detach_file(work: Work, publication_id: UUID, attachment_id: UUID, *, version: int) -> None:
    """Take a file off the draft. Versions that were public keep it, and so does the object folder."""
    publication, revision = open_for_files(work, publication_id, version=version)
    link = work.session.get(RevisionAttachment, (revision.id, attachment_id))
    if link is None:
        raise NotFound(subject="attachment")
    name = without_personal_data(work.session.get_one(Attachment, attachment_id).file_name)
    work.session.delete(link)
    record(work, Action.PUBLICATION_DETACH, "publication", publication.id, {"files": (name, None)})


def what_blocks_attaching(name: str, sha256: str, carried: Sequence[Attachment]) -> list[Issue]:
    """The same content or the same name twice in one version, or too many files."""
    told = without_personal_data(name)
    if len(carried) >= MOST_FILES:
        return [Issue("files", "too_many_files", {"max": MOST_FILES})]
    same = next((one for one in carried if one.sha256 == sha256), None)
    if same is not None:
        return [Issue("files", "file_repeated", {"name": told, "other": without_personal_data(same.file_name)})]
    if any(one.file_name == name for one in carried):
        return [Issue("files", "file_name_taken", {"name": told})]
    return []


def get_attachment(
    session: Session, publication_id: UUID, attachment_id: UUID, actor: Actor, as_of: date
) -> Attachment:
    """A file as `actor` may have it: staff of the unit every one, everyone else those of the version public on that day."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.publication_id != publication_id:
        raise NotFound(subject="attachment")
    publication = session.get_one(Publication, publication_id)
    if may(actor, Permission.SEE_UNPUBLISHED, session.get_one(Duty, publication.duty_id).unit_code):
        return attachment
    is_public = select(Publication.id).where(
        Publication.id == publication_id,
        RevisionAttachment.revision_id == Publication.public_revision_id,
        RevisionAttachment.attachment_id == attachment_id,
        visible_to_public(as_of),
    )
    if session.exec(is_public).first() is None:
        raise NotFound(subject="attachment")
    return attachment


def stored_digests(session: Session) -> list[str]:
    """Digests of all files that rows name; each must be in the object folder."""
    return list(session.exec(select(Attachment.sha256).distinct().order_by(col(Attachment.sha256))))


def _keep_screening(work: Work, screening: FileScreening) -> None:
    """After the entry in the log, which only one writer at a time can make: nobody adds the same row meanwhile."""
    if work.session.get(FileScreening, (screening.sha256, screening.rules)) is None:
        work.session.add(screening)
        work.session.flush()


def _attach(work: Work, publication: Publication, revision_id: UUID, brought: Brought) -> Attachment:
    attachment = Attachment(
        publication_id=publication.id,
        sha256=brought.sha256,
        file_name=brought.upload.name,
        size_bytes=len(brought.upload.content),
        kind=brought.upload.kind,
        uploaded_by=require_person(work.actor),
        uploaded_at=work.now,
    )
    work.session.add(attachment)
    work.session.flush()
    work.session.add(RevisionAttachment(revision_id=revision_id, attachment_id=attachment.id))
    work.session.flush()
    return attachment
