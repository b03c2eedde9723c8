"""先审查、后公开: the reviewer's queue, and one submitted revision with the check list and the ways on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.database import Actor, Database
from registry.errors import Conflict, Invalid, Issue
from registry.publications import service
from registry.publications.queries import PublicationRow, list_work
from registry.publications.rules import RevisionState
from registry.publications.schemas import ApprovalSchema, ReturnSchema
from registry.publications.tables import Revision
from registry.validation import load
from registry.web.cases import Case, Part, content_of, content_parts, find_own
from registry.web.files import Attached, attached_to
from registry.web.filters import zh_date
from registry.web.publication_forms import REASON_FIELDS, WHOLE, ReviewForm, review_form
from registry.web.versions import version_of
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("reviewing", __name__, url_prefix="/reviews")


@dataclass(frozen=True)
class QueuePage:
    """Submitted revisions, longest waiting first; `own` are ids of those the reader wrote and cannot decide."""

    rows: Sequence[PublicationRow]
    own: frozenset[UUID]


@dataclass(frozen=True)
class ReviewPage:
    """The content, each part beside the public version when there is one, and the form of the decision."""

    case: Case
    publication: PublicationRow
    parts: Sequence[Part]
    attached: Attached
    has_public: bool
    form: ReviewForm
    reason_fields: Sequence[str]
    is_author: bool
    may_decide: bool


@blueprint.get("")
@login_required
def reviews() -> str:
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.REVIEW_PUBLICATION, actor.unit_code)
    with registry.database.read() as session:
        states = (RevisionState.SUBMITTED,)
        rows = list_work(session, registry.database.today(), unit_code=actor.unit_code, states=states)
    own = frozenset(row.publication.id for row in rows if row.revision.author_id == actor.user_id)
    return render_template("staff/reviews.html", page=QueuePage(rows, own))


@blueprint.route("/<uuid:publication_id>", methods=["GET", "POST"])
@login_required
def review(publication_id: UUID) -> ResponseReturnValue:
    """The revision under review; POST decides by the button that was pressed. A refused decision keeps ticks and reasons."""
    registry, actor = the_registry(), current_actor()
    form, status = review_form(), 200
    with registry.database.read() as session:
        page = _page(session, actor, publication_id, form)
    require(actor, Permission.REVIEW_PUBLICATION, page.case.occasion.unit_code)
    if request.method == "GET":
        if page.publication.revision.state is not RevisionState.SUBMITTED:
            return redirect(url_for("publishing.check", publication_id=publication_id))
        form.version.data = str(page.publication.publication.version)
    else:
        try:
            flash(_decide(registry.database, actor, publication_id, form))
            return redirect(url_for(".reviews"))
        except Invalid as error:
            form.show(error.issues, place=_place(form))
            status = 422
        except Conflict as error:
            form.tell(wording.refusal(error.code, error.context))
            form.version.data = str(page.publication.publication.version)
            status = 409
    return render_template("staff/review.html", page=page), status


def _page(session: Session, actor: Actor, publication_id: UUID, form: ReviewForm) -> ReviewPage:
    row, case = find_own(session, the_registry(), actor, publication_id)
    public = _other_public(session, row)
    return ReviewPage(
        case=case,
        publication=row,
        parts=content_parts(case, content_of(row.revision), content_of(public) if public else None),
        attached=attached_to(session, the_registry(), actor, row),
        has_public=public is not None,
        form=form,
        reason_fields=REASON_FIELDS,
        is_author=row.revision.author_id == actor.user_id,
        may_decide=row.revision.state is RevisionState.SUBMITTED,
    )


def _other_public(session: Session, row: PublicationRow) -> Revision | None:
    """The revision the public sees now, unless it is the one shown."""
    public_id = row.publication.public_revision_id
    if public_id is None or public_id == row.revision.id or row.publication.withdrawn_on is not None:
        return None
    return session.get_one(Revision, public_id)


def _decide(database: Database, actor: Actor, publication_id: UUID, form: ReviewForm) -> str:
    """Approve or return; the sentence that says what was done."""
    reasons = form.reasons()
    if request.form.get("decision") == "return":
        clean = load(ReturnSchema(), {"reasons": reasons})["reasons"]
        with database.work(actor) as work:
            title = service.return_publication(work, publication_id, version=version_of(form), reasons=clean).title
        return wording.label("notice", "returned").format(title=title)
    if reasons:
        raise Invalid([Issue("", "reasons_with_approval")])
    checks = load(ApprovalSchema(), {"checks": form.review_checks.data or []})["checks"]
    with database.work(actor) as work:
        objects = the_registry().objects
        revision = service.approve_publication(
            work, publication_id, version=version_of(form), objects=objects, checks=checks
        )
        title, published_on, today = revision.title, revision.published_on, work.today
    code = "approved" if published_on <= today else "approved_for_later"
    return wording.label("notice", code).format(title=title, published_on=zh_date(published_on))


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
