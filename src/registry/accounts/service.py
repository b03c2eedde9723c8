"""Accounts, roles, API tokens and the first start. Signing in and sessions: `sessions.py`."""

import re
import secrets
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from registry.accounts import passwords, rules
from registry.accounts.passwords import Preset
from registry.accounts.permissions import WITHOUT_UNIT, Permission, Role, conflicting_roles, may, require
from registry.accounts.queries import count_active, find_user, has_users, roles_of
from registry.accounts.sessions import (
    SignedIn,
    end_sessions,
    fold_username,
    hash_secret,
    keep_password,
    require_own,
)
from registry.accounts.sessions import actor_of as actor_of  # stands beside find_token for the doors
from registry.accounts.tables import ApiToken, SetupCode, User, UserRole
from registry.audit.service import Action, record
from registry.database import SYSTEM, Actor, Database, Work
from registry.errors import Conflict, Forbidden, Invalid, Issue, NotFound
from registry.units.tables import Unit

TELEPHONE = re.compile(r"[0-9+() -]{3,40}")
LONGEST_NAME = 40
LONGEST_TOKEN_NAME = 80
TOKEN_PREFIX = "cxr_"  # noqa: S105 - what scanners for leaked secrets know a token by, not a token
# Without signs that are mistaken for each other on paper: 20 of these 31 are 99 random bits.
EASY_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"


def create_user(
    work: Work,
    *,
    username: str,
    display_name: str,
    unit_code: str | None = None,
    roles: Iterable[str] = (),
    telephone: str | None = None,
) -> tuple[User, str]:
    """A new account and its one-time secret, valid for seven days and good only for choosing a password."""
    user = create_account(
        work,
        username=username,
        display_name=display_name,
        unit_code=unit_code,
        roles=roles,
        telephone=telephone,
    )
    secret = one_time_secret()
    user.password_hash = passwords.hash_password(secret)
    return user, secret


def create_account(
    work: Work,
    *,
    username: str,
    display_name: str,
    unit_code: str | None = None,
    roles: Iterable[str] = (),
    telephone: str | None = None,
) -> User:
    """A new account to which nobody can sign in before it is given a one-time secret."""
    require(work.actor, Permission.MANAGE_ACCOUNTS)
    user = User(
        username=fold_username(username),
        display_name=display_name.strip(),
        unit_code=unit_code or None,
        telephone=(telephone or "").strip() or None,
        password_changed_at=work.now,
        created_at=work.now,
    )
    _add_user(work, user)
    for role in sorted(set(roles)):
        grant_role(work, user.id, role)
    return user


def reset_password(work: Work, user_id: UUID) -> str:
    """A new one-time secret; whatever was signed in or held a token is ended.

    Security officer and auditor are out of the administrator's reach: whoever could reset them could act as
    them, and the three would be one. The operator resets them at the command line.
    """
    require(work.actor, Permission.MANAGE_ACCOUNTS)
    user = _get_active_user(work.session, user_id)
    if roles_of(work.session, user_id) & {Role.SECURITY, Role.AUDITOR} and not _is_operator(work.actor):
        raise Forbidden("reset_needs_operator")
    secret = one_time_secret()
    user.password_hash = passwords.hash_password(secret)
    user.password_changed_at, user.must_change_password = work.now, True
    _end_access(work, user_id)
    record(work, Action.ACCOUNT_RESET, "user", user_id)
    return secret


def disable_user(work: Work, user_id: UUID) -> None:
    """Nobody signs in with the account any more; sessions and tokens end at once. Nothing of it is deleted.

    The last security officer or auditor cannot be disabled from inside, or an administrator could put a
    friend in the place.
    """
    require(work.actor, Permission.MANAGE_ACCOUNTS)
    user = _get_active_user(work.session, user_id)
    if user_id == work.actor.user_id:
        raise Conflict("not_yourself")
    for role in roles_of(work.session, user_id) & {Role.SECURITY, Role.AUDITOR}:
        if count_active(work.session, Role(role)) == 1 and not _is_operator(work.actor):
            raise Conflict("last_of_role", role=role)
    user.disabled_at = work.now
    _end_access(work, user_id)
    record(work, Action.ACCOUNT_DISABLE, "user", user_id, {"disabled_at": (None, work.now)})


def grant_role(work: Work, user_id: UUID, role: str) -> None:
    """Give a role, within 三员分立; giving one that is held already changes nothing."""
    _require_granting(work, role)
    user, held = _get_active_user(work.session, user_id), roles_of(work.session, user_id)
    issues = _issues_of_role(user, role, held)
    if issues:
        raise Invalid(issues)
    if role not in held:
        work.session.add(UserRole(user_id=user_id, role=Role(role)))
        record(work, Action.ROLE_GRANT, "user", user_id, {"role": (None, role)})


def revoke_role(work: Work, user_id: UUID, role: str) -> None:
    require(work.actor, Permission.GRANT_ROLES)
    if role not in roles_of(work.session, user_id):
        raise NotFound
    work.session.delete(work.session.get_one(UserRole, (user_id, Role(role))))
    record(work, Action.ROLE_REVOKE, "user", user_id, {"role": (role, None)})


def create_token(work: Work, user_id: UUID, *, name: str) -> tuple[ApiToken, str]:
    """A secret with which programs act as the person, shown once; only for oneself, or by the operator."""
    if work.actor.user_id != user_id and not _is_operator(work.actor):
        raise Forbidden
    _get_active_user(work.session, user_id)
    issues = _issues_of_name("name", name, LONGEST_TOKEN_NAME)
    if issues:
        raise Invalid(issues)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(user_id=user_id, name=name.strip(), token_hash=hash_secret(secret), created_at=work.now)
    work.session.add(token)
    record(work, Action.TOKEN_CREATE, "token", token.id, {"name": (None, token.name)})
    return token, secret


def end_token(work: Work, token_id: UUID) -> None:
    token = work.session.get(ApiToken, token_id)
    if token is None or token.ended_at is not None:
        raise NotFound
    require_own(work.actor, token.user_id)
    token.ended_at = work.now
    record(work, Action.TOKEN_END, "token", token_id, {"name": (token.name, None)})


def find_token(database: Database, secret: str) -> SignedIn | None:
    """Whose API token `secret` is, if it still works; its use is noted at most once a minute."""
    now = database.clock()
    with database.read() as session:
        query = select(ApiToken, User).join(User, col(User.id) == col(ApiToken.user_id))
        found = session.exec(query.where(col(ApiToken.token_hash) == hash_secret(secret))).one_or_none()
        if found is None or found[0].ended_at is not None or found[1].disabled_at is not None:
            return None
        token, user = found
        signed_in = SignedIn(user, roles_of(session, user.id), token=token)
    if token.last_used_at is None or now - token.last_used_at >= rules.USE_NOTED_EVERY:
        with database.work(SYSTEM, audited=False) as work:
            work.session.execute(update(ApiToken).where(col(ApiToken.id) == token.id).values(last_used_at=now))
    return signed_in


def ensure_setup_code(database: Database) -> str | None:
    """While no account exists, a new code, which can be read only here; None otherwise.

    The codes before it stop working, so only the newest start can be used.
    """
    with database.work(SYSTEM) as work:
        if has_users(work.session):
            return None
        code = one_time_secret()
        work.session.execute(update(SetupCode).where(col(SetupCode.used_at).is_(None)).values(used_at=work.now))
        work.session.add(SetupCode(code_hash=hash_secret(code), created_at=work.now))
        record(work, Action.SETUP_CODE, "setup", "code")
    return code


def use_setup_code(
    database: Database,
    *,
    code: str,
    username: str,
    display_name: str,
    password: str,
    preset: Preset,
    door: str = "web",
) -> User:
    """The first account, an administrator.

    Raises NotFound once there is any account, Invalid for a wrong code or values that are not accepted.
    """
    _require_setup_code(database, code, door=door)
    user = User(username=fold_username(username), display_name=display_name.strip(), created_at=database.clock())
    issues = passwords.issues_with(password, username=user.username, preset=preset)
    if issues:
        raise Invalid(issues)
    password_hash = passwords.hash_password(password)
    with database.work(Actor("setup", roles=SYSTEM.roles, door=door)) as work:
        row = _open_setup_code(work.session, code)
        if row is None or has_users(work.session):
            raise NotFound
        row.used_at = work.now
        _add_user(work, user)
        keep_password(work, user, password_hash)
        grant_role(work, user.id, Role.ADMIN)
        work.session.flush()
        work.session.refresh(user)
        work.session.expunge(user)
    return user


def one_time_secret() -> str:
    """Four groups of five, to be read out or copied from paper."""
    return "-".join("".join(secrets.choice(EASY_SIGNS) for _ in range(5)) for _ in range(4))


def _add_user(work: Work, user: User) -> None:
    issues = _issues_of_user(work.session, user)
    if issues:
        raise Invalid(issues)
    work.session.add(user)
    work.session.flush()
    shown = {"username": user.username, "unit_code": user.unit_code}
    record(work, Action.ACCOUNT_CREATE, "user", user.id, {name: (None, value) for name, value in shown.items()})


def _issues_of_user(session: Session, user: User) -> list[Issue]:
    issues: list[Issue] = []
    if not rules.USERNAME.fullmatch(user.username):
        issues.append(Issue("username", "username_form", {"found": user.username}))
    elif find_user(session, user.username) is not None:
        issues.append(Issue("username", "username_taken", {"found": user.username}))
    issues += _issues_of_name("display_name", user.display_name, LONGEST_NAME)
    if user.unit_code is not None and not _is_unit(session, user.unit_code):
        issues.append(Issue("unit_code", "unit_unknown", {"found": user.unit_code}))
    if user.telephone is not None and not TELEPHONE.fullmatch(user.telephone):
        issues.append(Issue("telephone", "telephone_form", {"found": user.telephone}))
    return issues


def _is_unit(session: Session, code: str) -> bool:
    """Signs no database would store are not sent to one."""
    return code.isprintable() and session.get(Unit, code) is not None


def _issues_of_name(field: str, name: str, longest: int) -> list[Issue]:
    if not name.strip():
        return [Issue(field, "name_missing")]
    if len(name.strip()) > longest:
        return [Issue(field, "name_too_long", {"found": len(name.strip()), "maximum": longest})]
    return [] if name.strip().isprintable() else [Issue(field, "name_not_printable")]


def _issues_of_role(user: User, role: str, held: frozenset[str]) -> list[Issue]:
    if role not in set(Role):
        return [Issue("role", "role_unknown", {"found": role, "accepted": ", ".join(Role)})]
    issues: list[Issue] = []
    if conflicting_roles(held | {role}):
        issues.append(Issue("role", "roles_conflict", {"found": role, "held": ", ".join(sorted(held))}))
    if role not in WITHOUT_UNIT and user.unit_code is None:
        issues.append(Issue("role", "role_needs_unit", {"found": role}))
    return issues


def _require_granting(work: Work, role: str) -> None:
    """Granting is the security officer's.

    While there is none, an administrator may give that one role, or nobody ever could.
    """
    is_first = role == Role.SECURITY and count_active(work.session, Role.SECURITY) == 0
    if not (is_first and may(work.actor, Permission.MANAGE_ACCOUNTS)):
        require(work.actor, Permission.GRANT_ROLES)


def _require_setup_code(database: Database, code: str, *, door: str) -> None:
    with database.read() as session:
        if has_users(session):
            raise NotFound
        found = _open_setup_code(session, code)
    if found is None:
        with database.work(Actor("public", door=door)) as work:
            record(work, Action.SETUP_REFUSE, "setup", "code")
        raise Invalid([Issue("code", "setup_code_wrong")])


def _open_setup_code(session: Session, code: str) -> SetupCode | None:
    row = session.get(SetupCode, hash_secret(code.strip().lower()))
    return row if row is not None and row.used_at is None else None


def _get_active_user(session: Session, user_id: UUID) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    if user.disabled_at is not None:
        raise Conflict("account_disabled")
    return user


def _end_access(work: Work, user_id: UUID) -> None:
    """Sessions and API tokens, all of them."""
    end_sessions(work, user_id)
    open_tokens = select(ApiToken).where(col(ApiToken.user_id) == user_id, col(ApiToken.ended_at).is_(None))
    for token in work.session.exec(open_tokens).all():
        end_token(work, token.id)


def _is_operator(actor: Actor) -> bool:
    return "system" in actor.roles
