"""What every step in the life of a publication begins with: row locked, right checked, version compared, transition allowed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from registry.accounts.permissions import Permission, may, require, require_person
from registry.database import Work
from registry.duties.tables import Duty
from registry.errors import Conflict, Forbidden, NotFound
from registry.privacy.personal_data import without_personal_data
from registry.publications.rules import RevisionState, refusal, state_word
from registry.publications.screening import Screening, carried_files
from registry.publications.tables import Publication, Revision, RevisionAttachment
from registry.units.queries import keeper_of

CONTENT = ("title", "doc_no", "summary", "formed_on", "published_on", "interprets_id", "elements", "channels")


def own(work: Work, publication_id: UUID, permission: Permission, version: int) -> Publication:
    """The publication, locked for this change. What is not the actor's to know is NotFound; a version passed by is a Conflict."""
    query = select(Publication).where(Publication.id == publication_id).with_for_update()
    publication = work.session.exec(query).one_or_none()
    if publication is None:
        raise NotFound(subject="publication")
    unit_code = keeper_of(work.session, work.session.get_one(Duty, publication.duty_id).unit_code, work.today)
    if publication.public_revision_id is None and not may(work.actor, Permission.SEE_UNPUBLISHED, unit_code):
        raise NotFound(subject="publication")
    require(work.actor, permission, unit_code)
    if publication.version != version:
        raise Conflict("version_passed", expected=version, found=publication.version)
    publication.version += 1
    work.session.add(publication)
    return publication


def latest_revision(work: Work, publication_id: UUID) -> Revision:
    """The revision being worked on, or the last decided one."""
    newest = select(Revision).where(Revision.publication_id == publication_id).order_by(col(Revision.number).desc())
    revision = work.session.exec(newest).first()
    if revision is None:
        raise NotFound(subject="publication")
    return revision


def public_revision(work: Work, publication: Publication) -> Revision:
    """The revision the public sees; Conflict when there is none."""
    if publication.public_revision_id is None:
        latest = latest_revision(work, publication.id)
        raise Conflict("wrong_state", state=word_of(latest, work.today))
    return work.session.get_one(Revision, publication.public_revision_id)


def require_step(verb: str, revision: Revision, work: Work) -> None:
    """Conflict in the wrong state, Forbidden for who wrote it."""
    code = refusal(verb, revision.state, writers=revision.writers, actor_id=work.actor.user_id)
    if code == "two_persons":
        raise Forbidden("two_persons")
    if code is not None:
        raise Conflict(code, state=word_of(revision, work.today))


def require_alive(publication: Publication) -> None:
    """What was withdrawn or replaced stays as it is, so that its public days stay true; the disclosure is registered anew."""
    if publication.withdrawn_on is not None:
        raise Conflict("withdrawn_for_good", withdrawn_on=publication.withdrawn_on.isoformat())
    if publication.superseded_on is not None:
        raise Conflict("superseded_for_good", superseded_on=publication.superseded_on.isoformat())


def add_revision(work: Work, publication: Publication, values: Mapping[str, Any], before: Revision | None) -> Revision:
    """The next version, a draft of the actor with the files of the one before.

    Who wrote on a version that never became public stays among its authors.
    """
    author_id = require_person(work.actor)
    authors = [] if before is None or before.state is RevisionState.APPROVED else before.authors
    revision = Revision(
        publication_id=publication.id,
        number=before.number + 1 if before else 1,
        state=RevisionState.DRAFT,
        author_id=author_id,
        authors=with_author(authors, author_id),
        edited_at=work.now,
        return_reasons=[],
        review_checks=[],
        replies=before.reasons_to_answer if before and before.state is RevisionState.RETURNED else [],
        **content_in(values),
    )
    if before is not None and before.state is RevisionState.RETURNED:
        revision.correction_why, revision.correction_reason = before.correction_why, before.correction_reason
        revision.personal_data_reason = before.personal_data_reason
    work.session.add(revision)
    work.session.flush()
    for attachment in carried_files(work.session, before) if before else ():
        work.session.add(RevisionAttachment(revision_id=revision.id, attachment_id=attachment.id))
    return revision


def take_over(work: Work, revision: Revision) -> None:
    """Whoever changes the draft is its author from now on, and stays among its authors."""
    revision.author_id, revision.edited_at = require_person(work.actor), work.now
    revision.authors = with_author(revision.authors, revision.author_id)
    work.session.add(revision)


def masked(value: Any) -> Any:
    """A value as the log may keep it for ever."""
    if isinstance(value, str):
        return without_personal_data(value)
    if isinstance(value, list):
        return [masked(one) for one in value]
    return {name: masked(one) for name, one in value.items()} if isinstance(value, dict) else value


def overridden(screening: Screening) -> dict[str, tuple[Any, Any]]:
    """Kinds and numbers of the personal data that is published with a reason; never what it is."""
    return {} if screening.is_clean else {"personal_data": (None, dict(screening.counts))}


def content_in(values: Mapping[str, Any]) -> dict[str, Any]:
    """The content as a row has it; what may be left out is None."""
    return {name: values.get(name) for name in CONTENT}


def content_of(revision: Revision) -> dict[str, Any]:
    return {name: getattr(revision, name) for name in CONTENT}


def with_author(authors: list[str], author_id: UUID) -> list[str]:
    return authors if str(author_id) in authors else [*authors, str(author_id)]


def word_of(revision: Revision, today: date) -> str:
    return state_word(revision.state, revision.published_on, today)


def touch(work: Work, publication: Publication) -> None:
    """What the publication says and what its item still owes both changed."""
    work.touch("publication", publication.id)
    work.touch("item", work.session.get_one(Duty, publication.duty_id).item_id)
