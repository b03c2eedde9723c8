"""Which roles stand behind a 公开主体: those known items of the same body have, known roles, units, or the words themselves."""

import re
from collections.abc import Iterator

from sqlmodel import Session, col, select

from registry.items.tables import Item
from registry.units.tables import Unit, UnitAlias, UnitName

SEPARATOR = re.compile(r"[、，,；;/]+(?![^（(]*[)）])")
SHORTEST = 3


class Roles:
    """Looks bodies up as the registry stands when it is made."""

    def __init__(self, session: Session) -> None:
        self.by_body: dict[str, tuple[str, ...]] = {}
        for body, roles in session.exec(select(Item.body, Item.roles).order_by(col(Item.code))):
            self.by_body.setdefault(_key(body), tuple(roles))
        self.roles = {_key(role): role for roles in self.by_body.values() for role in roles}
        self.units = dict(_unit_names(session))

    def behind(self, body: str) -> tuple[str, ...]:
        known = self.by_body.get(_key(body))
        if known:
            return known
        parts = [part.strip() for part in SEPARATOR.split(body) if part.strip()]
        if any(len(part) < SHORTEST and _key(part) not in self.units for part in parts):
            parts = [body]
        return tuple(dict.fromkeys(self.roles.get(_key(part), part)[:80] for part in parts))

    def unit_of(self, role: str) -> str | None:
        """The code of the unit a role names by one of its names; None for a role that is no unit."""
        return self.units.get(_key(role))


def _unit_names(session: Session) -> Iterator[tuple[str, str]]:
    for code, name in session.exec(select(UnitAlias.unit_code, UnitAlias.alias)):
        yield _key(name), code
    for code, name in session.exec(select(UnitName.unit_code, UnitName.name)):
        yield _key(name), code
    for code, name in session.exec(select(Unit.code, Unit.name)):
        yield _key(name), code


def _key(text: str) -> str:
    return "".join(text.split()).replace("(", "（").replace(")", "）")
