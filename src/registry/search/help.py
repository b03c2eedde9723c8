"""What to offer when a search finds nothing: the filters that empty it, what comes nearest, and whom to ask."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from registry.search.backend import SearchBackend, SearchRequest
from registry.search.meaning.planning import Meant
from registry.search.plan import Plan
from registry.units.tables import Unit

FIELDS = {
    "kind": "kinds",
    "area": "areas",
    "unit": "units",
    "state": "states",
    "year": "years",
    "channel": "channels",
    "level": "levels",
}


@dataclass(frozen=True)
class Contact:
    """A unit that can be asked by telephone."""

    code: str
    name: str
    telephone: str


def reliefs(backend: SearchBackend, request: SearchRequest) -> Iterator[tuple[str, Collection[str], int]]:
    """Each filter (facet, values) without which the request finds something, and how much it finds then."""
    for facet, values in request.filters.items():
        if values:
            nothing: dict[str, frozenset[str]] = {FIELDS[facet]: frozenset()}
            total = backend.search(replace(request, page=1, size=1, facets=False, **nothing)).total  # type: ignore[arg-type]
            if total:
                yield facet, values, total


def nearest_plan(meant: Meant) -> Plan | None:
    """Anything that has one part of what was asked for; None when nothing was."""
    wanted = meant.plans[-1].wanted
    return replace(meant.plans[-1], wanted=wanted, least=1) if wanted else None


def contact_for(session: Session, units: Collection[str]) -> Contact | None:
    """A unit asked about, or else the first that has a telephone, the office for government openness."""
    statement = select(Unit).where(col(Unit.telephone).is_not(None), col(Unit.ended_on).is_(None))
    known = session.exec(statement.order_by(col(Unit.position))).all()
    unit = next((one for one in known if one.code in units), known[0] if known else None)
    return Contact(unit.code, unit.name, unit.telephone or "") if unit else None
