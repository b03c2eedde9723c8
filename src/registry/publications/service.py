"""Changes of publications. Each function is one step of the life in `rules.TRANSITIONS`; all take `work` first and never commit."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from registry.accounts.permissions import Permission, may, require
from registry.audit.service import Action, record
from registry.database import Work
from registry.duties.queries import require_owed
from registry.duties.tables import Duty, Occasion
from registry.errors import Conflict, Forbidden, Invalid, Issue, NotFound
from registry.items.tables import Element, Item
from registry.publications.rules import (
    RevisionState,
    refusal,
    state_word,
    what_blocks_approving,
    what_blocks_submitting,
)
from registry.publications.tables import Publication, Revision
from registry.units.queries import keeper_of

CONTENT = ("title", "doc_no", "summary", "formed_on", "published_on", "elements", "channels")


def create_publication(work: Work, occasion_id: UUID, values: Mapping[str, Any]) -> Publication:
    """A draft for an occasion of the actor's unit. `values` come from PublicationSchema."""
    occasion = work.session.get(Occasion, occasion_id)
    if occasion is None:
        raise NotFound(subject="occasion")
    duty = work.session.get_one(Duty, occasion.duty_id)
    require(work.actor, Permission.WRITE_PUBLICATION, duty.unit_code)
    require_owed(occasion, work.today)
    _require_known_values(work, duty, values)
    publication = Publication(duty_id=duty.id, occasion_id=occasion.id, created_at=work.now)
    work.session.add(publication)
    work.session.flush()
    _add_revision(work, publication, values, number=1)
    record(work, Action.PUBLICATION_CREATE, "publication", publication.id, {"title": (None, values["title"])})
    return publication


def edit_publication(work: Work, publication_id: UUID, values: Mapping[str, Any], *, version: int) -> Revision:
    """Change the draft, or open a new revision of what is already public; the public one stays visible meanwhile."""
    publication = _own(work, publication_id, Permission.WRITE_PUBLICATION, version)
    _require_not_withdrawn(publication)
    _require_known_values(work, work.session.get_one(Duty, publication.duty_id), values)
    revision = latest_revision(work, publication_id)
    if revision.state is RevisionState.APPROVED:
        revision = _add_revision(work, publication, values, number=revision.number + 1)
        record(
            work,
            Action.PUBLICATION_EDIT,
            "publication",
            publication.id,
            {"revision": (revision.number - 1, revision.number)},
        )
        return revision
    _require_step("edit", revision, work)
    before = {name: getattr(revision, name) for name in CONTENT}
    for name in CONTENT:
        setattr(revision, name, values[name])
    revision.state, revision.author_id, revision.edited_at = RevisionState.DRAFT, _user_id(work), work.now
    work.session.add(revision)
    changes = {name: (before[name], values[name]) for name in CONTENT if before[name] != values[name]}
    record(work, Action.PUBLICATION_EDIT, "publication", publication.id, changes)
    return revision


def submit_publication(work: Work, publication_id: UUID, *, version: int) -> Revision:
    """Hand the draft to a reviewer; refused as Invalid with everything that is still missing."""
    publication = _own(work, publication_id, Permission.WRITE_PUBLICATION, version)
    _require_not_withdrawn(publication)
    revision = latest_revision(work, publication_id)
    _require_step("submit", revision, work)
    issues = issues_before_submitting(work, publication, revision)
    if issues:
        raise Invalid(issues)
    revision.state, revision.submitted_at, revision.author_id = (
        RevisionState.SUBMITTED,
        work.now,
        _user_id(work),
    )
    revision.reviewer_id, revision.decided_at, revision.return_reasons = None, None, []
    work.session.add(revision)
    record(work, Action.PUBLICATION_SUBMIT, "publication", publication.id, {"revision": (None, revision.number)})
    return revision


def approve_publication(work: Work, publication_id: UUID, *, version: int, checks: Sequence[str]) -> Revision:
    """Make the submitted revision public from its day on; every point of the review must be ticked (先审查、后公开)."""
    publication = _own(work, publication_id, Permission.REVIEW_PUBLICATION, version)
    _require_not_withdrawn(publication)
    revision = latest_revision(work, publication_id)
    _require_step("approve", revision, work)
    issues = what_blocks_approving(checks) + issues_before_submitting(work, publication, revision)
    if issues:
        raise Invalid(issues)
    _supersede_public(work, publication)
    revision.state, revision.reviewer_id, revision.decided_at = (
        RevisionState.APPROVED,
        _user_id(work),
        work.now,
    )
    revision.review_checks = list(checks)
    publication.public_revision_id = revision.id
    publication.published_on = min(filter(None, (publication.published_on, revision.published_on)))
    work.session.add_all([revision, publication])
    record(
        work,
        Action.PUBLICATION_APPROVE,
        "publication",
        publication.id,
        {"published_on": (None, revision.published_on)},
    )
    _touch(work, publication)
    return revision


def return_publication(
    work: Work, publication_id: UUID, *, version: int, reasons: Sequence[Mapping[str, str]]
) -> Revision:
    """Send the submitted revision back with reasons tied to fields."""
    publication = _own(work, publication_id, Permission.REVIEW_PUBLICATION, version)
    revision = latest_revision(work, publication_id)
    _require_step("return", revision, work)
    if not reasons:
        raise Invalid([Issue("reasons", "reason_missing")])
    revision.state, revision.reviewer_id, revision.decided_at = (
        RevisionState.RETURNED,
        _user_id(work),
        work.now,
    )
    revision.return_reasons = [dict(reason) for reason in reasons]
    work.session.add(revision)
    record(
        work,
        Action.PUBLICATION_RETURN,
        "publication",
        publication.id,
        {"reasons": (None, revision.return_reasons)},
    )
    return revision


def withdraw_publication(work: Work, publication_id: UUID, *, version: int, reason: str) -> Publication:
    """Take what is public back, with a reason that the public reads at the same address."""
    publication = _own(work, publication_id, Permission.WITHDRAW_PUBLICATION, version)
    revision = public_revision(work, publication)
    if revision is None:
        raise Conflict("wrong_state", state=_word(latest_revision(work, publication_id), work))
    _require_step("withdraw", revision, work)
    if not reason.strip():
        raise Invalid([Issue("reason", "reason_missing")])
    revision.state = RevisionState.WITHDRAWN
    publication.withdrawn_on, publication.withdrawal_reason = work.today, reason.strip()
    work.session.add_all([revision, publication])
    record(work, Action.PUBLICATION_WITHDRAW, "publication", publication.id, {"reason": (None, reason.strip())})
    _touch(work, publication)
    return publication


def issues_before_submitting(work: Work, publication: Publication, revision: Revision) -> list[Issue]:
    """What the form shows as still missing; the service refuses on the same list."""
    duty = work.session.get_one(Duty, publication.duty_id)
    item = work.session.get_one(Item, duty.item_id)
    values = {name: getattr(revision, name) for name in CONTENT}
    issues = what_blocks_submitting(values, required_channels=item.channels, today=work.today)
    if publication.published_on and revision.published_on > work.today:
        issues.append(Issue("published_on", "correction_in_future", {"found": revision.published_on.isoformat()}))
    return issues


def latest_revision(work: Work, publication_id: UUID) -> Revision:
    """The revision being worked on, or the last decided one."""
    newest = select(Revision).where(Revision.publication_id == publication_id).order_by(col(Revision.number).desc())
    revision = work.session.exec(newest).first()
    if revision is None:
        raise NotFound(subject="publication")
    return revision


def public_revision(work: Work, publication: Publication) -> Revision | None:
    """The revision the public sees, when there is one."""
    if publication.public_revision_id is None:
        return None
    return work.session.get_one(Revision, publication.public_revision_id)


def _own(work: Work, publication_id: UUID, permission: Permission, version: int) -> Publication:
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


def _add_revision(work: Work, publication: Publication, values: Mapping[str, Any], *, number: int) -> Revision:
    revision = Revision(
        publication_id=publication.id,
        number=number,
        state=RevisionState.DRAFT,
        author_id=_user_id(work),
        edited_at=work.now,
        return_reasons=[],
        review_checks=[],
        **{name: values[name] for name in CONTENT},
    )
    work.session.add(revision)
    work.session.flush()
    return revision


def _require_step(verb: str, revision: Revision, work: Work) -> None:
    code = refusal(verb, revision.state, author_id=revision.author_id, actor_id=work.actor.user_id)
    if code == "two_persons":
        raise Forbidden("two_persons")
    if code is not None:
        raise Conflict(code, state=_word(revision, work))


def _word(revision: Revision, work: Work) -> str:
    return state_word(revision.state, revision.published_on, work.today)


def _require_not_withdrawn(publication: Publication) -> None:
    """What was withdrawn stays as it is; the disclosure is registered anew, so that its public days stay true."""
    if publication.withdrawn_on is not None:
        raise Conflict("withdrawn_for_good", withdrawn_on=publication.withdrawn_on.isoformat())


def _require_known_values(work: Work, duty: Duty, values: Mapping[str, Any]) -> None:
    """Elements must be the item's own; dates must be days a calendar holds."""
    own = set(work.session.exec(select(Element.id).where(Element.item_id == duty.item_id)))
    issues = [
        Issue("elements", "element_unknown", {"found": one}) for one in values["elements"] if UUID(one) not in own
    ]
    for name in ("formed_on", "published_on"):
        if not EARLIEST <= values[name] <= LATEST:
            issues.append(Issue(name, "date_out_of_range", {"found": values[name], "first": EARLIEST, "last": LATEST}))
    if issues:
        raise Invalid(issues)


EARLIEST, LATEST = date(1949, 10, 1), date(2099, 12, 31)


def _supersede_public(work: Work, publication: Publication) -> None:
    before = public_revision(work, publication)
    if before is not None and before.state is RevisionState.APPROVED:
        before.state = RevisionState.SUPERSEDED
        work.session.add(before)


def _touch(work: Work, publication: Publication) -> None:
    """What the publication says and what its item still owes both changed."""
    work.touch("publication", publication.id)
    work.touch("item", work.session.get_one(Duty, publication.duty_id).item_id)


def _user_id(work: Work) -> UUID:
    if work.actor.user_id is None:
        raise Forbidden("needs_person")
    return work.actor.user_id
