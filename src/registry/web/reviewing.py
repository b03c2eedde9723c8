"""先审查、后公开: the reviewer's queue, and one submitted revision with the check list and the ways on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, may
from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Forbidden, Invalid, Issue
from registry.publications import deciding
from registry.publications.queries import PublicationRow, list_follow_ups, list_work
from registry.publications.rules import RevisionState
from registry.publications.schemas import ApprovalSchema, ReturnSchema
from registry.publications.steps import content_of
from registry.publications.tables import Revision
from registry.units.queries import unit_names
from registry.validation import load
from registry.web.cases import Case, find_own
from registry.web.contents import Part
from registry.web.filters import zh_date
from registry.web.forms import DONE, attempt, filled
from registry.web.publication_forms import REASON_FIELDS, WHOLE, ReviewForm, review_form
from registry.web.publishing import version_of
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("reviewing", __name__, url_prefix="/reviews")


@dataclass(frozen=True)
class QueuePage:
    """Submitted revisions, longest waiting first, and what the office approved and nobody of the unit has looked at yet.

    `own` are ids of those the reader wrote on and cannot decide; the office sees all units and decides in a reviewer's place.
    """

    rows: Sequence[PublicationRow]
    follow_ups: Sequence[PublicationRow]
    own: frozenset[UUID]
    names: Mapping[str, str]
    of_all_units: bool


@dataclass(frozen=True)
class ReviewPage:
    """The content, each part beside the public version when there is one, and the form of the decision.

    `replies` are the reasons for which the version before went back, with what its author says to them. With `overrides` the reader is the
    office in the place of a reviewer; with `confirms` it is already public, and a reviewer of the unit looks at it afterwards.
    """

    case: Case
    publication: PublicationRow
    parts: Sequence[Part]
    has_public: bool
    replies: Sequence[Mapping[str, Any]]
    form: ReviewForm
    reason_fields: Sequence[str]
    is_author: bool
    may_decide: bool
    overrides: bool
    confirms: bool


@blueprint.get("")
@login_required
def reviews() -> str:
    registry, actor = the_registry(), current_actor()
    of_all_units = not may(actor, Permission.REVIEW_PUBLICATION, actor.unit_code)
    if of_all_units and not may(actor, Permission.OVERRIDE_REVIEW):
        raise Forbidden(permission=Permission.REVIEW_PUBLICATION.value)
    unit_code, today = None if of_all_units else actor.unit_code, registry.database.today()
    with registry.database.read() as session:
        rows = list_work(session, today, unit_code=unit_code, states=(RevisionState.SUBMITTED,))
        page = QueuePage(
            rows=rows,
            follow_ups=list_follow_ups(session, today, unit_code=unit_code),
            own=frozenset(row.publication.id for row in rows if actor.user_id in row.revision.writers),
            names=unit_names(session),
            of_all_units=of_all_units,
        )
    return render_template("staff/reviews.html", page=page)


@blueprint.route("/<uuid:publication_id>", methods=["GET", "POST"])
@login_required
def review(publication_id: UUID) -> ResponseReturnValue:
    """The revision under review; POST decides by the button that was pressed. A refused decision keeps ticks and reasons."""
    registry, actor = the_registry(), current_actor()
    status = 200
    with registry.database.read() as session:
        page = _page(session, registry, actor, publication_id)
    form = page.form
    if request.method == "GET":
        if not page.may_decide:
            return redirect(url_for("publishing.check", publication_id=publication_id))
        form.version.data = str(page.publication.publication.version)
    else:
        decide = _confirm if page.confirms else _decide
        status = attempt(form, lambda: decide(registry, actor, publication_id, form), place=_place(form))
        if status == DONE:
            return redirect(url_for(".reviews"))
        if status == 409:
            form.version.data = str(page.publication.publication.version)
    return render_template("staff/review.html", page=page), status


def _page(session: Session, registry: Registry, actor: Actor, publication_id: UUID) -> ReviewPage:
    row, case = find_own(session, registry, actor, publication_id)
    unit_code = case.occasion.unit_code
    overrides = not may(actor, Permission.REVIEW_PUBLICATION, unit_code)
    if overrides and not may(actor, Permission.OVERRIDE_REVIEW, unit_code):
        raise Forbidden(permission=Permission.REVIEW_PUBLICATION.value)
    public, revision = _other_public(session, row), row.revision
    confirms = revision.awaits_confirming and not overrides
    return ReviewPage(
        case=case,
        publication=row,
        parts=case.words.parts(content_of(revision), content_of(public) if public else None),
        has_public=public is not None,
        replies=[] if revision.state is RevisionState.RETURNED else revision.replies,
        form=review_form(registry.rulebook.review_checks, overrides=overrides),
        reason_fields=REASON_FIELDS,
        is_author=actor.user_id in revision.writers or (confirms and actor.user_id == revision.reviewer_id),
        may_decide=confirms or revision.state is RevisionState.SUBMITTED,
        overrides=overrides,
        confirms=confirms,
    )


def _other_public(session: Session, row: PublicationRow) -> Revision | None:
    """The revision the public sees now, unless it is the one shown."""
    public_id = row.publication.public_revision_id
    if public_id is None or public_id == row.revision.id or row.publication.withdrawn_on is not None:
        return None
    return session.get_one(Revision, public_id)


def _decide(registry: Registry, actor: Actor, publication_id: UUID, form: ReviewForm) -> None:
    """Approve, or return, by the button that was pressed."""
    if request.form.get("decision") == "return":
        _return(registry, actor, publication_id, form)
        return
    _require_no_reasons(form)
    overrides = form.override_reason is not None
    said = {"checks": form.review_checks.data or []} | (
        {"override_reason": filled(form.override_reason)} if overrides else {}
    )
    values = load(ApprovalSchema(), said)
    if overrides and not values["override_reason"]:
        raise Invalid([Issue("override_reason", "reason_missing")])
    asked = registry.rulebook.review_checks
    with registry.database.work(actor) as work:
        revision = deciding.approve_publication(work, publication_id, version=version_of(form), asked=asked, **values)
        title, published_on, today = revision.title, revision.published_on, work.today
    code = "approved" if published_on <= today else "approved_for_later"
    flash(wording.label("notice", code).format(title=title, published_on=zh_date(published_on)))


def _confirm(registry: Registry, actor: Actor, publication_id: UUID, form: ReviewForm) -> None:
    """Agree afterwards, or send back what is public to be corrected."""
    if request.form.get("decision") == "return":
        _return(registry, actor, publication_id, form)
        return
    _require_no_reasons(form)
    with registry.database.work(actor) as work:
        title = deciding.confirm_publication(work, publication_id, version=version_of(form)).title
    flash(wording.label("notice", "confirmed").format(title=title))


def _return(registry: Registry, actor: Actor, publication_id: UUID, form: ReviewForm) -> None:
    reasons = load(ReturnSchema(), {"reasons": form.reasons()})["reasons"]
    with registry.database.work(actor) as work:
        title = deciding.return_publication(work, publication_id, version=version_of(form), reasons=reasons).title
    flash(wording.label("notice", "returned").format(title=title))


def _require_no_reasons(form: ReviewForm) -> None:
    if form.reasons():
        raise Invalid([Issue("", "reasons_with_approval")])


def _place(form: ReviewForm) -> Callable[[str], str]:
    """`reasons.1.text` is the box of the second reason given; the boxes have the names of the fields they are about."""
    given = [reason["field"] or WHOLE for reason in form.reasons()]

    def place(name: str) -> str:
        top, _, rest = name.partition(".")
        index = rest.partition(".")[0]
        if top == "reasons":
            return f"reason_{given[int(index)] if index.isdigit() else WHOLE}"
        return "review_checks" if top == "checks" else name

    return place
