"""How something public ends: taken back, or replaced by another publication. Its address stays and says why."""

from uuid import UUID

from registry.accounts.permissions import Permission
from registry.audit.service import Action, record
from registry.database import Work
from registry.duties.tables import Duty
from registry.errors import Invalid, Issue
from registry.privacy.telling import issues_in
from registry.publications.rules import RevisionState, Why, what_reason_lacks
from registry.publications.steps import own, public_revision, require_alive, require_step, touch
from registry.publications.tables import Publication


def withdraw_publication(
    work: Work,
    publication_id: UUID,
    *,
    version: int,
    why: Why | None = Why.OTHER,
    reason: str | None = None,
    successor_id: UUID | None = None,
) -> Publication:
    """Take what is public back, with a reason that the public reads at the same address, and what stands in its place if anything does."""
    publication = own(work, publication_id, Permission.WITHDRAW_PUBLICATION, version)
    revision = public_revision(work, publication)
    require_step("withdraw", revision, work)
    _require_reason(work, publication, "withdraw", why, reason, successor_id)
    revision.state = RevisionState.WITHDRAWN
    publication.withdrawn_on = work.today
    publication.withdrawal_why, publication.withdrawal_reason = why, _text(reason)
    publication.successor_id = successor_id
    work.session.add_all([revision, publication])
    changes = {"why": (None, why), "reason": (None, _text(reason)), "successor": (None, successor_id)}
    record(work, Action.PUBLICATION_WITHDRAW, "publication", publication.id, changes)
    touch(work, publication)
    return publication


def supersede_publication(
    work: Work,
    publication_id: UUID,
    *,
    version: int,
    successor_id: UUID | None,
    why: Why | None = Why.REPLACED,
    reason: str | None = None,
) -> Publication:
    """Say that another public publication of the unit stands in the place of this one, which stays to be read and counted."""
    publication = own(work, publication_id, Permission.WITHDRAW_PUBLICATION, version)
    revision = public_revision(work, publication)
    require_alive(publication)
    require_step("supersede", revision, work)
    if successor_id is None:
        raise Invalid([Issue("successor", "required")])
    _require_reason(work, publication, "supersede", why, reason, successor_id)
    publication.superseded_on, publication.successor_id = work.today, successor_id
    publication.withdrawal_why, publication.withdrawal_reason = why, _text(reason)
    work.session.add(publication)
    changes = {"why": (None, why), "reason": (None, _text(reason)), "successor": (None, successor_id)}
    record(work, Action.PUBLICATION_SUPERSEDE, "publication", publication.id, changes)
    touch(work, publication)
    return publication


def _require_reason(
    work: Work, publication: Publication, verb: str, why: Why | None, reason: str | None, successor_id: UUID | None
) -> None:
    issues = what_reason_lacks(verb, why, reason) + issues_in("reason", reason)
    if successor_id is not None and not _may_succeed(work, publication, successor_id):
        issues.append(Issue("successor", "successor_unknown", {"found": str(successor_id)}))
    elif successor_id is None and why is Why.REPLACED:
        issues.append(Issue("successor", "required"))
    if issues:
        raise Invalid(issues)


def _may_succeed(work: Work, publication: Publication, successor_id: UUID) -> bool:
    """Another publication of the same unit that is public now and was not replaced itself, so that nothing leads in a circle."""
    other = work.session.get(Publication, successor_id)
    if other is None or other.id == publication.id or other.withdrawn_on or other.superseded_on:
        return False
    units = {work.session.get_one(Duty, one.duty_id).unit_code for one in (publication, other)}
    return len(units) == 1 and other.published_on is not None and other.published_on <= work.today


def _text(reason: str | None) -> str | None:
    return (reason or "").strip() or None
