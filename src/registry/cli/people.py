"""On whose behalf the operator acts."""

from sqlmodel import Session

from registry.accounts.queries import find_user, roles_of
from registry.accounts.tables import User
from registry.database import Actor
from registry.errors import NotFound


def user_named(session: Session, username: str) -> User:
    """The account of that sign-in name, raising NotFound when there is none."""
    user = find_user(session, username)
    if user is None:
        raise NotFound("user_not_found", found=username)
    return user


def actor_named(session: Session, username: str) -> Actor:
    """That account as the one who acts; a disabled one acts no more."""
    user = user_named(session, username)
    if user.disabled_at is not None:
        raise NotFound("user_not_found", found=username)
    return Actor(user.username, roles_of(session, user.id), user.id, user.unit_code, door="cli")
