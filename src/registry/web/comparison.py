"""比较: a period with another, a unit with another, a unit with what the standard asks of it. Differences only, unless all is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, render_template, url_for
from sqlmodel import Session

from registry import wording
from registry.bootstrap import Registry
from registry.closing.queries import get_frozen, last_frozen, list_closings
from registry.coverage.rules import Counts
from registry.documents.workbook import Column, Sheet
from registry.duties.queries import list_duties
from registry.duties.rules import period_from
from registry.duties.tables import Part
from registry.items.queries import list_areas
from registry.units.queries import unit_names
from registry.web.downloads import address_line, csv_file, xlsx_file
from registry.web.parameters import here, read_choice, read_past_day, read_text
from registry.web.sides import OwedItem, Side, frozen_side, items_owed, live_side, number_of
from registry.web.visitors import the_registry

blueprint = Blueprint("comparison", __name__)

WAYS = ("period", "unit", "standard")
BOTH = ("due", "answered", "overdue", "ahead")
AGAINST_STANDARD = ("due", "met", "met_late", "overdue", "ahead", "nothing_to_publish", "not_applicable", "needs_rule")


@dataclass(frozen=True)
class Number:
    """A count with the address of its rows."""

    number: int
    address: str


@dataclass(frozen=True)
class Half:
    """One side of a row: its numbers in the order of the columns, and the rate."""

    numbers: Sequence[Number]
    rate: float | None


@dataclass(frozen=True)
class Compared:
    """A row: what it is about, both halves (one only against the standard), by how much the rate differs. `is_sum` marks totals."""

    name: str
    address: str
    note: str
    halves: Sequence[Half]
    moved: int | None
    differs: bool
    is_sum: bool = False


@dataclass(frozen=True)
class ComparisonPage:
    """`heads` name the halves; `columns` are keys of the numbers in each. `left` and `right` are what was typed or taken for it."""

    way: str
    ways: Sequence[str]
    title: str
    heads: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Compared]
    hidden: int
    shows_all: bool
    units: Sequence[tuple[str, str]]
    unit: str
    other: str
    left: str
    right: str
    closed: Sequence[tuple[str, str]]


@blueprint.get("/comparison")
def comparison() -> str:
    return render_template("comparison/comparison.html", page=_asked())


@blueprint.get("/comparison.xlsx")
def comparison_xlsx() -> Response:
    page = _asked()
    return xlsx_file([_sheet(page)], page.title, "comparison")


@blueprint.get("/comparison.csv")
def comparison_csv() -> Response:
    page = _asked()
    return csv_file(_sheet(page), page.title, "comparison")


def _asked() -> ComparisonPage:
    registry = the_registry()
    way = read_choice("by", WAYS, default="period")
    with registry.database.read() as session:
        names = unit_names(session)
        unit, other = read_choice("unit", names), read_choice("other", names)
        right = read_text("right", longest=16)
        left = read_text("left", longest=16) or (_before(session, registry) if way == "period" else right)
        sides = [_side(session, registry, "left", left)]
        sides += [_side(session, registry, "right", right)] if way == "period" else []
        closed = [
            (one.period.code, wording.months_and_days(one.period.code)) for one in list_closings(session) if one.frozen
        ]
        rows = _rows(session, registry, way, sides, unit, other)
    shows_all = read_choice("all", ("1",)) == "1"
    shown = [row for row in rows if shows_all or row.differs or row.is_sum]
    return ComparisonPage(
        way=way,
        ways=WAYS,
        title=_title(way, sides, names.get(unit, ""), names.get(other, "")),
        heads=_heads(way, sides, names.get(unit, ""), names.get(other, "")),
        columns=AGAINST_STANDARD if way == "standard" else BOTH,
        rows=shown,
        hidden=len(rows) - len(shown),
        shows_all=shows_all,
        units=list(names.items()),
        unit=unit,
        other=other,
        left=left or sides[0].day.isoformat(),
        right=right or registry.database.today().isoformat(),
        closed=closed,
    )


def _before(session: Session, registry: Registry) -> str:
    """What a comparison of periods begins with: the last closed month, or a month ago."""
    frozen = last_frozen(session, "month", 1)
    return frozen[0].code if frozen else (registry.database.today() - timedelta(days=30)).isoformat()


def _side(session: Session, registry: Registry, name: str, text: str) -> Side:
    """A closed period by its code, or the registry on a day; today without either."""
    if period_from(text) is not None:
        return frozen_side(get_frozen(session, text))
    return live_side(session, registry, read_past_day(name, text=text) or registry.database.today())


def _rows(
    session: Session, registry: Registry, way: str, sides: Sequence[Side], unit: str, other: str
) -> list[Compared]:
    if way == "period" and not unit:
        return _units(session, sides)
    if way == "period":
        return [_sum(sides, (unit, unit)), *_items(session, registry, [(side, unit) for side in sides])]
    if not unit or (way == "unit" and not other):
        return []
    if way == "standard":
        return _against_standard(session, registry, sides[0], unit)
    both = (sides[0], sides[0])
    areas = [_sum(both, (unit, other), area.code, area.name) for area in list_areas(session)]
    owed = [row for row in areas if any(one.number for half in row.halves for one in half.numbers)]
    return [_sum(both, (unit, other)), *owed, *_items(session, registry, [(sides[0], unit), (sides[0], other)])]


def _units(session: Session, sides: Sequence[Side]) -> list[Compared]:
    """All units on both sides, the greatest fall first."""
    names = unit_names(session)
    known = set[str]().union(*(side.sums.units for side in sides))
    rows = [
        _compared(
            names[code],
            here(unit=code),
            [(side, side.sums.of(unit=code), {"unit": code}) for side in sides],
        )
        for code in names
        if code in known
    ]
    rows.sort(key=lambda row: 0 if row.moved is None else row.moved)
    return [_sum(sides, ("", "")), *rows]


def _sum(sides: Sequence[Side], units: Sequence[str], area: str = "", name: str = "") -> Compared:
    parts = [
        (side, side.sums.of(unit=unit, area=area), {"unit": unit, "area": area})
        for side, unit in zip(sides, units, strict=True)
    ]
    return _compared(name or wording.label("comparison", "sum"), "", parts, is_sum=True)


def _items(session: Session, registry: Registry, sides: Sequence[tuple[Side, str]]) -> list[Compared]:
    """Item by item, in the order of their codes."""
    owed = [items_owed(session, registry, side, unit) for side, unit in sides]
    rows = []
    for code in sorted(owed[0].keys() | owed[1].keys()):
        found = [one.get(code) for one in owed]
        first = next(one for one in found if one is not None)
        parts = [
            (side, one.counts if one else Counts(), {"unit": unit, "item": code})
            for (side, unit), one in zip(sides, found, strict=True)
        ]
        note = "" if all(found) else _only(session, *sides[0 if found[0] else 1], same=sides[0][0] is sides[1][0])
        rows.append(_compared(wording.item_name(first.titles), url_for("items.item", code=code), parts, note=note))
    return rows


def _only(session: Session, side: Side, unit: str, *, same: bool) -> str:
    """Who alone owes it, or when alone it was owed."""
    if same:
        return wording.label("comparison", "only_unit").format(unit=unit_names(session)[unit])
    return wording.label("comparison", "only_then").format(when=side.label)


def _against_standard(session: Session, registry: Registry, side: Side, unit: str) -> list[Compared]:
    """Every item the unit owes on the day, what the standard asks and what there is; what is missing differs."""
    owed = dict(items_owed(session, registry, side, unit))
    limits: dict[str, str] = {}
    for duty, item in list_duties(session, unit_code=unit):
        limits[item.code] = item.deadline_text
        holds = duty.starts_on <= side.day and (duty.ends_on is None or side.day <= duty.ends_on)
        if duty.part is Part.LEAD and holds:
            owed.setdefault(item.code, OwedItem(item.code, tuple(item.titles), "", Counts()))
    rows = []
    for code, one in sorted(owed.items()):
        counts, missing = one.counts, one.counts.due - one.counts.answered
        note = limits.get(code, "") if counts.total else wording.label("comparison", "nothing_arisen")
        part = (side, counts, {"unit": unit, "item": code})
        row = _compared(wording.item_name(one.titles), url_for("items.item", code=code), [part], note=note)
        rows.append(_differing(row, missing > 0 or counts.needs_rule > 0))
    total = (side, side.sums.of(unit=unit), {"unit": unit})
    return [_compared(wording.label("comparison", "sum"), "", [total], is_sum=True), *rows]


def _differing(row: Compared, differs: bool) -> Compared:
    return Compared(row.name, row.address, row.note, row.halves, row.moved, differs)


def _compared(
    name: str,
    address: str,
    parts: Sequence[tuple[Side, Counts, dict[str, str]]],
    *,
    note: str = "",
    is_sum: bool = False,
) -> Compared:
    columns = BOTH if len(parts) == 2 else AGAINST_STANDARD
    halves = [
        Half([Number(number_of(counts, key), side.address(key, **wanted)) for key in columns], counts.rate)
        for side, counts, wanted in parts
    ]
    rates = [counts.rate for _, counts, _ in parts]
    moved = None
    if len(rates) == 2 and rates[0] is not None and rates[1] is not None:
        moved = round(rates[1] * 100) - round(rates[0] * 100)
    shown = [[one.number for one in half.numbers] for half in halves]
    return Compared(name, address, note, halves, moved, shown[0] != shown[-1], is_sum)


def _heads(way: str, sides: Sequence[Side], unit: str, other: str) -> list[str]:
    if way == "period":
        return [side.label for side in sides]
    return [unit, other] if way == "unit" else [unit]


def _title(way: str, sides: Sequence[Side], unit: str, other: str) -> str:
    what = wording.label("comparison", way)
    if way == "period":
        names = [side.label for side in sides]
        named = wording.label("comparison", "with").format(one=names[0], other=names[1])
        return wording.label("format", "title_separator").join(part for part in (what, unit, named) if part)
    if unit and (other or way == "standard"):
        named = wording.label("comparison", "with").format(one=unit, other=other) if way == "unit" else unit
        return wording.label("format", "title_separator").join((what, named, sides[0].label))
    return what


def _sheet(page: ComparisonPage) -> Sheet:
    """The rows as they are shown, heads of both halves in one line."""
    columns = [Column(wording.label("comparison", "name"), width=40)]
    for head in page.heads:
        columns += [Column(f"{head} {wording.label('number', key)}", "number", 14) for key in page.columns]
        columns.append(Column(f"{head} {wording.label('count_column', 'rate')}", "percent", 14))
    if len(page.heads) == 2:
        columns.append(Column(wording.label("comparison", "moved"), "number", 14))
    columns.append(Column(wording.label("comparison", "note"), width=30))
    rows = []
    for row in page.rows:
        cells: list[str | int | float | None] = [row.name]
        for half in row.halves:
            cells += [one.number for one in half.numbers]
            cells.append(half.rate)
        rows.append([*cells, *([row.moved] if len(page.heads) == 2 else []), row.note])
    shown = wording.label("comparison", "all" if page.shows_all else "differences")
    today = wording.day_in_words(the_registry().database.today())
    about = (
        wording.label("closing_export", "filters").format(
            what=wording.label("closing_export", "made_on").format(day=today), shown=shown
        ),
        address_line(here().replace("/comparison.xlsx", "/comparison").replace("/comparison.csv", "/comparison")),
    )
    return Sheet(wording.label("comparison", page.way), page.title, columns, rows, about)
