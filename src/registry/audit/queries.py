"""Reading the log, and proving that it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from registry.audit.service import GENESIS, seal
from registry.audit.tables import AuditEntry, AuditHead


@dataclass(frozen=True)
class Verification:
    """`entries` were read; `faults` name the numbers at which the chain does not hold (empty: whole); `head` is to be kept elsewhere.

    A chain proves that nothing inside was altered; that its newest entries were not cut off is proved only by a head kept outside.
    """

    entries: int
    head: str
    faults: list[str]


def verify(session: Session, *, kept_head: tuple[int, str] | None = None) -> Verification:
    """Recompute every seal. `kept_head` (number, hash), exported earlier, also finds a cut tail."""
    faults: list[str] = []
    previous, expected = GENESIS, 1
    kept_found = kept_head is None
    for entry in session.exec(select(AuditEntry).order_by(col(AuditEntry.number)).execution_options(yield_per=1000)):
        if entry.number != expected:
            faults.append(f"missing {expected}")
            expected = entry.number
        if entry.previous_hash != previous:
            faults.append(f"broken link {entry.number}")
        if seal(entry) != entry.hash:
            faults.append(f"altered {entry.number}")
        if kept_head == (entry.number, entry.hash):
            kept_found = True
        previous, expected = entry.hash, expected + 1
    head = session.get(AuditHead, 1)
    if head is not None and (head.number, head.hash) != (expected - 1, previous):
        faults.append(f"head says {head.number}, log ends at {expected - 1}")
    if not kept_found and kept_head is not None:
        faults.append(f"kept head {kept_head[0]} not found")
    return Verification(entries=expected - 1, head=previous, faults=faults)


def list_entries(
    session: Session, *, subject_id: str | None = None, page: int = 1, size: int = 50
) -> Sequence[AuditEntry]:
    """Newest first."""
    query = select(AuditEntry).order_by(col(AuditEntry.number).desc())
    if subject_id is not None:
        query = query.where(col(AuditEntry.subject_id) == subject_id)
    return session.exec(query.offset((page - 1) * size).limit(size)).all()


@dataclass(frozen=True)
class Mark:
    """A place in the log: the number and the seal of its entry then."""

    number: int
    hash: str


def last_mark(session: Session) -> Mark:
    """Where the log ends now."""
    head = session.exec(select(AuditHead.number, AuditHead.hash).where(AuditHead.id == 1)).one_or_none()
    return Mark(*head) if head else Mark(0, GENESIS)


def is_written(session: Session, mark: Mark) -> bool:
    """Whether this very entry stands in the log."""
    return session.exec(select(AuditEntry.hash).where(AuditEntry.number == mark.number)).one_or_none() == mark.hash


def count_entries(session: Session, *, subject_id: str | None = None) -> int:
    """How many entries there are, or how many about one subject."""
    if subject_id is not None:
        return session.exec(select(func.count()).where(col(AuditEntry.subject_id) == subject_id)).one()
    head = session.get(AuditHead, 1)
    return head.number if head else 0
