"""People for tests: made by the same services, with a password they chose."""

from collections.abc import Iterable

from sqlmodel import col, select

from registry.accounts import service, sessions
from registry.accounts.passwords import hash_password
from registry.accounts.sessions import SignedIn
from registry.accounts.tables import User
from registry.audit.tables import AuditEntry
from registry.database import SYSTEM, Actor, Database, Work
from registry.units.tables import Certainty, Unit, UnitKind

PASSWORD = "Lan-Xiang7river"
ADDRESS = "10.1.2.3"


def create_unit(work: Work, code: str = "zj") -> None:
    unit = Unit(code=code, position=1, name="住建局", kind=UnitKind.MUNICIPAL_ORGAN, certainty=Certainty.EVIDENCED)
    work.session.add(unit)
    work.session.flush()


def create_person(
    database: Database, username: str, *, roles: Iterable[str] = (), unit_code: str | None = None
) -> User:
    """An account whose owner has already chosen PASSWORD."""
    with database.work(SYSTEM) as work:
        if unit_code is not None and work.session.get(Unit, unit_code) is None:
            create_unit(work, unit_code)
        user, _ = service.create_user(work, username=username, display_name="某人", unit_code=unit_code, roles=roles)
        sessions.keep_password(work, user, hash_password(PASSWORD))
        work.session.flush()
        work.session.refresh(user)
        work.session.expunge(user)
    return user


def actor_for(database: Database, user: User) -> Actor:
    with database.read() as session:
        roles = service.roles_of(session, user.id)
    return sessions.actor_of(SignedIn(user, roles), "web")


def signed_in(database: Database, username: str, password: str = PASSWORD, address: str = ADDRESS) -> SignedIn:
    token, _ = sessions.sign_in(database, username, password, address=address)
    found = sessions.find_session(database, token)
    assert found is not None
    return found


def logged(database: Database) -> list[str]:
    """The actions of the audit log, oldest first."""
    with database.read() as session:
        return list(session.exec(select(AuditEntry.action).order_by(col(AuditEntry.number))))
