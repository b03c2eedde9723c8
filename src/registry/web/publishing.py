"""Registering what was disclosed: from an occasion to a draft, to the check of all answers, to the reviewer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlmodel import Session

from registry.accounts.permissions import Permission, may, require
from registry.accounts.queries import display_name
from registry.bootstrap import Registry
from registry.database import Actor
from registry.duties.tables import Occasion
from registry.errors import Invalid, Issue
from registry.publications import service
from registry.publications.duplicates import (
    Duplicate,
    are_companions,
    copied_from,
    copied_to_companion,
    find_duplicates,
)
from registry.publications.interpretations import IDENTITY, find_named
from registry.publications.queries import PublicationRow, find_last_public
from registry.publications.rules import ONLINE_CHANNELS, TRANSITIONS, RevisionState
from registry.publications.schemas import EditSchema, PublicationSchema
from registry.publications.steps import content_of
from registry.validation import load
from registry.web.bases import Basis, bases_of
from registry.web.cases import Case, find_case, find_own, with_used
from registry.web.contents import Part
from registry.web.forms import DONE, attempt
from registry.web.parameters import read_text
from registry.web.proofs import Proof, proof_of
from registry.web.publication_forms import (
    PublicationForm,
    copied_values,
    publication_form,
    revision_values,
)
from registry.web.versions import version_of
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
    require(actor, Permission.WRITE_PUBLICATION, case.keeper_code)
    form = _new_form(case, occasion, model, registry)
    duplicates: list[Duplicate] = []
    status = 200
    if request.method == "POST":
        created: list[UUID] = []

        def create() -> None:
            values = _read(form, PublicationSchema(), form.values(), actor)
            with registry.database.read() as session:
                duplicates.extend(find_duplicates(session, case.as_of, occasion, values))
            _require_confirmed(form, duplicates)
            with registry.database.work(actor) as work:
                created.append(service.create_publication(work, occasion_id, values).id)

        status = attempt(form, create, place=form.place)
        if status == DONE:
            return redirect(url_for("checking.check", publication_id=created[0]))
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
        may_ask=may(actor, Permission.ASK_FOR_RULING, case.keeper_code),
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
    require(actor, Permission.WRITE_PUBLICATION, case.keeper_code)
    form = _form_of(registry, row, case)
    conflict: Sequence[Part] = ()
    status = 200
    if request.method == "POST":

        def save() -> None:
            values = _read(form, EditSchema(), form.values() | form.correction(), actor)
            with registry.database.work(actor) as work:
                service.edit_publication(work, publication_id, values, version=version_of(form))

        status = attempt(form, save, place=form.place)
        if status == DONE:
            return redirect(url_for("checking.check", publication_id=publication_id))
        if status == CONFLICT:
            conflict = case.words.parts(form.values(), content_of(row.revision))
            status = PRECONDITION_FAILED if version_of(form) != row.publication.version else CONFLICT
            form.version.data = str(row.publication.version)
    elif row.revision.state not in EDITABLE:
        return redirect(url_for("checking.check", publication_id=publication_id))
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


def _read(form: PublicationForm, schema: PublicationSchema, typed: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Clean values, or Invalid with everything that the schema and the form itself find."""
    interprets_id, strange = _interpreted(typed["interprets_id"], actor)
    issues = form.issues() + strange
    try:
        values = load(schema, {**typed, "interprets_id": interprets_id})
    except Invalid as error:
        raise Invalid(error.issues + issues) from error
    if issues:
        raise Invalid(issues)
    return values


def _interpreted(text: str | None, actor: Actor) -> tuple[str | None, list[Issue]]:
    """The id of the one publication that the typed address, number or title names, and what is wrong when it is not one."""
    identity = IDENTITY.search(text or "")
    if text is None or identity is not None:
        return identity.group() if identity else None, []
    registry = the_registry()
    with registry.database.read() as session:
        found = find_named(session, text, actor, registry.database.today())
    if len(found) == 1:
        return str(found[0].publication_id), []
    code = "interprets_several" if found else "interprets_unknown"
    return None, [Issue("interprets_id", code, {"found": text[:60], "number": len(found)})]


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
    if model is None and request.args.get("interprets"):
        formed = {"interprets_id": read_text("interprets", longest=40)}
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


def _may_record(actor: Actor, case: Case) -> bool:
    return may(actor, Permission.RECORD_EVENT, case.keeper_code)
