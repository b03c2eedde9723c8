"""The public page of a publication: what was disclosed, five dates, where, what was seen there, and every public version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, current_app, render_template
from sqlmodel import Session

from registry.accounts.permissions import Permission, may
from registry.bootstrap import Registry
from registry.evidence.failures import holds
from registry.evidence.queries import list_public_evidence, unseen
from registry.evidence.rules import SIGHTED
from registry.evidence.tables import Evidence
from registry.items.queries import ItemDetail, list_details
from registry.items.tables import Element
from registry.publications.history import Version, versions_of
from registry.publications.interpretations import Named, interpretations_of, interpreted_by
from registry.publications.queries import PublicationRow, get_for
from registry.publications.rules import RevisionState
from registry.publications.screening import carried_files
from registry.publications.steps import content_of
from registry.publications.tables import Attachment
from registry.units.queries import get_unit
from registry.units.rules import name_on
from registry.units.tables import Unit
from registry.web.contents import Part, Words
from registry.web.visitors import current_actor

blueprint = Blueprint("publications", __name__)

SHOWN = 10
PUBLIC_STATES = (RevisionState.APPROVED, RevisionState.SUPERSEDED, RevisionState.WITHDRAWN)


@dataclass(frozen=True)
class PublicationPage:
    """A publication as this visitor may see it. Of a withdrawn one only that it was there, and why it is gone.

    `unit_name_then` is what the unit was called on the day of publication; `interprets` is the public document this one explains,
    `interpretations` what explains this one.
    """

    row: PublicationRow
    detail: ItemDetail
    unit: Unit
    unit_name_then: str
    elements: Sequence[tuple[Element, bool]]
    evidence: Sequence[Evidence]
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    versions: Sequence[Version]
    files: Sequence[Attachment]
    seen_number: int
    is_public: bool
    is_unseen: bool
    interprets: Named | None
    interpretations: Sequence[Named]
    as_of: date

    @property
    def is_withdrawn(self) -> bool:
        withdrawn_on = self.row.publication.withdrawn_on
        return withdrawn_on is not None and withdrawn_on <= self.as_of


@dataclass(frozen=True)
class ShownVersion:
    """A version and its content in words beside the one before; no parts when the reader may not see them."""

    version: Version
    parts: Sequence[Part]


@dataclass(frozen=True)
class HistoryPage:
    """Every version this reader may know of, newest first."""

    row: PublicationRow
    detail: ItemDetail
    versions: Sequence[ShownVersion]
    to_staff: bool


@blueprint.get("/publications/<uuid:publication_id>")
def publication(publication_id: UUID) -> str:
    registry: Registry = current_app.extensions["registry"]
    today = registry.database.today()
    with registry.database.read() as session:
        row = get_for(session, publication_id, current_actor(), today)
        return render_template("publications/publication.html", page=_page(session, registry, row, today))


def _page(session: Session, registry: Registry, row: PublicationRow, today: date) -> PublicationPage:
    detail = list_details(session, item_ids=[row.item.id])[0]
    evidence = list_public_evidence(session, row.publication.id, today)
    unit = get_unit(session, row.duty.unit_code)
    seen = [one.seen_at for one in evidence if one.outcome in SIGHTED]
    return PublicationPage(
        row=row,
        detail=detail,
        unit=unit.unit,
        unit_name_then=name_on(unit.names, row.publication.published_on or today),
        elements=[(element, str(element.id) in row.revision.elements) for element in detail.elements],
        evidence=evidence[-SHOWN:][::-1],
        seen_number=len(evidence),
        first_seen_at=min(seen, default=None),
        last_seen_at=max(seen, default=None),
        versions=versions_of(session, row.publication, to_staff=False),
        files=carried_files(session, row.revision),
        is_public=row.state in ("published", "superseded") and row.revision.state in PUBLIC_STATES,
        is_unseen=holds(unseen(session, today, [row.publication.id]).get(row.publication.id, ()), today),
        interprets=interpreted_by(session, row.revision.interprets_id, today),
        interpretations=interpretations_of(session, row.publication.id, today),
        as_of=today,
    )


@blueprint.get("/publications/<uuid:publication_id>/history")
def history(publication_id: UUID) -> str:
    """Every version field by field beside the one before: of what was public to everybody, of all to staff of the unit."""
    registry: Registry = current_app.extensions["registry"]
    actor, today = current_actor(), registry.database.today()
    with registry.database.read() as session:
        row = get_for(session, publication_id, actor, today)
        to_staff = may(actor, Permission.SEE_UNPUBLISHED, row.keeper_code)
        detail = list_details(session, item_ids=[row.item.id])[0]
        words = Words(detail.elements, _channel_words(registry))
        shown = [_compared(one, words) for one in versions_of(session, row.publication, to_staff=to_staff)]
        return render_template("publications/history.html", page=HistoryPage(row, detail, shown, to_staff))


def _compared(version: Version, words: Words) -> "ShownVersion":
    if not version.is_open:
        return ShownVersion(version, ())
    before = content_of(version.before) if version.before is not None and version.compares else None
    return ShownVersion(version, words.parts(content_of(version.revision), before))


def _channel_words(registry: Registry) -> Mapping[str, str]:
    return {code: channel.name for code, channel in registry.rulebook.channels.items()}
