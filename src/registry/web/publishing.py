"""Registering what was disclosed: from an occasion to a draft, to the check of all answers, to the reviewer; and taking it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.bootstrap import Registry
from registry.database import Actor, Work
from registry.errors import Conflict, Invalid, Issue
from registry.publications import service
from registry.publications.queries import PublicationRow, list_work
from registry.publications.rules import ONLINE_CHANNELS, TRANSITIONS, RevisionState
from registry.publications.schemas import PublicationSchema, WithdrawalSchema
from registry.reports.tasks import WORKED_ON
from registry.validation import load
from registry.web.cases import Case, Part, content_of, content_parts, find_case, find_own, with_used
from registry.web.evidence import EvidencePart, evidence_part
from registry.web.forms import filled
from registry.web.proofs import Proof, proof_of
from registry.web.publication_forms import (
    WHOLE,
    PublicationForm,
    VersionForm,
    WithdrawalForm,
    publication_form,
    revision_values,
)
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("publishing", __name__)

EDITABLE = TRANSITIONS["edit"].sources | {RevisionState.APPROVED}


@dataclass(frozen=True)
class FormPage:
    """The form with what it is about. `publication` is None for a new one; `begun` are others begun for the same occasion.

    `reasons` are the reviewer's words by field; `conflict` compares what was typed with what has been stored meanwhile.
    """

    case: Case
    form: PublicationForm
    proof: Proof | None
    publication: PublicationRow | None = None
    begun: Sequence[PublicationRow] = ()
    reasons: Mapping[str, list[str]] = field(default_factory=dict)
    conflict: Sequence[Part] = ()
    may_record_event: bool = False
    may_ask: bool = False
    may_save: bool = True

    @property
    def online(self) -> frozenset[str]:
        """Channels whose box asks for a web address."""
        return ONLINE_CHANNELS


@dataclass(frozen=True)
class CheckPage:
    """All answers before they are handed over, or where the publication stands after that. `missing` blocks submitting."""

    case: Case
    publication: PublicationRow
    parts: Sequence[Part]
    missing: Sequence[tuple[str, str]]
    reasons: Mapping[str, list[str]]
    form: VersionForm
    may_edit: bool
    may_submit: bool
    may_withdraw: bool
    may_review: bool
    is_refused: bool = False
    evidence: EvidencePart | None = None

    @property
    def missing_links(self) -> list[tuple[str, str]]:
        """Each leads to its answer on the page."""
        return [(f"answer-{name}", text) for name, text in self.missing]


@dataclass(frozen=True)
class WithdrawPage:
    """What is public and about to be taken back."""

    case: Case
    publication: PublicationRow
    form: WithdrawalForm


@blueprint.route("/occasions/<uuid:occasion_id>/publish", methods=["GET", "POST"])
@login_required
def publish(occasion_id: UUID) -> ResponseReturnValue:
    """A new publication for an occasion. Saving makes a draft and leads to the check of the answers."""
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        case = find_case(session, registry, actor, occasion_id)
        begun = _begun(session, registry, case)
    require(actor, Permission.WRITE_PUBLICATION, case.occasion.unit_code)
    form = publication_form(case.detail.elements, case.channels)(data=_suggested(case))
    if request.method == "POST":
        try:
            values = _read(form)
            with registry.database.work(actor) as work:
                publication_id = service.create_publication(work, occasion_id, values).id
            return redirect(url_for(".check", publication_id=publication_id))
        except Invalid as error:
            form.show(error.issues, place=form.place)
    page = FormPage(
        case,
        form,
        proof_of(registry, case.detail.item, case.occasion),
        begun=begun,
        may_record_event=_may_record(actor, case),
        may_ask=may(actor, Permission.ASK_FOR_RULING, case.occasion.unit_code),
    )
    return render_template("staff/publish.html", page=page), 422 if form.errors else 200


@blueprint.route("/publications/<uuid:publication_id>/edit", methods=["GET", "POST"])
@login_required
def edit(publication_id: UUID) -> ResponseReturnValue:
    """The draft, or a correction of what is public. Somebody else's change in between is shown beside one's own."""
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        row, case = find_own(session, registry, actor, publication_id)
    require(actor, Permission.WRITE_PUBLICATION, case.occasion.unit_code)
    form = _form_of(registry, row, case)
    conflict: Sequence[Part] = ()
    if request.method == "POST":
        try:
            values = _read(form)
            with registry.database.work(actor) as work:
                service.edit_publication(work, publication_id, values, version=version_of(form))
            return redirect(url_for(".check", publication_id=publication_id))
        except Invalid as error:
            form.show(error.issues, place=form.place)
        except Conflict as error:
            form.tell(wording.refusal(error.code, error.context))
            conflict = content_parts(case, form.values(), content_of(row.revision))
            form.version.data = str(row.publication.version)
    elif row.revision.state not in EDITABLE:
        return redirect(url_for(".check", publication_id=publication_id))
    page = FormPage(
        case,
        form,
        proof_of(registry, case.detail.item, case.occasion),
        publication=row,
        reasons=_reasons(row),
        conflict=conflict,
        may_record_event=_may_record(actor, case),
        may_save=row.revision.state in EDITABLE,
    )
    status = 409 if conflict else 422 if form.errors else 200
    return render_template("staff/publish.html", page=page), status


@blueprint.route("/publications/<uuid:publication_id>/check", methods=["GET", "POST"])
@login_required
def check(publication_id: UUID) -> ResponseReturnValue:
    """Every answer once more; POST hands the draft to a reviewer."""
    registry, actor = the_registry(), current_actor()
    form = VersionForm()
    status, issues = 200, None
    with registry.database.read() as session:
        _, case = find_own(session, registry, actor, publication_id)
    if request.method == "POST":
        require(actor, Permission.WRITE_PUBLICATION, case.occasion.unit_code)
        try:
            with registry.database.work(actor) as work:
                title = service.submit_publication(work, publication_id, version=version_of(form)).title
            flash(wording.label("notice", "submitted").format(title=title))
            return redirect(url_for("tasks.tasks"))
        except Invalid as error:
            status, issues = 422, error.issues
        except Conflict as error:
            form.tell(wording.refusal(error.code, error.context))
            status = 409
    with registry.database.read() as session:
        row, case = find_own(session, registry, actor, publication_id)
        missing = issues if issues is not None else _missing(session, registry, actor, row)
        evidence = evidence_part(session, actor, row)
    form.version.data = str(row.publication.version)
    page = replace(_check_page(actor, row, case, form, missing, status), evidence=evidence)
    return render_template("staff/check.html", page=page), status


@blueprint.route("/publications/<uuid:publication_id>/withdraw", methods=["GET", "POST"])
@login_required
def withdraw(publication_id: UUID) -> ResponseReturnValue:
    """Take back what is public; the reason is read by everybody at the same address."""
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        row, case = find_own(session, registry, actor, publication_id)
    require(actor, Permission.WITHDRAW_PUBLICATION, case.occasion.unit_code)
    if not _is_public(row):
        return redirect(url_for(".check", publication_id=publication_id))
    form = WithdrawalForm(data={"version": str(row.publication.version)})
    status = 200
    if request.method == "POST":
        try:
            with registry.database.work(actor) as work:
                reason = load(WithdrawalSchema(), {"reason": filled(form.reason)})["reason"]
                service.withdraw_publication(work, publication_id, version=version_of(form), reason=reason)
            flash(wording.label("notice", "withdrawn").format(title=row.revision.title))
            return redirect(url_for(".check", publication_id=publication_id))
        except Invalid as error:
            form.show(error.issues)
            status = 422
        except Conflict as error:
            form.tell(wording.refusal(error.code, error.context))
            form.version.data = str(row.publication.version)
            status = 409
    return render_template("staff/withdraw.html", page=WithdrawPage(case, row, form)), status


def _read(form: PublicationForm) -> dict[str, Any]:
    """Clean values, or Invalid with everything that the schema and the form itself find."""
    issues = form.issues()
    try:
        values = load(PublicationSchema(), form.values())
    except Invalid as error:
        raise Invalid(error.issues + issues) from error
    if issues:
        raise Invalid(issues)
    return values


def _form_of(registry: Registry, row: PublicationRow, case: Case) -> PublicationForm:
    channels = with_used(case.channels, row.revision, registry)
    return publication_form(case.detail.elements, channels)(data=revision_values(row.revision, row.publication.version))


def version_of(form: VersionForm | PublicationForm) -> int:
    """The version the form was shown for; one that cannot be read is as good as passed by."""
    text = form.version.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _suggested(case: Case) -> dict[str, Any]:
    """An event somebody recorded is the day on which the information was formed; nothing else is known."""
    if case.occasion.event and not case.occasion.assumed:
        return {"formed_on": case.occasion.counted_from.isoformat()}
    return {}


def _begun(session: Session, registry: Registry, case: Case) -> list[PublicationRow]:
    unit_code, today = case.occasion.unit_code, registry.database.today()
    rows = list_work(session, today, unit_code=unit_code, states=WORKED_ON)
    return [row for row in rows if row.occasion.id == case.occasion.occasion_id]


def _may_record(actor: Actor, case: Case) -> bool:
    return may(actor, Permission.RECORD_EVENT, case.occasion.unit_code)


def _missing(session: Session, registry: Registry, actor: Actor, row: PublicationRow) -> list[Issue]:
    """What submitting would refuse now; the service's own check, on a session that only reads."""
    if row.revision.state not in TRANSITIONS["submit"].sources:
        return []
    work = Work(session=session, actor=actor, now=registry.database.clock())
    return service.issues_before_submitting(work, row.publication, row.revision)


def _check_page(
    actor: Actor, row: PublicationRow, case: Case, form: VersionForm, missing: Sequence[Issue], status: int
) -> CheckPage:
    unit_code, state = case.occasion.unit_code, row.revision.state
    may_write = may(actor, Permission.WRITE_PUBLICATION, unit_code)
    return CheckPage(
        case=case,
        publication=row,
        parts=content_parts(case, content_of(row.revision)),
        missing=[(issue.field.partition(".")[0], wording.message(issue)) for issue in missing],
        reasons=_reasons(row),
        form=form,
        may_edit=may_write and state in EDITABLE,
        may_submit=may_write and state in TRANSITIONS["submit"].sources,
        may_withdraw=may(actor, Permission.WITHDRAW_PUBLICATION, unit_code) and _is_public(row),
        may_review=may(actor, Permission.REVIEW_PUBLICATION, unit_code) and state is RevisionState.SUBMITTED,
        is_refused=status == 422,
    )


def _is_public(row: PublicationRow) -> bool:
    return row.publication.public_revision_id is not None and row.publication.withdrawn_on is None


def _reasons(row: PublicationRow) -> Mapping[str, list[str]]:
    """The reviewer's words by field, until the revision is handed over again."""
    found: dict[str, list[str]] = {}
    for reason in row.revision.return_reasons:
        found.setdefault(reason["field"] or WHOLE, []).append(reason["text"])
    return found
