"""Evidence as plain records; the same for API and command line. Who recorded or cleared it is never in them."""

from typing import Any

from registry.evidence.tables import Evidence

SHOWN = (
    "channel",
    "address",
    "reason",
    "seen_at",
    "status_code",
    "final_address",
    "sha256",
    "size_bytes",
    "title_found",
    "media_type",
    "place",
    "posted_from",
    "posted_to",
)


def evidence_record(evidence: Evidence, *, to_staff: bool = False) -> dict[str, Any]:
    """One look or photograph. Everybody gets page title, note and capture (`has_capture`) only once the capture is cleared."""
    is_open = to_staff or evidence.cleared_by is not None
    record = {
        "id": str(evidence.id),
        "publication": str(evidence.publication_id),
        "outcome": evidence.outcome.value,
        **{name: getattr(evidence, name) for name in SHOWN},
        "page_title": evidence.page_title if is_open else None,
        "note": evidence.note if is_open else None,
        "has_capture": is_open and evidence.capture is not None,
    }
    return record | {"cleared": evidence.cleared_by is not None} if to_staff else record
