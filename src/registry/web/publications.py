"""The public page of a publication: what was disclosed, five dates, where, what was seen there, and every public version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, current_app, render_template
from sqlmodel import Session

from registry import wording
from registry.bootstrap import Registry
from registry.evidence.failures import holds
from registry.evidence.queries import list_public_evidence, unseen
from registry.evidence.rules import SIGHTED
from registry.evidence.tables import Evidence
from registry.items.queries import ItemDetail, list_details
from registry.items.tables import Element
from registry.publications.queries import PublicationRow, changed_fields, get_for, list_revisions
from registry.publications.rules import RevisionState
from registry.publications.tables import Revision
from registry.units.queries import get_unit
from registry.units.tables import Unit
from registry.web.visitors import current_actor

blueprint = Blueprint("publications", __name__)

SHOWN = 10
PUBLIC_STATES = (RevisionState.APPROVED, RevisionState.SUPERSEDED, RevisionState.WITHDRAWN)


@dataclass(frozen=True)
class Version:
    """A version that was public, and the names of the fields in which it differs from the one before."""

    revision: Revision
    changed: Sequence[str]


@dataclass(frozen=True)
class PublicationPage:
    """A publication as this visitor may see it. Of a withdrawn one only that it was there, and why it is gone."""

    row: PublicationRow
    detail: ItemDetail
    unit: Unit
    elements: Sequence[tuple[Element, bool]]
    evidence: Sequence[Evidence]
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    versions: Sequence[Version]
    seen_number: int
    channel_words: Mapping[str, str]
    is_public: bool
    is_unseen: bool
    as_of: date

    @property
    def is_withdrawn(self) -> bool:
        withdrawn_on = self.row.publication.withdrawn_on
        return withdrawn_on is not None and withdrawn_on <= self.as_of


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
    seen = [one.seen_at for one in evidence if one.outcome in SIGHTED]
    return PublicationPage(
        row=row,
        detail=detail,
        unit=get_unit(session, row.duty.unit_code).unit,
        elements=[(element, str(element.id) in row.revision.elements) for element in detail.elements],
        evidence=evidence[-SHOWN:][::-1],
        seen_number=len(evidence),
        first_seen_at=min(seen, default=None),
        last_seen_at=max(seen, default=None),
        versions=_versions(list_revisions(session, row.publication.id, public_only=True)),
        channel_words={code: channel.name for code, channel in registry.rulebook.channels.items()},
        is_unseen=holds(unseen(session, today, [row.publication.id]).get(row.publication.id, ()), today),
        is_public=row.state == "published" and row.revision.state in PUBLIC_STATES,
        as_of=today,
    )


def _versions(revisions: Sequence[Revision]) -> list[Version]:
    """Newest first."""
    names = wording.labels("field")
    versions = [
        Version(one, [names[name] for name in changed_fields(earlier, one)] if earlier else [])
        for earlier, one in zip((None, *revisions), revisions, strict=False)
    ]
    return versions[::-1]
