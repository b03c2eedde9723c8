"""Registering what was disclosed: from an occasion to a draft, to the check of all answers, to the reviewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.accounts.queries import display_name
from registry.bootstrap import Registry
from registry.coverage.queries import OccasionRow, companions_of
from registry.database import Actor, Work
from registry.duties.tables import Occasion
from registry.errors import Conflict, Invalid, Issue
from registry.publications import service
from registry.publications.duplicates import (
    ALIVE,
    Duplicate,
    are_companions,
    copied_from,
    copied_to_companion,
    find_duplicates,
)
from registry.publications.queries import PublicationRow, find_last_public, list_work
from registry.publications.rules import ONLINE_CHANNELS, TRANSITIONS, RevisionState
from registry.publications.schemas import EditSchema, PublicationSchema
from registry.publications.steps import content_of
from registry.validation import load
from registry.web.bases import Basis, bases_of
from registry.web.cases import Case, find_case, find_own, with_used
from registry.web.contents import Part
from registry.web.evidence import EvidencePart, evidence_part
from registry.web.forms import DONE, attempt
from registry.web.proofs import Proof, proof_of
from registry.web.publication_forms import (
    PublicationForm,
    VersionForm,
    copied_values,
    publication_form,
    revision_values,
)
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("publishing", __name__)

EDITABLE = TRANSITIONS["edit"].sources | {RevisionState.APPROVED}

CONFLICT, PRECONDITION_FAILED = 409, 412


@dataclass(frozen=True)
class FormPage:
    """The form with what it is about. `publication` is None for a new one; `duplicates` are what a new one may repeat.

    `last` is what was published for another occasion of the duty, `model` what the form began with. `reasons` are the reviewer's,
    with the box for the reply to each; `conflict` compares what was typed with what `saved_by` has stored meanwhile.
    """

    case: Case
    form: PublicationForm
    bases: Sequence[Basis]
    proof: Proof | None
    publication: PublicationRow | None = None
    duplicates: Sequence[Duplicate] = ()
    last: PublicationRow | None = None
    model: PublicationRow | None = None
    reasons: Sequence[Mapping[str, Any]] = ()
    conflict: Sequence[Part] = ()
    saved_by: str = ""
    may_record_event: bool = False
    may_ask: bool = False
    may_save: bool = True

    @property
    def online(self) -> frozenset[str]:
        """Channels whose box asks for a web address."""
        return ONLINE_CHANNELS

    @property
    def corrects(self) -> bool:
        """Whether what is being written will replace a version the public sees."""
        return self.publication is not None and self.publication.publication.public_revision_id is not None


@dataclass(frozen=True)
class CheckPage:
    """All answers before they are handed over, or where the publication stands after that. `missing` blocks submitting."""

    case: Case
    publication: PublicationRow
    parts: Sequence[Part]
    missing: Sequence[tuple[str, str]]
    reasons: Sequence[Mapping[str, Any]]
    repeats: Sequence[Duplicate]
    companions: Sequence[OccasionRow]
    form: VersionForm
    may_edit: bool
    may_submit: bool
    may_end: bool
    may_review: bool
    is_refused: bool = False
    evidence: EvidencePart | None = None

    @property
    def missing_links(self) -> list[tuple[str, str]]:
        """Each leads to its answer on the page."""
        return [(f"answer-{name}", text) for name, text in self.missing]

    @property
    def days_late(self) -> int:
        """By how many days the day it becomes public is past the last day, 0 when it is in time or nothing says when."""
        limit: OccasionRow = self.case.occasion
        return max(0, (self.publication.revision.published_on - limit.limit).days) if limit.limit else 0


@blueprint.route("/occasions/<uuid:occasion_id>/publish", methods=["GET", "POST"])
@login_required
def publish(occasion_id: UUID) -> ResponseReturnValue:
    """A new publication for an occasion; saving makes a draft and leads to its check.

    It begins with the last period's (`?like=last`) or with what was registered for another item of the section (`?like=<id>`).
    """
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        case = find_case(session, registry, actor, occasion_id)
        occasion = session.get_one(Occasion, occasion_id)
        last = find_last_public(session, case.as_of, occasion)
        model = _model(session, registry, actor, last) if request.method == "GET" else None
    require(actor, Permission.WRITE_PUBLICATION, case.occasion.unit_code)
    form = _new_form(case, occasion, model, registry)
    duplicates: list[Duplicate] = []
    status = 200
    if request.method == "POST":
        created: list[UUID] = []

        def create() -> None:
            values = _read(form, PublicationSchema(), form.values())
            with registry.database.read() as session:
                duplicates.extend(find_duplicates(session, case.as_of, occasion, values))
            _require_confirmed(form, duplicates)
            with registry.database.work(actor) as work:
                created.append(service.create_publication(work, occasion_id, values).id)

        status = attempt(form, create, place=form.place)
        if status == DONE:
            return redirect(url_for(".check", publication_id=created[0]))
    else:
        with registry.database.read() as session:
            duplicates = find_duplicates(session, case.as_of, occasion, {})
    page = FormPage(
        case,
        form,
        bases_of(case.detail.bases, registry.rulebook),
        proof_of(registry, case.detail.item, case.occasion),
        duplicates=duplicates,
        last=last,
        model=model,
        may_record_event=_may_record(actor, case),
        may_ask=may(actor, Permission.ASK_FOR_RULING, case.occasion.unit_code),
    )
    return render_template("staff/publish.html", page=page), status


@blueprint.route("/publications/<uuid:publication_id>/edit", methods=["GET", "POST"])
@login_required
def edit(publication_id: UUID) -> ResponseReturnValue:
    """The draft, or a correction of what is public. Somebody else's change in between is shown beside one's own (412)."""
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        row, case = find_own(session, registry, actor, publication_id)
        saved_by = display_name(session, row.revision.author_id)
    require(actor, Permission.WRITE_PUBLICATION, case.occasion.unit_code)
    form = _form_of(registry, row, case)
    conflict: Sequence[Part] = ()
    status = 200
    if request.method == "POST":

        def save() -> None:
            values = _read(form, EditSchema(), form.values() | form.correction())
            with registry.database.work(actor) as work:
                service.edit_publication(work, publication_id, values, version=version_of(form))

        status = attempt(form, save, place=form.place)
        if status == DONE:
            return redirect(url_for(".check", publication_id=publication_id))
        if status == CONFLICT:
            conflict = case.words.parts(form.values(), content_of(row.revision))
            status = PRECONDITION_FAILED if version_of(form) != row.publication.version else CONFLICT
            form.version.data = str(row.publication.version)
    elif row.revision.state not in EDITABLE:
        return redirect(url_for(".check", publication_id=publication_id))
    page = FormPage(
        case,
        form,
        bases_of(case.detail.bases, registry.rulebook),
        proof_of(registry, case.detail.item, case.occasion),
        publication=row,
        reasons=row.revision.reasons_to_answer,
        conflict=conflict,
        saved_by=saved_by,
        may_record_event=_may_record(actor, case),
        may_save=row.revision.state in EDITABLE,
    )
    return render_template("staff/publish.html", page=page), status


@blueprint.route("/publications/<uuid:publication_id>/check", methods=["GET", "POST"])
@login_required
def check(publication_id: UUID) -> ResponseReturnValue:
    """Every answer once more; POST hands the draft to a reviewer."""
    registry, actor = the_registry(), current_actor()
    form = VersionForm()
    status, title = 200, ""
    issues: Sequence[Issue] | None = None
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
            status = CONFLICT
    with registry.database.read() as session:
        row, case = find_own(session, registry, actor, publication_id)
        missing = issues if issues is not None else _missing(session, registry, actor, row)
        repeats = _repeats(session, row, case)
        companions = _companions(session, registry, row, case)
        evidence = evidence_part(session, actor, row)
    form.version.data = str(row.publication.version)
    page = _check_page(actor, row, case, form, missing, repeats, companions, is_refused=status == 422)
    page = replace(page, evidence=evidence)
    return render_template("staff/check.html", page=page), status


def _read(form: PublicationForm, schema: PublicationSchema, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Clean values, or Invalid with everything that the schema and the form itself find."""
    issues = form.issues()
    try:
        values = load(schema, typed)
    except Invalid as error:
        raise Invalid(error.issues + issues) from error
    if issues:
        raise Invalid(issues)
    return values


def _model(session: Session, registry: Registry, actor: Actor, last: PublicationRow | None) -> PublicationRow | None:
    """The publication a new one is to begin with, if the address names one within the actor's reach."""
    wanted = request.args.get("like", "")
    if wanted == "last":
        return last
    try:
        publication_id = UUID(wanted)
    except ValueError:
        return None
    return find_own(session, registry, actor, publication_id)[0]


def _new_form(case: Case, occasion: Occasion, model: PublicationRow | None, registry: Registry) -> PublicationForm:
    """An empty form; or the content of `model`, whatever was kept from another try.

    An event somebody recorded is the day on which the information was formed; nothing else is known of dates.
    """
    formed = {"formed_on": occasion.counted_from.isoformat()} if occasion.event and not occasion.assumed else {}
    if model is None:
        return publication_form(case.detail.elements, case.channels)(data=formed)
    channels = with_used(case.channels, model.revision, registry)
    if are_companions(case.detail.item, occasion, model.item, model.occasion):
        data = copied_values(copied_to_companion(model.revision))
    else:
        data = copied_values(copied_from(model.revision, model.occasion.period, occasion.period)) | formed
    made: PublicationForm = publication_form(case.detail.elements, channels)(formdata=None, data=data)
    return made


def _form_of(registry: Registry, row: PublicationRow, case: Case) -> PublicationForm:
    channels = with_used(case.channels, row.revision, registry)
    made = publication_form(
        case.detail.elements,
        channels,
        corrects=row.publication.public_revision_id is not None,
        reasons=row.revision.reasons_to_answer,
    )
    return made(data=revision_values(row.revision, row.publication.version))


def _require_confirmed(form: PublicationForm, duplicates: Sequence[Duplicate]) -> None:
    if duplicates and not form.not_duplicate.data:
        raise Invalid([Issue("not_duplicate", "duplicates_unconfirmed")])


def version_of(form: VersionForm | PublicationForm) -> int:
    """The version the form was shown for; one that cannot be read is as good as passed by."""
    text = form.version.data or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _may_record(actor: Actor, case: Case) -> bool:
    return may(actor, Permission.RECORD_EVENT, case.occasion.unit_code)


def _missing(session: Session, registry: Registry, actor: Actor, row: PublicationRow) -> list[Issue]:
    """What submitting would refuse now; the service's own check, on a session that only reads."""
    if row.revision.state not in TRANSITIONS["submit"].sources:
        return []
    work = Work(session=session, actor=actor, now=registry.database.clock())
    return service.issues_before_submitting(work, row.publication, row.revision)


def _repeats(session: Session, row: PublicationRow, case: Case) -> Sequence[Duplicate]:
    """What a draft repeats of others, for the one who is about to hand it over."""
    if row.revision.state not in TRANSITIONS["submit"].sources:
        return ()
    values, own_id = content_of(row.revision), row.publication.id
    return find_duplicates(session, case.as_of, row.occasion, values, except_id=own_id)


def _companions(session: Session, registry: Registry, row: PublicationRow, case: Case) -> list[OccasionRow]:
    """What else of its section the same document may answer and nobody has begun."""
    if row.revision.state in (RevisionState.WITHDRAWN, RevisionState.SUPERSEDED):
        return []
    begun = list_work(session, case.as_of, unit_code=case.occasion.unit_code, states=ALIVE)
    taken = {one.occasion.id for one in begun}
    found = companions_of(session, registry.state_dates(), case.occasion)
    return [one for one in found if one.occasion_id not in taken]


def _check_page(
    actor: Actor,
    row: PublicationRow,
    case: Case,
    form: VersionForm,
    missing: Sequence[Issue],
    repeats: Sequence[Duplicate],
    companions: Sequence[OccasionRow],
    *,
    is_refused: bool,
) -> CheckPage:
    unit_code, state = case.occasion.unit_code, row.revision.state
    may_write = may(actor, Permission.WRITE_PUBLICATION, unit_code)
    return CheckPage(
        case=case,
        publication=row,
        parts=case.words.parts(content_of(row.revision)),
        missing=[(issue.field.partition(".")[0], wording.message(issue)) for issue in missing],
        reasons=row.revision.reasons_to_answer,
        repeats=repeats,
        companions=companions if may_write else (),
        form=form,
        may_edit=may_write and state in EDITABLE and row.publication.superseded_on is None,
        may_submit=may_write and state in TRANSITIONS["submit"].sources,
        may_end=may(actor, Permission.WITHDRAW_PUBLICATION, unit_code) and is_public(row),
        may_review=may(actor, Permission.REVIEW_PUBLICATION, unit_code)
        and (state is RevisionState.SUBMITTED or row.revision.awaits_confirming),
        is_refused=is_refused,
    )


def is_public(row: PublicationRow) -> bool:
    return row.publication.public_revision_id is not None and row.publication.withdrawn_on is None
