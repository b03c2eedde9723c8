"""Writing publications: a draft, its changes, and handing it to a reviewer. Functions take `work` first and never commit."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import select

from registry.accounts.permissions import Permission, require
from registry.audit.service import Action, record
from registry.database import Work
from registry.duties.queries import require_owed
from registry.duties.tables import Duty, Occasion
from registry.errors import Invalid, Issue, NotFound
from registry.items.tables import Element, Item
from registry.objects import ObjectFolder
from registry.publications.interpretations import require_interpretable
from registry.publications.rules import (
    RevisionState,
    what_blocks_submitting,
    what_personal_data_blocks,
    what_reason_lacks,
)
from registry.publications.screening import screen_revision
from registry.publications.steps import (
    add_revision,
    content_in,
    content_of,
    latest_revision,
    masked,
    overridden,
    own,
    require_alive,
    require_step,
    take_over,
)
from registry.publications.tables import Publication, Revision


def create_publication(work: Work, occasion_id: UUID, values: Mapping[str, Any]) -> Publication:
    """A draft for an occasion of the actor's unit. `values` come from PublicationSchema."""
    occasion = work.session.get(Occasion, occasion_id)
    if occasion is None:
        raise NotFound(subject="occasion")
    duty = work.session.get_one(Duty, occasion.duty_id)
    require(work.actor, Permission.WRITE_PUBLICATION, duty.unit_code)
    require_owed(occasion, work.today)
    _require_known_values(work, duty, values)
    require_interpretable(work, duty.unit_code, values.get("interprets_id"))
    publication = Publication(duty_id=duty.id, occasion_id=occasion.id, created_at=work.now)
    work.session.add(publication)
    work.session.flush()
    add_revision(work, publication, values, None)
    record(work, Action.PUBLICATION_CREATE, "publication", publication.id, {"title": (None, masked(values["title"]))})
    return publication


def edit_publication(work: Work, publication_id: UUID, values: Mapping[str, Any], *, version: int) -> Revision:
    """Change the draft, or open the next version of what was returned or is public; the public one stays visible meanwhile.

    `values` come from EditSchema. Why something public is corrected may be said with any save; submitting asks for it.
    """
    publication = own(work, publication_id, Permission.WRITE_PUBLICATION, version)
    require_alive(publication)
    duty = work.session.get_one(Duty, publication.duty_id)
    _require_known_values(work, duty, values)
    before = latest_revision(work, publication_id)
    if values.get("interprets_id") != before.interprets_id:
        require_interpretable(work, duty.unit_code, values.get("interprets_id"), by=publication_id)
    if before.state in (RevisionState.APPROVED, RevisionState.RETURNED):
        revision = add_revision(work, publication, values, before)
        changes: dict[str, tuple[Any, Any]] = {"revision": (before.number, revision.number)}
    else:
        require_step("edit", before, work)
        revision, changes = before, _changed(before, values)
        for name, value in content_in(values).items():
            setattr(revision, name, value)
        take_over(work, revision)
    _answer_reasons(revision, values.get("replies") or ())
    if publication.public_revision_id is not None and values.get("why"):
        revision.correction_why, revision.correction_reason = values["why"], values.get("reason")
    work.session.add(revision)
    record(work, Action.PUBLICATION_EDIT, "publication", publication.id, changes)
    return revision


def open_for_files(work: Work, publication_id: UUID, *, version: int) -> tuple[Publication, Revision]:
    """The draft whose files may change; of what was returned or is public the next version, begun for that with the same content."""
    publication = own(work, publication_id, Permission.WRITE_PUBLICATION, version)
    require_alive(publication)
    revision = latest_revision(work, publication_id)
    if revision.state in (RevisionState.APPROVED, RevisionState.RETURNED):
        return publication, add_revision(work, publication, content_of(revision), revision)
    require_step("edit", revision, work)
    take_over(work, revision)
    return publication, revision


def submit_publication(
    work: Work, publication_id: UUID, *, version: int, objects: ObjectFolder, personal_data_reason: str | None = None
) -> Revision:
    """Hand the draft to a reviewer; refused as Invalid with everything that is still missing.

    Personal data in its fields or files is a reason to refuse, unless `personal_data_reason` says why it is published all the same. What
    was returned and is handed over as it was becomes the next version, so that the decision on the last one stays with it.
    """
    publication = own(work, publication_id, Permission.WRITE_PUBLICATION, version)
    require_alive(publication)
    revision = latest_revision(work, publication_id)
    require_step("submit", revision, work)
    screening = screen_revision(work.session, objects, revision)
    reason = (personal_data_reason or "").strip() or None
    issues = issues_before_submitting(work, publication, revision)
    issues += what_personal_data_blocks(screening.issues(), reason=reason)
    if issues:
        raise Invalid(issues)
    if revision.state is RevisionState.RETURNED:
        revision = add_revision(work, publication, content_of(revision), revision)
    take_over(work, revision)
    revision.state, revision.submitted_at = RevisionState.SUBMITTED, work.now
    revision.personal_data_reason = None if screening.is_clean else reason
    changes: dict[str, tuple[Any, Any]] = {"revision": (None, revision.number)}
    record(work, Action.PUBLICATION_SUBMIT, "publication", publication.id, changes | overridden(screening))
    return revision


def issues_before_submitting(work: Work, publication: Publication, revision: Revision) -> list[Issue]:
    """What the form shows as still missing; the service refuses on the same list."""
    duty = work.session.get_one(Duty, publication.duty_id)
    item = work.session.get_one(Item, duty.item_id)
    issues = what_blocks_submitting(content_of(revision), required_channels=item.channels, today=work.today)
    if publication.published_on and revision.published_on > work.today:
        issues.append(Issue("published_on", "correction_in_future", {"found": revision.published_on.isoformat()}))
    if publication.public_revision_id is not None:
        issues += what_reason_lacks("correct", revision.correction, revision.correction_reason)
    return issues


def _changed(revision: Revision, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {
        name: (masked(getattr(revision, name)), masked(value))
        for name, value in content_in(values).items()
        if getattr(revision, name) != value
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
