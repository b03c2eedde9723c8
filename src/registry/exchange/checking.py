"""registry check: does what is stored hold together?"""

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session

from registry import wording
from registry.audit.queries import verify
from registry.closing.proving import prove_all
from registry.closing.queries import frozen_digests
from registry.coverage.rules import StateDates
from registry.database import Database
from registry.errors import NotFound
from registry.evidence.queries import stored_captures
from registry.objects import ObjectFolder
from registry.publications.attachments import stored_digests
from registry.reports.briefings.queries import briefing_digests
from registry.search.backend import IndexUnusable, SearchBackend, SearchRequest
from registry.search.plan import Plan
from registry.search.sync import IndexSync


def check_registry(
    database: Database, objects: ObjectFolder, backend: SearchBackend, sync: IndexSync, dates: StateDates
) -> list[str]:
    """Faults in words, empty when all is well: the database, the log's chain, files that rows name, and index against database."""
    faults: list[str] = []
    with database.read() as session:
        if database.is_sqlite:
            answer = session.connection().execute(text("PRAGMA integrity_check")).scalar_one()
            if answer != "ok":
                faults.append(wording.label("check", "database").format(found=answer))
        log = verify(session)
        if log.faults:
            faults.append(wording.label("check", "audit").format(found="；".join(log.faults[:20])))
        faults += [wording.label("check", "file").format(found=digest) for digest in _unreadable(session, objects)]
        broken = [proof.code for proof in prove_all(session, objects) if not proof.holds]
        faults += [wording.label("check", "closed_period").format(found=code) for code in broken]
        lag = sync.lag(session)
        if lag:
            faults.append(wording.label("check", "lag").format(found=lag))
        expected = list(sync.expected(session))
    try:
        found = backend.search(SearchRequest(Plan(everything=True), dates=dates, size=10**9, public_only=False))
        differing = set(backend.differing(expected))
    except IndexUnusable:
        return [*faults, wording.label("check", "index_unusable")]
    wanted = {document.key for document in expected}
    held = {(hit.kind, hit.id) for hit in found.hits}
    faults += [wording.label("check", "not_in_index").format(kind=kind, id=one) for kind, one in sorted(wanted - held)]
    faults += [wording.label("check", "only_in_index").format(kind=kind, id=one) for kind, one in sorted(held - wanted)]
    differing &= wanted & held
    faults += [wording.label("check", "other_in_index").format(kind=kind, id=one) for kind, one in sorted(differing)]
    return faults


def _unreadable(session: Session, objects: ObjectFolder) -> Iterator[str]:
    """Digests that rows name and whose file is missing or altered."""
    kept = {
        *stored_digests(session),
        *stored_captures(session),
        *frozen_digests(session),
        *briefing_digests(session),
    }
    for digest in sorted(kept):
        try:
            objects.get(digest)
        except NotFound:
            yield digest
