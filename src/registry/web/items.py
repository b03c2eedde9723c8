"""The page of an item: what, who, by when, on what basis, is it there, how sure we are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, current_app, render_template
from sqlmodel import Session

from registry.bootstrap import Registry
from registry.coverage.queries import DutyFilter, OccasionRow, list_occasions, next_due
from registry.coverage.rules import WORST_FIRST, OccasionState
from registry.deadlines.clauses import Clause, clause_from
from registry.duties.queries import list_duties
from registry.duties.tables import Duty
from registry.items.queries import ItemDetail, get_detail
from registry.items.tables import Element, ElementKind
from registry.publications.queries import PublicationRow, list_public
from registry.rulebook.disclosure import Procedure
from registry.units.queries import unit_names
from registry.web.bases import Basis, bases_of
from registry.web.proofs import Proof, proof_of

blueprint = Blueprint("items", __name__)

UNITS_UNFOLDED = 10
LIMITS_UNFOLDED = 4
PUBLICATIONS_SHOWN = 20


@dataclass(frozen=True)
class UnitLine:
    """A unit that owes the item, its worst state today (None: nothing has arisen) and how many occasions are in each state."""

    code: str
    name: str
    part: str
    state: OccasionState | None
    counts: Sequence[tuple[OccasionState, int]]
    next_due: OccasionRow | None


@dataclass(frozen=True)
class Limit:
    """A last day that `units` units share, with the count that led to it."""

    row: OccasionRow
    units: int
    proof: Proof | None


@dataclass(frozen=True)
class ItemPage:
    """Everything about an item on `as_of`. `unit_states` counts units by their worst state."""

    detail: ItemDetail
    contents: Sequence[Element]
    tables: Sequence[Element]
    units: Sequence[UnitLine]
    unit_states: Sequence[tuple[OccasionState, int]]
    past_units: Sequence[tuple[str, date]]
    clauses: Sequence[Clause]
    clause_words: Mapping[str, str]
    limits: Sequence[Limit]
    bases: Sequence[Basis]
    publications: Sequence[PublicationRow]
    publications_total: int
    unit_names: Mapping[str, str]
    sources: Sequence[Mapping[str, str]]
    levels: Sequence[str]
    methods: Sequence[str]
    procedure: Procedure | None
    as_of: date

    @property
    def is_folded(self) -> bool:
        return len(self.units) > UNITS_UNFOLDED


@blueprint.get("/items/<code:code>")
def item(code: str) -> str:
    registry: Registry = current_app.extensions["registry"]
    with registry.database.read() as session:
        detail = get_detail(session, code)
        return render_template("items/item.html", page=_page(session, registry, detail))


def _page(session: Session, registry: Registry, detail: ItemDetail) -> ItemPage:
    rulebook, dates, found = registry.rulebook, registry.state_dates(), detail.item
    names = unit_names(session)
    rows = list_occasions(session, dates, DutyFilter(item_id=found.id, part=None))
    duties = [duty for duty, _ in list_duties(session, item_id=found.id)]
    units = _unit_lines([duty for duty in duties if _is_current(duty, dates.as_of)], rows, names)
    publications, total = list_public(session, dates.as_of, item_id=found.id, size=PUBLICATIONS_SHOWN)
    disclosure = rulebook.disclosure.get(detail.area.code)
    return ItemPage(
        detail=detail,
        contents=[one for one in detail.elements if one.kind is ElementKind.CONTENT],
        tables=[one for one in detail.elements if one.kind is ElementKind.TABLE],
        units=units,
        unit_states=_ranked(line.state for line in units if line.state),
        past_units=[(duty.unit_code, duty.ends_on) for duty in duties if duty.ends_on and duty.ends_on < dates.as_of],
        clauses=[clause_from(one) for one in found.deadline],
        clause_words={
            one.code: one.name
            for one in (*rulebook.deadlines.kinds, *rulebook.deadlines.units, *rulebook.deadlines.periods)
        },
        limits=_limits(registry, detail, rows),
        bases=bases_of(detail.bases, rulebook),
        publications=publications,
        publications_total=total,
        unit_names=names,
        sources=[one for one in detail.standard.sources if one["ref"] in found.sources],
        levels=[rulebook.levels[level].name for level in found.levels],
        methods=[rulebook.methods[method].name for method in found.methods],
        procedure=disclosure.procedure_of.get(found.code) if disclosure else None,
        as_of=dates.as_of,
    )


def _is_current(duty: Duty, day: date) -> bool:
    return duty.starts_on <= day and (duty.ends_on is None or day <= duty.ends_on)


def _unit_lines(duties: Sequence[Duty], rows: Sequence[OccasionRow], names: Mapping[str, str]) -> list[UnitLine]:
    """Worst state first, then in the order of the catalog."""
    by_unit: dict[str, list[OccasionRow]] = defaultdict(list)
    for row in rows:
        by_unit[row.unit_code].append(row)
    place = {code: position for position, code in enumerate(names)}
    lines = [_unit_line(duty, by_unit[duty.unit_code], names) for duty in duties]
    return sorted(
        lines, key=lambda line: (WORST_FIRST[line.state] if line.state else len(WORST_FIRST), place[line.code])
    )


def _unit_line(duty: Duty, rows: Sequence[OccasionRow], names: Mapping[str, str]) -> UnitLine:
    counts = _ranked(row.state for row in rows)
    return UnitLine(
        code=duty.unit_code,
        name=names[duty.unit_code],
        part=duty.part.value,
        state=counts[0][0] if counts else None,
        counts=counts,
        next_due=next_due(rows),
    )


def _ranked(states: Iterable[OccasionState]) -> list[tuple[OccasionState, int]]:
    """How often each state occurs, worst first."""
    return sorted(Counter(states).items(), key=lambda pair: WORST_FIRST[pair[0]])


def _limits(registry: Registry, detail: ItemDetail, rows: Sequence[OccasionRow]) -> list[Limit]:
    """The last days units have now, each once, newest period first."""
    shared: dict[tuple[object, ...], list[OccasionRow]] = defaultdict(list)
    for row in rows:
        shared[(row.period, row.event, row.counted_from, row.due_on, row.limit, row.assumed)].append(row)
    limits = [Limit(same[0], len(same), proof_of(registry, detail.item, same[0])) for same in shared.values()]
    return sorted(limits, key=lambda limit: (limit.row.due_on or date.max, limit.row.period), reverse=True)
