"""Making digests, reading and marking them, and choosing whether they come by e-mail."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, func, select

from registry.accounts.permissions import require_person
from registry.accounts.tables import User
from registry.audit.service import Action, record
from registry.coverage.rules import StateDates
from registry.database import Work
from registry.deadlines.workdays import Workdays
from registry.duties.rules import Counting
from registry.errors import Invalid, Issue, NotFound
from registry.reminders.gathering import gather
from registry.reminders.records import entry_record
from registry.reminders.rules import Times
from registry.reminders.tables import Digest
from registry.validation import EMAIL

KEPT_ON_PAGE = 60


def make_digests(
    work: Work, dates: StateDates, counting: Counting, times: Times, calendar: Workdays
) -> list[tuple[Digest, User]]:
    """The digests of a day, at most one of a kind a person; returns those made now. Nothing on a day off; repeating it does nothing."""
    day = dates.as_of
    if not calendar.is_workday(day):
        return []
    existing = select(Digest.user_id, Digest.kind).where(Digest.day == day)
    known = {(user_id, kind) for user_id, kind in work.session.exec(existing)}
    made = []
    for (user_id, kind), entries in gather(
        work.session, dates, _since(work.session, day, calendar), counting, times
    ).items():
        if (user_id, kind) not in known:
            told = [entry_record(entry) for entry in entries]
            digest = Digest(user_id=user_id, day=day, kind=kind, entries=told, created_at=work.now)
            work.session.add(digest)
            made.append((digest, work.session.get_one(User, user_id)))
    work.session.flush()
    return sorted(made, key=lambda pair: (pair[1].username, pair[0].kind))


def _since(session: Session, day: date, calendar: Workdays) -> date:
    """The day people were reminded last; the working day before where nobody ever was."""
    last = session.exec(select(func.max(Digest.day)).where(col(Digest.day) < day)).one()
    return last or calendar.before(day, 1)


def list_own(session: Session, user_id: UUID) -> Sequence[Digest]:
    """A person's digests, newest first."""
    query = select(Digest).where(Digest.user_id == user_id)
    return session.exec(query.order_by(col(Digest.day).desc(), col(Digest.kind)).limit(KEPT_ON_PAGE)).all()


def count_unread(session: Session, user_id: UUID) -> int:
    return session.exec(
        select(func.count(col(Digest.id))).where(Digest.user_id == user_id, col(Digest.read_at).is_(None))
    ).one()


def mark_read(work: Work, digest_id: UUID) -> None:
    """A person's own digest has been read; that of another is not there for them. Reading is no change the log tells of."""
    digest = work.session.get(Digest, digest_id)
    if digest is None or digest.user_id != work.actor.user_id:
        raise NotFound(subject="digest")
    if digest.read_at is None:
        digest.read_at = work.now
        work.session.add(digest)


def choose_mail(work: Work, *, email: str | None, wanted: bool) -> None:
    """Where one's own reminders go, and whether they go by e-mail at all. The log says that the address changed, not what it is."""
    user = work.session.get_one(User, require_person(work.actor))
    address = (email or "").strip() or None
    if address is not None and not EMAIL.fullmatch(address):
        raise Invalid([Issue("email", "email_form", {"found": address[:60]})])
    if wanted and address is None:
        raise Invalid([Issue("email", "required")])
    changes: dict[str, tuple[object, object]] = {}
    if address != user.email:
        changes["email"] = (_is_given(user.email), _is_given(address))
    if wanted != user.mail_wanted:
        changes["mail_wanted"] = (user.mail_wanted, wanted)
    if changes:
        user.email, user.mail_wanted = address, wanted
        work.session.add(user)
        record(work, Action.ACCOUNT_CHANGE, "user", user.id, changes)


def _is_given(address: str | None) -> str:
    return "given" if address else "none"
