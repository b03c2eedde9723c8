"""Publications as plain records; the same for API and command line. Nobody's name or account is in them."""

from dataclasses import asdict
from datetime import date
from typing import Any

from registry.files.kinds import MEDIA_TYPES
from registry.publications.queries import PublicationRow
from registry.publications.rules import RevisionState
from registry.publications.screening import Screening
from registry.publications.tables import Attachment, Revision


def publication_record(row: PublicationRow, *, to_staff: bool = False) -> dict[str, Any]:
    """A publication with one of its revisions. What was withdrawn keeps title and reason; its content is for staff only.

    `published_on` is what the unit claims for this revision, `first_published_on` the day the publication first counted from.
    """
    publication, revision = row.publication, row.revision
    record = {
        "id": str(publication.id),
        "state": row.state,
        "unit": row.duty.unit_code,
        "item": row.item.code,
        "area": row.area_code,
        "duty": str(row.duty.id),
        "occasion": str(row.occasion.id),
        "period": row.occasion.period or None,
        "event": row.occasion.event or None,
        "due_on": _day(row.occasion.due_on),
        "first_published_on": _day(publication.published_on),
        "withdrawn_on": _day(publication.withdrawn_on),
        "withdrawal_why": publication.withdrawal_why,
        "withdrawal_reason": publication.withdrawal_reason,
        "superseded_on": _day(publication.superseded_on),
        "successor": str(publication.successor_id) if publication.successor_id else None,
        "version": publication.version,
        **revision_record(revision, hidden=revision.state is RevisionState.WITHDRAWN and not to_staff),
    }
    if to_staff:
        record["return_reasons"] = revision.return_reasons
        record["replies"] = revision.replies
        record["override_reason"] = revision.override_reason
        record["personal_data_reason"] = revision.personal_data_reason
    return record


def revision_record(revision: Revision, *, hidden: bool = False) -> dict[str, Any]:
    """The content of one revision; of a `hidden` one only that it was there and how it was called."""
    return {
        "revision": revision.number,
        "title": revision.title,
        "doc_no": revision.doc_no,
        "summary": None if hidden else revision.summary,
        "formed_on": _day(revision.formed_on),
        "published_on": _day(revision.published_on),
        "elements": [] if hidden else list(revision.elements),
        "channels": [] if hidden else [_channel_record(one) for one in revision.channels],
        "interprets_id": str(revision.interprets_id) if revision.interprets_id else None,
        "correction_why": revision.correction_why,
        "correction_reason": revision.correction_reason,
    }


def attachment_record(attachment: Attachment) -> dict[str, Any]:
    """A file of a publication; who brought it is nobody's business."""
    return {
        "id": str(attachment.id),
        "name": attachment.file_name,
        "kind": attachment.kind.value,
        "media_type": MEDIA_TYPES[attachment.kind],
        "size_bytes": attachment.size_bytes,
        "sha256": attachment.sha256,
    }


def screening_record(screening: Screening) -> dict[str, Any]:
    """What was found of people, for staff of the unit: masked, with its places."""
    return {
        "total": screening.counts.total(),
        "found": [asdict(one) for one in screening.found],
        "not_read": list(screening.not_read),
    }


def _channel_record(channel: dict[str, Any]) -> dict[str, Any]:
    return {name: channel.get(name) for name in ("channel", "address", "place")}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
