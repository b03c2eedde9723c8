"""公开信息: what the public reads, and each step of a publication's life."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlmodel import Session

from registry.accounts.permissions import Permission, may, require
from registry.api.auth import require_person
from registry.api.choices import area_named, item_named, unit_named
from registry.api.context import current_actor, current_registry
from registry.api.operations import Noun
from registry.api.paging import cut
from registry.api.publication_shapes import (
    PENDING,
    CreatedSchema,
    EvidencesSchema,
    PendingQuerySchema,
    PublicationAnswerSchema,
    PublicationQuerySchema,
    PublicationsSchema,
    RevisionsSchema,
)
from registry.api.versions import expected_version, version_header
from registry.database import Actor, Work
from registry.duties.tables import Occasion
from registry.errors import Forbidden
from registry.evidence import queries as evidence
from registry.evidence.records import evidence_record
from registry.evidence.service import check_publication
from registry.publications import deciding, ending, queries, service
from registry.publications.duplicates import Duplicate, find_duplicates
from registry.publications.history import versions_of
from registry.publications.queries import PublicationRow
from registry.publications.records import publication_record, revision_record
from registry.publications.rules import RevisionState
from registry.publications.schemas import (
    ApprovalSchema,
    EditSchema,
    PublicationSchema,
    ReturnSchema,
    SubmissionSchema,
    SupersedingSchema,
    WithdrawalSchema,
    require_known_channels,
)

blueprint = Noun("publications")

Answer = tuple[dict[str, Any], int, dict[str, str]]
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "the ETag that reading the publication gave",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}


@blueprint.route("/publications")
@blueprint.operation()
@blueprint.arguments(PublicationQuerySchema, location="query")
@blueprint.response(200, PublicationsSchema)
def list_publications(query: dict[str, Any]) -> dict[str, Any]:
    """What is public today, newest first."""
    registry = current_registry()
    with registry.database.read() as session:
        item = item_named(session, query["item"])
        found, total = queries.list_public(
            session,
            registry.database.today(),
            unit_code=unit_named(session, query["unit"]),
            item_id=item.id if item else None,
            area_code=area_named(session, query["area"]),
            page=query["page"],
            size=query["size"],
        )
        shown = [publication_record(row) for row in found]
    return {"total": total, "page": query["page"], "size": query["size"], "publications": shown}


@blueprint.route("/publications/pending")
@blueprint.operation(403)
@blueprint.doc(security=[{"token": []}])
@blueprint.arguments(PendingQuerySchema, location="query")
@blueprint.response(200, PublicationsSchema)
def list_pending(query: dict[str, Any]) -> dict[str, Any]:
    """What staff work on and the public does not see yet, oldest edit first: of one's own unit, for the office of all units."""
    actor, registry = require_person(), current_registry()
    wanted = set(query["state"] or PENDING)
    with registry.database.read() as session:
        unit = _unit_worked_for(actor, unit_named(session, query["unit"]))
        found = queries.list_work(session, registry.database.today(), unit_code=unit, states=_stored_states(wanted))
        kept = [row for row in found if row.state in wanted]
        shown = [publication_record(row, to_staff=True) for row in cut(kept, query["page"], query["size"])]
    return {"total": len(kept), "page": query["page"], "size": query["size"], "publications": shown}


@blueprint.route("/occasions/<uuid:occasion_id>/publications", methods=["POST"])
@blueprint.operation(changes=True)
@blueprint.arguments(PublicationSchema)
@blueprint.response(201, CreatedSchema)
def create_publication(values: dict[str, Any], occasion_id: UUID) -> Answer:
    """A draft for an occasion of one's own unit. `duplicates` in the answer are publications of the unit it may repeat, and in what."""
    registry, actor = current_registry(), require_person()
    require_known_channels(values, current_registry().rulebook.channels)
    with registry.database.work(actor) as work:
        publication = service.create_publication(work, occasion_id, values)
        body, _, headers = _answer(work, publication.id)
        occasion = work.session.get_one(Occasion, occasion_id)
        found = find_duplicates(work.session, work.today, occasion, values, except_id=publication.id)
        body["duplicates"] = [_duplicate_record(one) for one in found]
    return body, 201, headers


@blueprint.route("/publications/<uuid:publication_id>")
@blueprint.operation(404)
@blueprint.response(200, PublicationAnswerSchema)
def show_publication(publication_id: UUID) -> Answer:
    """A publication as the reader may see it; `ETag` is what a change has to name. Withdrawn ones stay here and say why."""
    with current_registry().database.read() as session:
        row = _row(session, publication_id)
        return _told(row), 200, dict(version_header(row.publication.version))


@blueprint.route("/publications/<uuid:publication_id>", methods=["PUT"])
@blueprint.operation(409, 412, 428, changes=True)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(EditSchema)
@blueprint.response(200, PublicationAnswerSchema)
def edit_publication(values: dict[str, Any], publication_id: UUID) -> Answer:
    """Replace the draft's content, or open a new version of what is public; the public one stays visible meanwhile."""
    require_person()
    require_known_channels(values, current_registry().rulebook.channels)
    return _change(
        lambda work, version: service.edit_publication(work, publication_id, values, version=version), publication_id
    )


@blueprint.route("/publications/<uuid:publication_id>/submit", methods=["POST"])
@blueprint.operation(409, 412, 428, changes=True)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(SubmissionSchema, required=False)
@blueprint.response(200, PublicationAnswerSchema)
def submit_publication(values: dict[str, Any], publication_id: UUID) -> Answer:
    """Hand the draft to a reviewer; refused with everything that is still missing, and while personal data is found without a reason."""
    objects = current_registry().objects
    return _change(
        lambda work, version: service.submit_publication(
            work, publication_id, version=version, objects=objects, **values
        ),
        publication_id,
    )


@blueprint.route("/publications/<uuid:publication_id>/approve", methods=["POST"])
@blueprint.operation(409, 412, 428, changes=True)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(ApprovalSchema)
@blueprint.response(200, PublicationAnswerSchema)
def approve_publication(values: dict[str, Any], publication_id: UUID) -> Answer:
    """Make the submitted version public from its day on. Nobody approves what they wrote; the office needs an `override_reason`."""
    registry = current_registry()
    return _change(
        lambda work, version: deciding.approve_publication(
            work,
            publication_id,
            version=version,
            objects=registry.objects,
            asked=registry.rulebook.review_checks,
            **values,
        ),
        publication_id,
    )


@blueprint.route("/publications/<uuid:publication_id>/confirm", methods=["POST"])
@blueprint.operation(409, 412, 428, changes=True)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.response(200, PublicationAnswerSchema)
def confirm_publication(publication_id: UUID) -> Answer:
    """A reviewer of the unit agrees afterwards to what the office approved in the reviewer's place."""
    return _change(
        lambda work, version: deciding.confirm_publication(work, publication_id, version=version), publication_id
    )


@blueprint.route("/publications/<uuid:publication_id>/return", methods=["POST"])
@blueprint.operation(409, 412, 428, changes=True)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(ReturnSchema)
@blueprint.response(200, PublicationAnswerSchema)
def return_publication(values: dict[str, Any], publication_id: UUID) -> Answer:
    """Send the submitted version back, with reasons tied to fields."""
    return _change(
        lambda work, version: deciding.return_publication(work, publication_id, version=version, **values),
        publication_id,
    )


@blueprint.route("/publications/<uuid:publication_id>/withdraw", methods=["POST"])
@blueprint.operation(409, 412, 428, changes=True)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(WithdrawalSchema)
@blueprint.response(200, PublicationAnswerSchema)
def withdraw_publication(values: dict[str, Any], publication_id: UUID) -> Answer:
    """Take back what is public; the reason is read by the public at the same address."""
    return _change(
        lambda work, version: ending.withdraw_publication(work, publication_id, version=version, **_ending(values)),
        publication_id,
    )


@blueprint.route("/publications/<uuid:publication_id>/supersede", methods=["POST"])
@blueprint.operation(409, 412, 428, changes=True)
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(SupersedingSchema)
@blueprint.response(200, PublicationAnswerSchema)
def supersede_publication(values: dict[str, Any], publication_id: UUID) -> Answer:
    """Name the publication that stands in the place of this one, which stays to be read."""
    return _change(
        lambda work, version: ending.supersede_publication(work, publication_id, version=version, **_ending(values)),
        publication_id,
    )


@blueprint.route("/publications/<uuid:publication_id>/revisions")
@blueprint.operation(404)
@blueprint.response(200, RevisionsSchema)
def list_revisions(publication_id: UUID) -> dict[str, Any]:
    """Every version, oldest first; the public sees those that were once public."""
    with current_registry().database.read() as session:
        row = _row(session, publication_id)
        found = versions_of(session, row.publication, to_staff=_is_staff_of(row))
        shown = [revision_record(one.revision, hidden=not one.is_open) for one in reversed(found)]
    return {"total": len(shown), "revisions": shown}


@blueprint.route("/publications/<uuid:publication_id>/evidence")
@blueprint.operation(404)
@blueprint.response(200, EvidencesSchema)
def list_evidence(publication_id: UUID) -> dict[str, Any]:
    """What was seen of a publication, oldest first. Staff of its unit read every look; everybody what may count, without captures nobody
    has cleared."""
    registry = current_registry()
    with registry.database.read() as session:
        to_staff = _is_staff_of(_row(session, publication_id))
        rows = (
            evidence.list_evidence(session, publication_id)
            if to_staff
            else evidence.list_public_evidence(session, publication_id, registry.database.today())
        )
        found = [evidence_record(one, to_staff=to_staff) for one in rows]
    return {"total": len(found), "evidence": found}


@blueprint.route("/publications/<uuid:publication_id>/evidence/check", methods=["POST"])
@blueprint.operation(409, changes=True)
@blueprint.response(200, EvidencesSchema)
def check_evidence(publication_id: UUID) -> dict[str, Any]:
    """Look at every address of what is public now. Takes as long as the sites take to answer, at most 30 seconds for an address."""
    registry, actor = current_registry(), require_person()
    with registry.database.read() as session:
        _row(session, publication_id)
    done = check_publication(registry.database, registry.looker, actor, publication_id)
    with registry.database.read() as session:
        rows = [one for one in evidence.list_evidence(session, publication_id) if one.id in done]
        return {"total": len(rows), "evidence": [evidence_record(one, to_staff=True) for one in rows]}


def _ending(values: dict[str, Any]) -> dict[str, Any]:
    return {"why": values["why"], "reason": values["reason"], "successor_id": values["successor"]}


def _change(step: Callable[[Work, int], object], publication_id: UUID) -> Answer:
    """One step of a publication's life, from the version in `If-Match`; the answer shows what it led to."""
    actor = require_person()
    version = expected_version()
    with current_registry().database.work(actor) as work:
        step(work, version)
        return _answer(work, publication_id)


def _answer(work: Work, publication_id: UUID) -> Answer:
    work.session.flush()
    row = queries.get_for(work.session, publication_id, work.actor, work.today)
    return _told(row), 200, dict(version_header(row.publication.version))


def _duplicate_record(duplicate: Duplicate) -> dict[str, Any]:
    return {
        "id": str(duplicate.row.publication.id),
        "title": duplicate.row.revision.title,
        "likenesses": [likeness.value for likeness in duplicate.likenesses],
    }


def _row(session: Session, publication_id: UUID) -> PublicationRow:
    return queries.get_for(session, publication_id, current_actor(), current_registry().database.today())


def _told(row: PublicationRow) -> dict[str, Any]:
    return publication_record(row, to_staff=_is_staff_of(row))


def _is_staff_of(row: PublicationRow) -> bool:
    return may(current_actor(), Permission.SEE_UNPUBLISHED, row.keeper_code)


def _unit_worked_for(actor: Actor, unit_code: str | None) -> str | None:
    """The unit whose unpublished things the actor may list; None is all of them."""
    if may(actor, Permission.SEE_UNPUBLISHED) and may(actor, Permission.SEE_ALL_UNITS):
        return unit_code
    if actor.unit_code is None:
        raise Forbidden(permission=Permission.SEE_UNPUBLISHED.value)
    require(actor, Permission.SEE_UNPUBLISHED, unit_code or actor.unit_code)
    return actor.unit_code


def _stored_states(words: set[str]) -> list[RevisionState]:
    """待发布 is stored as approved; which of those are still to come the query's answer tells."""
    return [RevisionState.APPROVED if word == "scheduled" else RevisionState(word) for word in sorted(words)]
