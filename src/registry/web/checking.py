"""All answers of a publication once more, before they are handed to a reviewer; and where it stands after that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.bootstrap import Registry
from registry.coverage.queries import OccasionRow, companions_of
from registry.database import Actor, Work
from registry.errors import Conflict, Invalid, Issue
from registry.publications.duplicates import ALIVE, Duplicate, find_duplicates
from registry.publications.queries import PublicationRow, list_work
from registry.publications.rules import TRANSITIONS, RevisionState
from registry.publications.schemas import SubmissionSchema
from registry.publications.service import issues_before_submitting, submit_publication
from registry.publications.steps import content_of
from registry.validation import load
from registry.web.cases import Case, find_own
from registry.web.contents import Part
from registry.web.evidence import EvidencePart, evidence_part
from registry.web.files import Attached, attached_to
from registry.web.forms import filled
from registry.web.publication_forms import SubmitForm
from registry.web.versions import version_of
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("checking", __name__)

HANDED_OVER_FROM = TRANSITIONS["submit"].sources
EDITABLE = TRANSITIONS["edit"].sources | {RevisionState.APPROVED}

# Where an answer stands on the page when its field has no row of its own.
ROWS = {"reason": "why", "correction_reason": "why"}


@dataclass(frozen=True)
class CheckPage:
    """All answers before they are handed over, or where the publication stands after that. `missing` blocks submitting.

    `repeats` are others it may repeat, `companions` what else of its section the same document may answer and nobody has begun.
    """

    case: Case
    publication: PublicationRow
    parts: Sequence[Part]
    missing: Sequence[tuple[str, str]]
    attached: Attached
    repeats: Sequence[Duplicate]
    companions: Sequence[OccasionRow]
    form: SubmitForm
    may_edit: bool
    may_submit: bool
    may_end: bool
    may_review: bool
    may_be_interpreted: bool
    evidence: EvidencePart | None
    is_refused: bool

    @property
    def reasons(self) -> Sequence[Mapping[str, Any]]:
        """What it was returned for, with the replies."""
        return self.publication.revision.reasons_to_answer

    @property
    def missing_links(self) -> list[tuple[str, str]]:
        """Each leads to its answer on the page, or to the box that is still to be filled in."""
        box = self.form.personal_data_reason
        return [(f"answer-{name}", text) for name, text in self.missing] + [(box.id, text) for text in box.errors]

    @property
    def days_late(self) -> int:
        """By how many days the day it becomes public is past the last day, 0 when it is in time or nothing says when."""
        limit = self.case.occasion.limit
        return max(0, (self.publication.revision.published_on - limit).days) if limit else 0


@blueprint.route("/publications/<uuid:publication_id>/check", methods=["GET", "POST"])
@login_required
def check(publication_id: UUID) -> ResponseReturnValue:
    """Every answer once more; POST hands the draft to a reviewer."""
    registry, actor, form = the_registry(), current_actor(), SubmitForm()
    status, issues = 200, None
    with registry.database.read() as session:
        row, _ = find_own(session, registry, actor, publication_id)
    if request.method == "POST":
        require(actor, Permission.WRITE_PUBLICATION, row.keeper_code)
        try:
            title = _submit(registry, actor, publication_id, form)
            flash(wording.label("notice", "submitted").format(title=title))
            return redirect(url_for("tasks.tasks"))
        except Invalid as error:
            form.show(issue for issue in error.issues if issue.field in form)
            status, issues = 422, [issue for issue in error.issues if issue.field not in form]
        except Conflict as error:
            form.tell(wording.refusal(error.code, error.context))
            status = 409
    with registry.database.read() as session:
        page = _page(session, registry, actor, publication_id, form, issues)
        return render_template("staff/check.html", page=page), status


def _submit(registry: Registry, actor: Actor, publication_id: UUID, form: SubmitForm) -> str:
    values = load(SubmissionSchema(), {"personal_data_reason": filled(form.personal_data_reason)})
    with registry.database.work(actor) as work:
        version = version_of(form)
        return submit_publication(work, publication_id, version=version, objects=registry.objects, **values).title


def _page(
    session: Session,
    registry: Registry,
    actor: Actor,
    publication_id: UUID,
    form: SubmitForm,
    issues: Sequence[Issue] | None,
) -> CheckPage:
    """`issues` are those a submission was refused with; None before one is tried."""
    row, case = find_own(session, registry, actor, publication_id)
    attached = attached_to(session, registry, actor, row)
    form.version.data = str(row.publication.version)
    if request.method == "GET":
        form.personal_data_reason.data = attached.reason
    missing = issues if issues is not None else _missing(session, registry, actor, row)
    unit_code, state = row.keeper_code, row.revision.state
    may_write = may(actor, Permission.WRITE_PUBLICATION, unit_code)
    return CheckPage(
        case=case,
        publication=row,
        parts=case.words.parts(content_of(row.revision)),
        missing=[(_row_of(issue), wording.message(issue)) for issue in missing],
        attached=attached,
        repeats=_repeats(session, row, case, attached),
        companions=_companions(session, registry, row, case) if may_write else (),
        form=form,
        may_edit=may_write and state in EDITABLE and row.publication.superseded_on is None,
        may_submit=may_write and state in HANDED_OVER_FROM,
        may_end=may(actor, Permission.WITHDRAW_PUBLICATION, unit_code) and is_public(row),
        may_review=may(actor, Permission.REVIEW_PUBLICATION, unit_code)
        and (state is RevisionState.SUBMITTED or row.revision.awaits_confirming),
        may_be_interpreted=may_write and is_public(row) and row.revision.interprets_id is None,
        evidence=evidence_part(session, actor, row),
        is_refused=issues is not None,
    )


def _row_of(issue: Issue) -> str:
    name = issue.field.partition(".")[0]
    return ROWS.get(name, name)


def _missing(session: Session, registry: Registry, actor: Actor, row: PublicationRow) -> list[Issue]:
    """What submitting would refuse now; the service's own check, on a session that only reads."""
    if row.revision.state not in HANDED_OVER_FROM:
        return []
    work = Work(session=session, actor=actor, now=registry.database.clock())
    return issues_before_submitting(work, row.publication, row.revision)


def _repeats(session: Session, row: PublicationRow, case: Case, attached: Attached) -> Sequence[Duplicate]:
    """What a draft repeats of others, for the one who is about to hand it over."""
    if row.revision.state not in HANDED_OVER_FROM:
        return ()
    return find_duplicates(
        session,
        case.as_of,
        row.occasion,
        content_of(row.revision),
        except_id=row.publication.id,
        digests=[one.sha256 for one in attached.files],
    )


def _companions(session: Session, registry: Registry, row: PublicationRow, case: Case) -> list[OccasionRow]:
    if row.revision.state in (RevisionState.WITHDRAWN, RevisionState.SUPERSEDED):
        return []
    found = companions_of(session, registry.state_dates(), case.occasion)
    ids = [one.occasion_id for one in found]
    begun = list_work(session, case.as_of, unit_code=row.duty.unit_code, states=ALIVE, occasion_ids=ids)
    taken = {one.occasion.id for one in begun}
    return [one for one in found if one.occasion_id not in taken]


def is_public(row: PublicationRow) -> bool:
    """Whether there is something public that can be ended."""
    return row.publication.public_revision_id is not None and row.publication.withdrawn_on is None
