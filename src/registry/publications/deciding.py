"""What a reviewer decides: approve, return, and confirm what the office approved in the reviewer's place."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from registry.accounts.permissions import Permission, require_person
from registry.audit.service import Action, record
from registry.database import Work
from registry.errors import Conflict, Forbidden, Invalid, Issue
from registry.objects import ObjectFolder
from registry.publications.rules import RevisionState, what_blocks_approving, what_personal_data_blocks
from registry.publications.screening import screen_revision
from registry.publications.service import issues_before_submitting
from registry.publications.steps import (
    add_revision,
    content_of,
    latest_revision,
    masked,
    overridden,
    own,
    public_revision,
    require_alive,
    require_step,
    touch,
    word_of,
)
from registry.publications.tables import Publication, Revision


def approve_publication(
    work: Work,
    publication_id: UUID,
    *,
    version: int,
    objects: ObjectFolder,
    checks: Sequence[str],
    asked: Mapping[str, str],
    override_reason: str | None = None,
) -> Revision:
    """Make the submitted revision public from its day on; every point `asked` must be among `checks` (先审查、后公开).

    Personal data is looked for once more, by the rules of now.
    With `override_reason` the office decides in the place of a reviewer the unit does not have or cannot wait for: still another person
    than the authors and with the same points, and a reviewer of the unit has to look at it afterwards.
    """
    permission = Permission.OVERRIDE_REVIEW if override_reason else Permission.REVIEW_PUBLICATION
    publication = own(work, publication_id, permission, version)
    require_alive(publication)
    revision = latest_revision(work, publication_id)
    require_step("approve", revision, work)
    screening = screen_revision(work.session, objects, revision)
    issues = what_blocks_approving(checks, asked) + issues_before_submitting(work, publication, revision)
    issues += what_personal_data_blocks(screening.issues(), reason=revision.personal_data_reason)
    if issues:
        raise Invalid(issues)
    _supersede_public(work, publication)
    revision.state, revision.reviewer_id, revision.decided_at = (
        RevisionState.APPROVED,
        require_person(work.actor),
        work.now,
    )
    revision.review_checks, revision.override_reason = list(checks), override_reason
    publication.public_revision_id = revision.id
    publication.published_on = min(filter(None, (publication.published_on, revision.published_on)))
    work.session.add_all([revision, publication])
    changes = {"published_on": (None, revision.published_on), **overridden(screening)}
    if override_reason:
        changes["override_reason"] = (None, masked(override_reason))
    record(work, Action.PUBLICATION_APPROVE, "publication", publication.id, changes)
    touch(work, publication)
    return revision


def return_publication(
    work: Work, publication_id: UUID, *, version: int, reasons: Sequence[Mapping[str, str]]
) -> Revision:
    """Send the submitted revision back with reasons tied to fields.

    What the office approved and a reviewer of the unit finds wrong stays public until it is corrected: the reasons go to a new version.
    """
    publication = own(work, publication_id, Permission.REVIEW_PUBLICATION, version)
    revision = latest_revision(work, publication_id)
    if revision.awaits_confirming:
        _require_may_confirm(work, revision)
        revision = add_revision(work, publication, content_of(revision), revision)
        revision.author_id, revision.authors = _writers_of_public(work, publication)
    else:
        require_step("return", revision, work)
    if not reasons:
        raise Invalid([Issue("reasons", "reason_missing")])
    revision.state, revision.reviewer_id, revision.decided_at = (
        RevisionState.RETURNED,
        require_person(work.actor),
        work.now,
    )
    revision.return_reasons = [dict(reason) for reason in reasons]
    work.session.add(revision)
    changes = {"reasons": (None, masked(revision.return_reasons))}
    record(work, Action.PUBLICATION_RETURN, "publication", publication.id, changes)
    return revision


def confirm_publication(work: Work, publication_id: UUID, *, version: int) -> Revision:
    """A reviewer of the unit has looked at what the office approved, and finds nothing wrong."""
    publication = own(work, publication_id, Permission.REVIEW_PUBLICATION, version)
    revision = public_revision(work, publication)
    if not revision.awaits_confirming:
        raise Conflict("wrong_state", state=word_of(revision, work.today))
    _require_may_confirm(work, revision)
    revision.confirmed_by, revision.confirmed_at = require_person(work.actor), work.now
    work.session.add(revision)
    record(work, Action.PUBLICATION_CONFIRM, "publication", publication.id, {"revision": (None, revision.number)})
    return revision


def _require_may_confirm(work: Work, revision: Revision) -> None:
    require_step("confirm", revision, work)
    if work.actor.user_id == revision.reviewer_id:
        raise Forbidden("two_persons")


def _writers_of_public(work: Work, publication: Publication) -> tuple[UUID, list[str]]:
    """The returned version is still what its authors wrote, not what the reviewer did."""
    before = public_revision(work, publication)
    return before.author_id, list(before.authors)


def _supersede_public(work: Work, publication: Publication) -> None:
    if publication.public_revision_id is None:
        return
    before = public_revision(work, publication)
    if before.state is RevisionState.APPROVED:
        before.state = RevisionState.SUPERSEDED
        work.session.add(before)
