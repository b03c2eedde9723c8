"""Looking at what is public with one button, keeping photographs of what no browser reaches, and clearing captures for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from flask_wtf.file import FileField
from itsdangerous import BadSignature, URLSafeSerializer
from sqlmodel import Session, col, select
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from registry import wording
from registry.accounts.permissions import Permission, may, require
from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Conflict, Invalid, NotFound, Unavailable
from registry.evidence.photographs import Photograph, clean_photograph
from registry.evidence.queries import get_evidence, list_evidence
from registry.evidence.rules import SIGHTED
from registry.evidence.schemas import OfflineSchema
from registry.evidence.service import add_offline, check_publication, clear_evidence
from registry.evidence.tables import Evidence
from registry.publications.queries import PublicationRow
from registry.validation import load
from registry.web.cases import Case, find_own, with_used
from registry.web.forms import DONE, MUST, DayField, PlainForm, attempt, filled
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("evidence", __name__)

SHOWN = 10

EXTENSIONS: Mapping[str, str] = {
    "application/warc": "warc.gz",
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
}


@dataclass(frozen=True)
class EvidencePart:
    """What staff see of the evidence of a publication: the newest rows first, and what the person may do with it.

    `clearable` are ids of captures that wait for the personal-data check by this person.
    """

    publication_id: UUID
    rows: Sequence[Evidence]
    total: int
    clearable: frozenset[UUID]
    may_check: bool
    may_add: bool


class OfflineForm(PlainForm):
    """`kept` holds a file that was accepted while something else was wrong, so that nobody has to choose it again."""

    channel = SelectField(validate_choice=False, validators=[MUST])
    place = StringField(validators=[MUST])
    posted_from = DayField(validators=[MUST])
    posted_to = DayField()
    seen_on = DayField(validators=[MUST])
    file = FileField(validators=[MUST], render_kw={"accept": "image/jpeg,image/png,application/pdf"})
    note = TextAreaField(render_kw={"rows": 2})
    kept = HiddenField()


VALUES = ("channel", "place", "posted_from", "posted_to", "seen_on", "note")


@dataclass(frozen=True)
class AddPage:
    """The form, what it is about, and the name of a file that is already here."""

    case: Case
    publication: PublicationRow
    form: OfflineForm
    is_file_here: bool


def evidence_part(session: Session, actor: Actor, row: PublicationRow) -> EvidencePart | None:
    """None for what was never public: there is nothing to look at."""
    if row.publication.public_revision_id is None:
        return None
    unit_code, found = row.duty.unit_code, list_evidence(session, row.publication.id)
    is_public = row.publication.withdrawn_on is None
    return EvidencePart(
        publication_id=row.publication.id,
        rows=found[-SHOWN:][::-1],
        total=len(found),
        clearable=frozenset(one.id for one in found if _may_clear(actor, one, unit_code)),
        may_check=is_public and may(actor, Permission.CHECK_EVIDENCE, unit_code),
        may_add=is_public and may(actor, Permission.ADD_EVIDENCE, unit_code),
    )


@blueprint.post("/publications/<uuid:publication_id>/evidence/check")
@login_required
def check(publication_id: UUID) -> ResponseReturnValue:
    """Look at every address now; takes as long as the sites take to answer."""
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        find_own(session, registry, actor, publication_id)
    try:
        done = check_publication(registry.database, registry.looker, actor, publication_id)
        with registry.database.read() as session:
            rows = session.exec(select(Evidence).where(col(Evidence.id).in_(done)).order_by(col(Evidence.id))).all()
        flash(wording.label("notice", "evidence_checked").format(words=_told(rows)))
    except (Conflict, Unavailable) as error:
        flash(wording.refusal(error.code, error.context), "error")
    return redirect(url_for("checking.check", publication_id=publication_id, _anchor="evidence"))


@blueprint.route("/publications/<uuid:publication_id>/evidence/add", methods=["GET", "POST"])
@login_required
def add(publication_id: UUID) -> ResponseReturnValue:
    """A photograph or scan of what was put up."""
    registry, actor = the_registry(), current_actor()
    with registry.database.read() as session:
        row, case = find_own(session, registry, actor, publication_id)
    require(actor, Permission.ADD_EVIDENCE, case.occasion.unit_code)
    form, status = _form(registry, row, case), 200
    if request.method == "POST":
        status = attempt(form, lambda: _add(registry, actor, publication_id, form))
        if status == DONE:
            return redirect(url_for("checking.check", publication_id=publication_id, _anchor="evidence"))
    page = AddPage(case, row, form, is_file_here=bool(form.kept.data))
    return render_template("staff/evidence_add.html", page=page), status


def _add(registry: Registry, actor: Actor, publication_id: UUID, form: OfflineForm) -> None:
    photograph, values = _read(registry, form)
    with registry.database.work(actor) as work:
        add_offline(work, registry.objects, publication_id, values, photograph)
    flash(wording.label("notice", "evidence_added"))


@blueprint.get("/evidence/<uuid:evidence_id>/capture")
def capture(evidence_id: UUID) -> Response:
    """The WARC file or photograph, to keep, never to show: for staff of the unit, and for everybody once it is cleared."""
    registry = the_registry()
    with registry.database.read() as session:
        evidence, _ = get_evidence(session, evidence_id, current_actor(), registry.database.today())
        if evidence.capture is None or evidence.media_type is None:
            raise NotFound(subject="evidence")
        content = registry.objects.get(evidence.capture)
        name = f"{evidence.seen_at:%Y%m%d}-{evidence.capture[:12]}.{EXTENSIONS[evidence.media_type]}"
    response = Response(content, mimetype=evidence.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@blueprint.post("/evidence/<uuid:evidence_id>/clear")
@login_required
def clear(evidence_id: UUID) -> ResponseReturnValue:
    """Say that there is no personal data in a capture somebody else recorded."""
    registry, actor = the_registry(), current_actor()
    with registry.database.work(actor) as work:
        publication_id = clear_evidence(work, evidence_id).publication_id
    flash(wording.label("notice", "evidence_cleared"))
    return redirect(url_for("checking.check", publication_id=publication_id, _anchor="evidence"))


def _may_clear(actor: Actor, evidence: Evidence, unit_code: str) -> bool:
    waits = evidence.cleared_by is None and evidence.capture is not None and evidence.outcome in SIGHTED
    return waits and evidence.recorded_by != actor.user_id and may(actor, Permission.CLEAR_EVIDENCE, unit_code)


def _form(registry: Registry, row: PublicationRow, case: Case) -> OfflineForm:
    """The publication's own channels; where it names one place, that is where the photograph was taken."""
    named = [one["channel"] for one in row.revision.channels]
    known = with_used(case.channels, row.revision, registry)
    places = [one["place"] for one in row.revision.channels if one.get("place")]
    form = OfflineForm(data={"place": places[0] if len(places) == 1 else ""})
    form.channel.choices = [
        ("", wording.label("choice", "pick")),
        *((code, known[code]) for code in dict.fromkeys(named)),
    ]
    return form


def _read(registry: Registry, form: OfflineForm) -> tuple[Photograph, dict[str, Any]]:
    """File and clean values, or Invalid with everything wrong in both."""
    issues, photograph = [], None
    try:
        photograph = _photograph(registry, form)
    except Invalid as error:
        issues = error.issues
    try:
        values = load(OfflineSchema(), {name: filled(form[name]) for name in VALUES if filled(form[name])})
    except Invalid as error:
        raise Invalid(error.issues + issues) from error
    if photograph is None:
        raise Invalid(issues)
    return photograph, values


def _photograph(registry: Registry, form: OfflineForm) -> Photograph:
    """The file that was sent, else the one accepted before; kept for the next try before anything else is looked at."""
    sent = form.file.data
    signer = URLSafeSerializer(current_app.config["SECRET_KEY"], salt="evidence")
    if not sent and form.kept.data:
        try:
            digest, media_type = signer.loads(form.kept.data)
            return Photograph(registry.objects.get(digest), media_type)
        except (BadSignature, NotFound):
            form.kept.data = ""
    photograph = clean_photograph(sent.read() if sent else b"", (sent.filename or "") if sent else "")
    form.kept.data = signer.dumps([registry.objects.put(photograph.content), photograph.media_type])
    return photograph


def _told(rows: Sequence[Evidence]) -> str:
    """已查见（页面上有登记的标题）；…"""
    words = (
        wording.label("format", "outcome").format(
            outcome=wording.label("evidence_outcome", row.outcome), reason=wording.label("evidence_reason", row.reason)
        )
        for row in rows
        if row.reason
    )
    return wording.label("format", "list_separator").join(words)
