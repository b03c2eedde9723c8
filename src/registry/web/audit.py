"""The log as auditors read it, with the proof that it is whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask_login import login_required

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.audit.queries import Verification, count_entries, list_entries, verify
from registry.audit.tables import AuditEntry
from registry.web.parameters import read_choice, read_page, read_text, require_page
from registry.web.visitors import current_actor, the_registry

blueprint = Blueprint("audit", __name__)

SIZE = 50


@dataclass(frozen=True)
class LogPage:
    """Entries newest first; `verification` only when asked for, as it reads the whole log."""

    entries: Sequence[AuditEntry]
    number: int
    pages: int
    total: int
    subject: str
    verification: Verification | None

    def changes(self, entry: AuditEntry) -> Mapping[str, tuple[str, str]]:
        """Field → (before, after) as text."""
        return {name: (_text(before), _text(after)) for name, (before, after) in entry.changes.items()}


@blueprint.get("/audit")
@login_required
def log() -> str:
    registry, actor = the_registry(), current_actor()
    require(actor, Permission.READ_AUDIT)
    number, subject = read_page(), read_text("subject", longest=64)
    wants_proof = read_choice("verify", ("1",)) == "1"
    with registry.database.read() as session:
        total = count_entries(session, subject_id=subject or None)
        pages = require_page(number, total=total, size=SIZE)
        page = LogPage(
            entries=list_entries(session, subject_id=subject or None, page=number, size=SIZE),
            number=number,
            pages=pages,
            total=total,
            subject=subject,
            verification=verify(session) if wants_proof else None,
        )
        return render_template("audit/log.html", page=page)


def _text(value: Any) -> str:
    if value is None:
        return wording.label("format", "none")
    return wording.label("format", "list_separator").join(map(str, value)) if isinstance(value, list) else str(value)
