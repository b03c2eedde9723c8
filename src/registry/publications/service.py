"""Writing publications: a draft, its changes, and handing it to a reviewer. Functions take `work` first and never commit."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import select

from registry.accounts.permissions import Permission, require
from registry.audit.service import Action, record
from registry.database import Work
from registry.duties.tables import Duty, Occasion
from registry.errors import Invalid, Issue, NotFound
from registry.items.tables import Element, Item
from registry.publications.rules import RevisionState, Why, what_blocks_submitting, what_reason_lacks
from registry.publications.steps import (
    CONTENT,
    add_revision,
    content_of,
    latest_revision,
    own,
    require_alive,
    require_step,
    user_id,
    with_author,
)
from registry.publications.tables import Publication, Revision


def create_publication(work: Work, occasion_id: UUID, values: Mapping[str, Any]) -> Publication:
    """A draft for an occasion of the actor's unit. `values` come from PublicationSchema."""
    occasion = work.session.get(Occasion, occasion_id)
    if occasion is None:
        raise NotFound(subject="occasion")
    duty = work.session.get_one(Duty, occasion.duty_id)
    require(work.actor, Permission.WRITE_PUBLICATION, duty.unit_code)
    _require_known_values(work, duty, values)
    publication = Publication(duty_id=duty.id, occasion_id=occasion.id, created_at=work.now)
    work.session.add(publication)
    work.session.flush()
    add_revision(work, publication, values, None)
    record(work, Action.PUBLICATION_CREATE, "publication", publication.id, {"title": (None, values["title"])})
    return publication


def edit_publication(work: Work, publication_id: UUID, values: Mapping[str, Any], *, version: int) -> Revision:
    """Change the draft, or open the next version of what was returned or is public; the public one stays visible meanwhile.

    `values` come from EditSchema. Why something public is corrected may be said with any save; submitting asks for it.
    """
    publication = own(work, publication_id, Permission.WRITE_PUBLICATION, version)
    require_alive(publication)
    _require_known_values(work, work.session.get_one(Duty, publication.duty_id), values)
    before = latest_revision(work, publication_id)
    if before.state in (RevisionState.APPROVED, RevisionState.RETURNED):
        revision = add_revision(work, publication, values, before)
        changes: dict[str, tuple[Any, Any]] = {"revision": (before.number, revision.number)}
    else:
        require_step("edit", before, work)
        revision, changes = before, _changed(before, values)
        for name in CONTENT:
            setattr(revision, name, values[name])
        revision.author_id, revision.edited_at = user_id(work), work.now
        revision.authors = with_author(revision.authors, revision.author_id)
    _answer_reasons(revision, values.get("replies") or ())
    if publication.public_revision_id is not None and values.get("why"):
        revision.correction_why, revision.correction_reason = values["why"], values.get("reason")
    work.session.add(revision)
    record(work, Action.PUBLICATION_EDIT, "publication", publication.id, changes)
    return revision


def submit_publication(work: Work, publication_id: UUID, *, version: int) -> Revision:
    """Hand the draft to a reviewer; refused as Invalid with everything that is still missing.

    What was returned and is handed over as it was becomes the next version, so that the decision on the last one stays with it.
    """
    publication = own(work, publication_id, Permission.WRITE_PUBLICATION, version)
    require_alive(publication)
    revision = latest_revision(work, publication_id)
    require_step("submit", revision, work)
    issues = issues_before_submitting(work, publication, revision)
    if issues:
        raise Invalid(issues)
    if revision.state is RevisionState.RETURNED:
        revision = add_revision(work, publication, content_of(revision), revision)
    revision.state, revision.submitted_at, revision.author_id = RevisionState.SUBMITTED, work.now, user_id(work)
    revision.authors = with_author(revision.authors, revision.author_id)
    work.session.add(revision)
    record(work, Action.PUBLICATION_SUBMIT, "publication", publication.id, {"revision": (None, revision.number)})
    return revision


def issues_before_submitting(work: Work, publication: Publication, revision: Revision) -> list[Issue]:
    """What the form shows as still missing; the service refuses on the same list."""
    duty = work.session.get_one(Duty, publication.duty_id)
    item = work.session.get_one(Item, duty.item_id)
    issues = what_blocks_submitting(content_of(revision), required_channels=item.channels, today=work.today)
    if publication.published_on and revision.published_on > work.today:
        issues.append(Issue("published_on", "correction_in_future", {"found": revision.published_on.isoformat()}))
    if publication.public_revision_id is not None:
        why = Why(revision.correction_why) if revision.correction_why else None
        issues += what_reason_lacks("correct", why, revision.correction_reason)
    return issues


def _changed(revision: Revision, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        name: (getattr(revision, name), values[name]) for name in CONTENT if getattr(revision, name) != values[name]
    }


def _answer_reasons(revision: Revision, replies: Sequence[str | None]) -> None:
    """Each reply goes to the reason in its place; without replies those given before stay."""
    if replies:
        given = [*replies, *[None] * len(revision.replies)]
        revision.replies = [{**reason, "reply": reply} for reason, reply in zip(revision.replies, given, strict=False)]


def _require_known_values(work: Work, duty: Duty, values: Mapping[str, Any]) -> None:
    """Elements must be the item's own; dates must be days a calendar holds."""
    known = set(work.session.exec(select(Element.id).where(Element.item_id == duty.item_id)))
    issues = [
        Issue("elements", "element_unknown", {"found": one}) for one in values["elements"] if UUID(one) not in known
    ]
    for name in ("formed_on", "published_on"):
        if not EARLIEST <= values[name] <= LATEST:
            issues.append(Issue(name, "date_out_of_range", {"found": values[name], "first": EARLIEST, "last": LATEST}))
    if issues:
        raise Invalid(issues)


EARLIEST, LATEST = date(1949, 10, 1), date(2099, 12, 31)
