"""The accounts of the demo: posts, not persons, and nobody can sign in to one before it is given a one-time code."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from registry.accounts import service as accounts
from registry.accounts.permissions import Role
from registry.accounts.tables import User
from registry.database import Actor, Work
from registry.demo.texts import words

OF_A_UNIT = (Role.EDITOR, Role.REVIEWER)
OF_THE_CITY = (Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.SECURITY, Role.ADMIN)


@dataclass(frozen=True)
class People:
    """Who acts in the demo: editor and reviewer of each unit, and the office."""

    of_units: dict[tuple[str, Role], Actor]
    office: Actor

    def editor(self, unit: str) -> Actor:
        return self.of_units[unit, Role.EDITOR]

    def reviewer(self, unit: str) -> Actor:
        return self.of_units[unit, Role.REVIEWER]


@dataclass(frozen=True)
class TryOut:
    """An account to try the demo out with; the code is good for a week, and only for choosing a password."""

    username: str
    name: str
    unit: str | None
    secret: str


def open_accounts(work: Work, units: Iterable[str]) -> People:
    """An editor and a reviewer for each unit, and one account of every other role."""
    of_units = {(unit, role): _open(work, role, unit) for unit in units for role in OF_A_UNIT}
    of_city = {role: _open(work, role, None) for role in OF_THE_CITY}
    return People(of_units, of_city[Role.OFFICE])


def _open(work: Work, role: Role, unit: str | None) -> Actor:
    user = accounts.create_account(
        work,
        username=username_of(role, unit),
        display_name=words(f"name_of_{role.value}"),
        unit_code=unit,
        roles=[role],
    )
    return Actor(user.username, frozenset({role}), user.id, unit, door="web")


def username_of(role: Role, unit: str | None) -> str:
    return f"{role.value}-{unit}".lower() if unit else role.value


def hand_out_codes(work: Work, units: Iterable[str]) -> list[TryOut]:
    """One-time codes for the accounts of the city, and for those of some units."""
    names = [username_of(role, None) for role in OF_THE_CITY]
    names += [username_of(role, unit) for unit in units for role in OF_A_UNIT]
    users = {user.username: user for user in work.session.exec(select(User).where(col(User.username).in_(names)))}
    found = [users[name] for name in names if name in users]
    return [TryOut(user.username, user.display_name, user.unit_code, _code(work, user.id)) for user in found]


def _code(work: Work, user_id: UUID) -> str:
    return accounts.reset_password(work, user_id)
