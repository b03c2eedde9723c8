"""Reading accounts, roles, sessions and tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.accounts import rules
from registry.accounts.permissions import Permission, Role, may
from registry.accounts.tables import ApiToken, SignIn, User, UserRole
from registry.database import Actor
from registry.errors import Forbidden, NotFound
from registry.units.tables import Unit

SHORT_ID = 16


@dataclass(frozen=True)
class Account:
    """A row of the list of accounts. `last_signed_in_at` is the beginning of the newest session."""

    id: UUID
    username: str
    display_name: str
    unit_code: str | None
    unit_name: str | None
    telephone: str | None
    roles: tuple[str, ...]
    must_change_password: bool
    created_at: datetime
    disabled_at: datetime | None
    last_signed_in_at: datetime | None


@dataclass(frozen=True)
class OpenSession:
    """A living session; `short_id` names it in forms and says nothing about its secret."""

    short_id: str
    created_at: datetime
    last_used_at: datetime
    address: str
    agent: str
    is_current: bool


def has_users(session: Session) -> bool:
    return session.exec(select(User.id).limit(1)).first() is not None


def display_name(session: Session, user_id: UUID) -> str:
    """The name under which colleagues know a person."""
    return session.get_one(User, user_id).display_name


def roles_of(session: Session, user_id: UUID) -> frozenset[str]:
    held = session.exec(select(UserRole).where(col(UserRole.user_id) == user_id))
    return frozenset(row.role.value for row in held)


def count_active(session: Session, role: Role) -> int:
    """How many accounts that are not disabled hold `role`."""
    holders = select(func.count(col(User.id))).join(UserRole, col(User.id) == col(UserRole.user_id))
    return session.exec(holders.where(col(UserRole.role) == role, col(User.disabled_at).is_(None))).one()


def list_users(session: Session, actor: Actor) -> Sequence[Account]:
    """All accounts by sign-in name, the disabled last; for those who manage accounts or grant roles."""
    _require_overseer(actor)
    newest = dict(session.exec(select(SignIn.user_id, func.max(SignIn.created_at)).group_by(col(SignIn.user_id))).all())
    roles: dict[UUID, list[str]] = {}
    for held in session.exec(select(UserRole)):
        roles.setdefault(held.user_id, []).append(held.role.value)
    query = select(User, Unit.name).join(Unit, col(Unit.code) == col(User.unit_code), isouter=True)
    rows = session.exec(query.order_by(col(User.disabled_at).is_not(None), col(User.username))).all()
    return [_account(user, unit_name, roles.get(user.id, []), newest.get(user.id)) for user, unit_name in rows]


def get_user(session: Session, actor: Actor, user_id: UUID) -> Account:
    found = next((account for account in list_users(session, actor) if account.id == user_id), None)
    if found is None:
        raise NotFound
    return found


def find_user(session: Session, username: str) -> User | None:
    return session.exec(select(User).where(col(User.username) == username)).one_or_none()


def list_sessions(
    session: Session, user_id: UUID, *, now: datetime, current: str | None = None
) -> Sequence[OpenSession]:
    """The person's living sessions, newest first; `current` is the token hash of the one that asks."""
    query = select(SignIn).where(col(SignIn.user_id) == user_id, col(SignIn.ended_at).is_(None))
    rows = session.exec(query.order_by(col(SignIn.created_at).desc())).all()
    return [
        OpenSession(
            short_id=row.token_hash[:SHORT_ID],
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            address=row.address,
            agent=row.agent,
            is_current=row.token_hash == current,
        )
        for row in rows
        if rules.is_alive(created_at=row.created_at, last_used_at=row.last_used_at, ended_at=row.ended_at, now=now)
    ]


def list_tokens(session: Session, user_id: UUID) -> Sequence[ApiToken]:
    """The person's tokens that still work, newest first."""
    query = select(ApiToken).where(col(ApiToken.user_id) == user_id, col(ApiToken.ended_at).is_(None))
    return session.exec(query.order_by(col(ApiToken.created_at).desc())).all()


def list_unit_choices(session: Session) -> Sequence[tuple[str, str]]:
    """Units an account can belong to, (code, name) in their usual order; ended ones are left out."""
    query = select(Unit.code, Unit.name).where(col(Unit.ended_on).is_(None))
    return [(code, name) for code, name in session.exec(query.order_by(col(Unit.position)))]


def find_unit_name(session: Session, code: str | None) -> str | None:
    unit = session.get(Unit, code) if code is not None else None
    return unit.name if unit is not None else None


def _require_overseer(actor: Actor) -> None:
    if not may(actor, Permission.MANAGE_ACCOUNTS) and not may(actor, Permission.GRANT_ROLES):
        raise Forbidden(permission=Permission.MANAGE_ACCOUNTS.value)


def _account(user: User, unit_name: str | None, roles: Sequence[str], last_signed_in_at: datetime | None) -> Account:
    return Account(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        unit_code=user.unit_code,
        unit_name=unit_name,
        telephone=user.telephone,
        roles=tuple(role.value for role in Role if role in roles),
        must_change_password=user.must_change_password,
        created_at=user.created_at,
        disabled_at=user.disabled_at,
        last_signed_in_at=last_signed_in_at,
    )
