"""趋势: the rate of every unit over the last closed periods, side by side on one scale, and the running period as it stands today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, url_for
from sqlmodel import Session

from registry import wording
from registry.bootstrap import Registry
from registry.closing.queries import basis_of, last_frozen
from registry.closing.rules import KINDS, running
from registry.items.queries import list_areas
from registry.rulebook.deadlines import GradeLimits
from registry.units.queries import unit_names
from registry.web.parameters import read_choice
from registry.web.sides import Side, frozen_side, live_side
from registry.web.visitors import the_registry

blueprint = Blueprint("trend", __name__)

PERIODS = 12
MEASURES = ("rate", "on_time_rate")

# The drawing, in units of its view box.
BAR, GAP, TALL = 14, 4, 56


@dataclass(frozen=True)
class Bar:
    """A share in one period; `share` is None when nothing was due. The open period's bar is hatched."""

    name: str
    share: float | None
    answered: int
    due: int
    answered_address: str
    due_address: str
    is_open: bool
    place: int

    @property
    def x(self) -> int:
        return self.place * (BAR + GAP)

    @property
    def height(self) -> int:
        """Nothing published is a line, not nothing."""
        return max(1, round((self.share or 0) * TALL))

    @property
    def y(self) -> int:
        return TALL - self.height


@dataclass(frozen=True)
class Line:
    """A unit, an area or the city over the periods."""

    name: str
    address: str
    bars: Sequence[Bar]

    @property
    def last(self) -> Bar:
        """The open period."""
        return self.bars[-1]

    @property
    def moved(self) -> int | None:
        """By how many points the open period stands above the last closed one; None when either has nothing due."""
        if len(self.bars) < 2 or self.last.share is None or self.bars[-2].share is None:
            return None
        return round(self.last.share * 100) - round(self.bars[-2].share * 100)


@dataclass(frozen=True)
class TrendPage:
    """`names` are those of the periods, the open one last; `width` and `tall` belong to the drawing, so do the two lines of the grades."""

    kind: str
    measure: str
    kinds: Sequence[str]
    measures: Sequence[str]
    names: Sequence[str]
    closed: int
    city: Line
    areas: Sequence[Line]
    units: Sequence[Line]
    limits: GradeLimits
    today: date
    width: int
    tall: int = TALL
    bar: int = BAR

    @property
    def lines(self) -> Sequence[Line]:
        """All of them, for the table."""
        return [self.city, *self.areas, *self.units]

    def level(self, percent: int) -> float:
        """How far from the top the line of a grade lies."""
        return TALL - percent * TALL / 100


@blueprint.get("/trend")
def trend() -> str:
    registry = the_registry()
    kind = read_choice("kind", KINDS, default="month")
    measure = read_choice("measure", MEASURES, default="rate")
    with registry.database.read() as session:
        page = _page(session, registry, kind, measure)
    return render_template("trend/trend.html", page=page)


def _page(session: Session, registry: Registry, kind: str, measure: str) -> TrendPage:
    today = registry.database.today()
    frozen = last_frozen(session, kind, PERIODS)
    now = live_side(session, registry, today)
    open_name = wording.label("trend", "open").format(period=wording.months_and_days(running(kind, today).code))
    sides = [*(frozen_side(one) for one in frozen), now]
    names = [*(one.label for one in sides[:-1]), open_name]

    def line(name: str, address: str, *, unit: str = "", area: str = "") -> Line:
        bars = [
            _bar(side, shown, measure, place, unit=unit, area=area)
            for place, (side, shown) in enumerate(zip(sides, names, strict=True))
        ]
        return Line(name, address, bars)

    known = {unit for side in sides for unit in side.sums.units}
    then = {code: name for one in frozen for code, name in basis_of(one).units.items()} | dict(unit_names(session))
    units = [line(then[code], url_for("units.unit", code=code), unit=code) for code in then if code in known]
    areas = [
        line(one.name, url_for("areas.area", code=one.code), area=one.code)
        for one in list_areas(session)
        if any(one.code in side.sums.areas for side in sides)
    ]
    return TrendPage(
        kind=kind,
        measure=measure,
        kinds=KINDS,
        measures=MEASURES,
        names=names,
        closed=len(frozen),
        city=line(wording.label("format", "all_units"), url_for("coverage.board_page")),
        areas=sorted(areas, key=_lowest_first),
        units=sorted(units, key=_lowest_first),
        limits=registry.rulebook.deadlines.grade_limits(today),
        today=today,
        width=len(sides) * (BAR + GAP) - GAP,
    )


def _bar(side: Side, name: str, measure: str, place: int, *, unit: str, area: str) -> Bar:
    counts = side.sums.of(unit=unit, area=area)
    key = "answered" if measure == "rate" else "met"
    return Bar(
        name=name,
        share=counts.rate if measure == "rate" else counts.on_time_rate,
        answered=counts.answered if measure == "rate" else counts.met,
        due=counts.due,
        answered_address=side.address(key, unit=unit, area=area),
        due_address=side.address("due", unit=unit, area=area),
        is_open=not side.period,
        place=place,
    )


def _lowest_first(line: Line) -> tuple[float, int]:
    """By the value of the open period; those with nothing due last."""
    return 2.0 if line.last.share is None else line.last.share, line.last.answered - line.last.due
