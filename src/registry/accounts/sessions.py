"""Signing in, and the sessions that come of it.

Functions that check a password take the `Database` and open their own works: argon2 is slow on purpose and
must not run inside a transaction that keeps every other writer waiting, and a refused sign-in must be
recorded although it is refused.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from registry.accounts import passwords, rules
from registry.accounts.passwords import Preset
from registry.accounts.permissions import Permission, may
from registry.accounts.queries import SHORT_ID, find_user, roles_of
from registry.accounts.tables import ApiToken, FailedSignIn, PastPassword, SignIn, User
from registry.audit.service import Action, record
from registry.audit.tables import AuditHead
from registry.database import SYSTEM, Actor, Database, Work
from registry.errors import Conflict, Forbidden, Invalid, Issue, NotFound

PASSWORDS_REMEMBERED = 5
FAILURES_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class SignedIn:
    """Somebody known: through `session` (pages) or through `token` (API), never both."""

    user: User
    roles: frozenset[str]
    session: SignIn | None = None
    token: ApiToken | None = None


@dataclass(frozen=True)
class Attempt:
    """One try at a password: `key` and `network` are what failures are counted by."""

    key: str
    network: str
    address: str
    door: str
    user_id: UUID | None


def actor_of(signed_in: SignedIn, door: str) -> Actor:
    user = signed_in.user
    return Actor(user.username, roles=signed_in.roles, user_id=user.id, unit_code=user.unit_code, door=door)


def fold_username(username: str) -> str:
    """One spelling of a sign-in name: trimmed, in lower case, full-width letters made plain."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def hash_secret(secret: str) -> str:
    """What is kept of a secret of 32 random bytes; nobody can guess those, so a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def sign_in(
    database: Database, username: str, password: str, *, address: str, agent: str = "", door: str = "web"
) -> tuple[str, User]:
    """The secret of a new session and whose it is.

    Otherwise Forbidden, in the same words and after about the same time whether or not the name exists:
    `sign_in_refused`, or `too_many_sign_ins` with the `minutes` left, which unknown names reach as well.
    """
    name = fold_username(username)
    with database.read() as session:
        user = find_user(session, name) if rules.USERNAME.fullmatch(name) else None
    user_id = user.id if user is not None else None
    key = name if user is not None else f"?{hash_secret(name)[:39]}"
    attempt = Attempt(key, rules.network_of(address), address[:64], door, user_id)
    usable = user is not None and _may_try(user, database.clock())
    right = _is_right(database, attempt, password, user.password_hash if user is not None and usable else None)
    if user is None or not right:
        raise _refuse(database, attempt, Actor("public", door=door))
    outdated = passwords.is_outdated(user.password_hash or "")
    new_hash = passwords.hash_password(password) if outdated else user.password_hash
    return _begin_session(database, attempt, user, agent=agent, new_hash=new_hash)


def find_session(database: Database, token: str) -> SignedIn | None:
    """Who holds the session secret `token`, if it is still alive; its use is noted at most once a minute."""
    now = database.clock()
    with database.read() as session:
        query = select(SignIn, User).join(User, col(User.id) == col(SignIn.user_id))
        found = session.exec(query.where(col(SignIn.token_hash) == hash_secret(token))).one_or_none()
        if found is None or found[1].disabled_at is not None or not _is_alive(found[0], now):
            return None
        row, user = found
        signed_in = SignedIn(user, roles_of(session, user.id), session=row)
    if now - row.last_used_at >= rules.USE_NOTED_EVERY:
        with database.work(SYSTEM, audited=False) as work:
            this_one = update(SignIn).where(col(SignIn.token_hash) == row.token_hash)
            work.session.execute(this_one.values(last_used_at=now))
    return signed_in


def sign_out(database: Database, token: str, *, door: str = "web") -> None:
    """End the session whose secret is `token`; an ended or unknown one is no error."""
    signed_in = find_session(database, token)
    if signed_in is not None and signed_in.session is not None:
        with database.work(actor_of(signed_in, door)) as work:
            _end(work, signed_in.user.id, [signed_in.session.token_hash])


def end_session(work: Work, user_id: UUID, short_id: str) -> None:
    """End one session of a person, named as `queries.list_sessions` names it."""
    require_own(work.actor, user_id)
    found = [one for one in _open_hashes(work.session, user_id) if one[:SHORT_ID] == short_id]
    if not found:
        raise NotFound
    _end(work, user_id, found)


def end_sessions(work: Work, user_id: UUID, *, keep: str | None = None) -> int:
    """End all sessions of a person, but the one with the hash `keep`; how many they were."""
    require_own(work.actor, user_id)
    ended = [one for one in _open_hashes(work.session, user_id) if one != keep]
    if ended:
        _end(work, user_id, ended)
    return len(ended)


def must_change_password(user: User, preset: Preset, now: datetime) -> bool:
    """Whether the person may do nothing before choosing a new password.

    The present one is a one-time secret, or (等保) older than 90 days.
    """
    changed_at = user.password_changed_at or user.created_at
    return user.must_change_password or (preset == "djbh" and now - changed_at > rules.PASSWORD_AGE)


def change_password(
    database: Database, signed_in: SignedIn, *, current: str, new: str, preset: Preset, door: str = "web"
) -> None:
    """The person's own password; the other sessions of the account end.

    A wrong `current` counts as a failed sign-in, so that an unattended screen is no way round the limits.
    """
    require_password(database, signed_in, current, door=door)
    user = signed_in.user
    issues = passwords.issues_with(new, username=user.username, preset=preset)
    issues = issues or _issues_of_history(database, user, new, preset=preset)
    if issues:
        raise Invalid(issues)
    new_hash = passwords.hash_password(new)
    with database.work(actor_of(signed_in, door)) as work:
        row = work.session.get_one(User, user.id, with_for_update=True)
        if row.password_hash != user.password_hash or row.disabled_at is not None:
            raise Conflict("password_changed_meanwhile")
        keep_password(work, row, new_hash)
        end_sessions(work, user.id, keep=signed_in.session.token_hash if signed_in.session else None)
        record(work, Action.ACCOUNT_PASSWORD, "user", user.id)


def require_password(
    database: Database,
    signed_in: SignedIn,
    password: str,
    *,
    field: str = "current_password",
    door: str = "web",
) -> None:
    """Raise Invalid unless `password` is the person's own; for what an open session alone is not enough."""
    user, address = signed_in.user, signed_in.session.address if signed_in.session else ""
    attempt = Attempt(user.username, rules.network_of(address), address, door, user.id)
    if _is_right(database, attempt, password, user.password_hash):
        return
    refusal = _refuse(database, attempt, actor_of(signed_in, door))
    if refusal.code == "too_many_sign_ins":
        raise refusal
    raise Invalid([Issue(field, "password_wrong")])


def require_own(actor: Actor, user_id: UUID) -> None:
    """One's own account, or somebody who manages accounts."""
    if actor.user_id != user_id and not may(actor, Permission.MANAGE_ACCOUNTS):
        raise Forbidden(permission=Permission.MANAGE_ACCOUNTS.value)


def keep_password(work: Work, user: User, new_hash: str) -> None:
    """Make `new_hash` the password the person chose, and remember the newest five."""
    user.password_hash, user.password_changed_at, user.must_change_password = new_hash, work.now, False
    work.session.add(PastPassword(user_id=user.id, password_hash=new_hash, changed_at=work.now))
    work.session.flush()
    for forgotten in _past_passwords(work.session, user.id)[PASSWORDS_REMEMBERED:]:
        work.session.delete(forgotten)


def _is_right(database: Database, attempt: Attempt, password: str, stored_hash: str | None) -> bool:
    """Whether the password is right and may be tried; when locked no name, known or not, costs an argon2."""
    with database.read() as session:
        until = _locked_until(session, attempt, database.clock())
    return until is None and len(password) <= passwords.LONGEST and passwords.is_right(password, stored_hash)


def _refuse(database: Database, attempt: Attempt, actor: Actor) -> Forbidden:
    """Record and count the failure; the error to raise once that is committed."""
    with database.work(actor) as work:
        return _count_failure(work, attempt)


def _count_failure(work: Work, attempt: Attempt) -> Forbidden:
    """A failure while locked is recorded but not counted: knocking must not keep the owner out any longer."""
    _one_at_a_time(work)
    was_locked = _locked_until(work.session, attempt, work.now) is not None
    if not was_locked:
        work.session.execute(delete(FailedSignIn).where(col(FailedSignIn.at) < work.now - FAILURES_KEPT))
        work.session.add(FailedSignIn(username=attempt.key, address=attempt.network, at=work.now))
        work.session.flush()
    details = {"address": (None, attempt.address), "reason": (None, "locked" if was_locked else "wrong")}
    record(work, Action.SIGN_IN_FAIL, "user", attempt.user_id or "unknown", details)
    until = _locked_until(work.session, attempt, work.now)
    if until is None:
        return Forbidden("sign_in_refused")
    return Forbidden("too_many_sign_ins", minutes=-(-(until - work.now) // timedelta(minutes=1)))


def _locked_until(session: Session, attempt: Attempt, now: datetime) -> datetime | None:
    """The later of two locks: of this account from this address, and of the address whatever the account.

    None when neither holds now.
    """
    here = select(FailedSignIn.at).where(col(FailedSignIn.address) == attempt.network).order_by(col(FailedSignIn.at))
    of_account = session.exec(here.where(col(FailedSignIn.username) == attempt.key)).all()
    of_address = session.exec(here).all()
    locks = (
        rules.locked_until(of_account, rules.FAILURES_OF_ACCOUNT),
        rules.locked_until(of_address, rules.FAILURES_OF_ADDRESS),
    )
    return max((until for until in locks if until is not None and until > now), default=None)


def _begin_session(
    database: Database, attempt: Attempt, user: User, *, agent: str, new_hash: str | None
) -> tuple[str, User]:
    """Decided anew in the transaction: a parallel attempt may have reached the limit meanwhile."""
    token, refusal = secrets.token_urlsafe(32), None
    with database.work(Actor(user.username, user_id=user.id, unit_code=user.unit_code, door=attempt.door)) as work:
        _one_at_a_time(work)
        row = work.session.get_one(User, user.id)
        changed = row.disabled_at is not None or row.password_hash != user.password_hash
        if changed or _locked_until(work.session, attempt, work.now) is not None:
            refusal = _count_failure(work, attempt)
        else:
            row.password_hash = new_hash
            _add_session(work, attempt, row, token=token, agent=agent)
    if refusal is not None:
        raise refusal
    return token, user


def _add_session(work: Work, attempt: Attempt, user: User, *, token: str, agent: str) -> None:
    """The person is in: what failed before from the same place was a slip of the same hand."""
    of_pair = (col(FailedSignIn.username) == attempt.key) & (col(FailedSignIn.address) == attempt.network)
    work.session.execute(delete(FailedSignIn).where(of_pair))
    begun = SignIn(
        token_hash=hash_secret(token),
        user_id=user.id,
        created_at=work.now,
        last_used_at=work.now,
        address=attempt.address,
        agent="".join(sign for sign in agent if sign.isprintable())[:200],
    )
    work.session.add(begun)
    record(work, Action.SIGN_IN, "user", user.id, {"address": (None, attempt.address)})


def _end(work: Work, user_id: UUID, token_hashes: Sequence[str]) -> None:
    work.session.execute(update(SignIn).where(col(SignIn.token_hash).in_(token_hashes)).values(ended_at=work.now))
    record(work, Action.SIGN_OUT, "user", user_id, {"sessions": (len(token_hashes), 0)})


def _open_hashes(session: Session, user_id: UUID) -> Sequence[str]:
    query = select(SignIn.token_hash).where(col(SignIn.user_id) == user_id, col(SignIn.ended_at).is_(None))
    return session.exec(query).all()


def _one_at_a_time(work: Work) -> None:
    """Sign-ins decide one after the other, on PostgreSQL too, or parallel guesses all count as the first."""
    work.session.exec(select(AuditHead.number).with_for_update()).all()


def _may_try(user: User, now: datetime) -> bool:
    """A disabled account and an old one-time secret fail as a wrong password does."""
    issued_at = user.password_changed_at or user.created_at
    return user.disabled_at is None and not (user.must_change_password and now - issued_at > rules.ONE_TIME_SECRET_AGE)


def _is_alive(row: SignIn, now: datetime) -> bool:
    return rules.is_alive(created_at=row.created_at, last_used_at=row.last_used_at, ended_at=row.ended_at, now=now)


def _issues_of_history(database: Database, user: User, new: str, *, preset: Preset) -> list[Issue]:
    """Under 等保 none of the last five may come back; under either preset not the present one."""
    if passwords.is_right(new, user.password_hash):
        return [Issue("password", "password_unchanged")]
    if preset != "djbh":
        return []
    with database.read() as session:
        past = [one.password_hash for one in _past_passwords(session, user.id)[:PASSWORDS_REMEMBERED]]
    if any(passwords.is_right(new, one) for one in past):
        return [Issue("password", "password_used_before", {"count": PASSWORDS_REMEMBERED})]
    return []


def _past_passwords(session: Session, user_id: UUID) -> Sequence[PastPassword]:
    query = select(PastPassword).where(col(PastPassword.user_id) == user_id)
    return session.exec(query.order_by(col(PastPassword.changed_at).desc(), col(PastPassword.id).desc())).all()
