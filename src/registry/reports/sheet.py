"""The leader's sheet: one page on how things stand on a day, what changed, who is best and worst, and what is late with whom."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import Session

from registry import wording
from registry.coverage.queries import Board, DutyFilter, OccasionRow, board, list_occasions
from registry.coverage.rules import LATE, Counts, Grade, OccasionState, StateDates, grade
from registry.duties.closing import closed_periods
from registry.duties.queries import tracking_of
from registry.duties.responsible import list_responsible
from registry.items.queries import list_areas
from registry.reports.board_tables import Names, worst_first
from registry.reports.comparing import Earlier, counts_then, earlier_day
from registry.reports.shares import change_words, number_change_words, share_words
from registry.rulebook.deadlines import GradeLimits
from registry.units.queries import unit_names

BEST_AND_WORST = 5
# As many as fit on one page with everything above them; the sheet says how many more there are.
UNITS_LISTED = 12
NAMES_TOLD = 2


@dataclass(frozen=True)
class Standing:
    """A unit with its counts and grade."""

    code: str
    name: str
    counts: Counts
    grade: Grade


@dataclass(frozen=True)
class LateUnit:
    """A unit with something late: how much, the occasion that is late longest, and who looks after what is late."""

    code: str
    name: str
    number: int
    longest: OccasionRow
    days: int
    people: Sequence[str]
    without_person: int


@dataclass(frozen=True)
class Figure:
    """One of the four numbers, as it is written, and how it changed; `states` are those of the rows behind it, of a rate its numerator."""

    key: str
    shown: str
    change: str
    states: frozenset[OccasionState]


@dataclass(frozen=True)
class Sheet:
    """`earlier` is the day compared with, None when there is none; of what is late `late` lists the first units, the rest is counted."""

    as_of: date
    earlier: Earlier | None
    figures: Sequence[Figure]
    best: Sequence[Standing]
    worst: Sequence[Standing]
    late: Sequence[LateUnit]
    more_units: int
    more_late: int
    sentences: Sequence[str]

    @property
    def compared_with(self) -> str:
        """The day in words, with the period that was closed on it."""
        if self.earlier is None:
            return wording.label("sheet", "not_compared")
        day = wording.day_in_words(self.earlier.day)
        if self.earlier.period is None:
            return wording.label("sheet", "compared_day").format(day=day)
        return wording.label("sheet", "compared_period").format(
            day=day, period=wording.months_and_days(self.earlier.period)
        )


@dataclass(frozen=True)
class Known:
    """What a sheet is made from: the board of its day, the counts of the earlier one, what is late, and who looks after which duty."""

    dates: StateDates
    limits: GradeLimits
    names: Names
    now: Board
    earlier: Earlier | None
    was: Counts | None
    late: Sequence[OccasionRow]
    people: Mapping[UUID, str]


def leader_sheet(
    session: Session, dates_on: Callable[[date | None], StateDates], limits: GradeLimits, as_of: date | None = None
) -> Sheet:
    """The sheet of a day, today when none is given; `dates_on` gives the comparisons for any day."""
    dates = dates_on(as_of)
    tracking = tracking_of(session)
    earlier = earlier_day(dates.as_of, closed_periods(session), tracking.tracked_from if tracking else None)
    known = Known(
        dates=dates,
        limits=limits,
        names=Names(unit_names(session), {area.code: area.name for area in list_areas(session)}),
        now=board(session, dates),
        earlier=earlier,
        was=counts_then(session, earlier, dates_on(earlier.day)) if earlier else None,
        late=list_occasions(session, dates, DutyFilter(states=LATE)),
        people=_people(session, dates.as_of),
    )
    return sheet_of(known)


def sheet_of(known: Known) -> Sheet:
    """The sheet from what is known: what does not fit on one page is counted instead."""
    standings = _standings(known)
    late = _late_units(known)
    worst = [one for one in standings if one.grade is not Grade.GOOD][:BEST_AND_WORST]
    told = {one.code for one in worst}
    best = [one for one in standings if one.code not in told]
    best.sort(key=lambda one: (-(one.counts.rate or 0), -one.counts.due))
    return Sheet(
        as_of=known.dates.as_of,
        earlier=known.earlier,
        figures=_figures(known.now.total(), known.was),
        best=best[:BEST_AND_WORST],
        worst=worst,
        late=late[:UNITS_LISTED],
        more_units=len(late[UNITS_LISTED:]),
        more_late=sum(one.number for one in late[UNITS_LISTED:]),
        sentences=[_how_far(known), _who(standings), _what_is_late(known)],
    )


def _standings(known: Known) -> list[Standing]:
    """Units that owed anything by the day, worst first."""
    standings, limits = [], known.limits
    for code in worst_first(known.now, known.names.units):
        counts = known.now.of_unit(code)
        if counts.due:
            graded = grade(counts.rate, good_percent=limits.good_percent, watch_percent=limits.watch_percent)
            standings.append(Standing(code, known.names.units[code], counts, graded))
    return standings


def _people(session: Session, day: date) -> Mapping[UUID, str]:
    """Duty → the name of who looks after it on the day."""
    return {row.duty.id: row.person.display_name for row in list_responsible(session, day) if row.person is not None}


def _late_units(known: Known) -> list[LateUnit]:
    """Units by how much of theirs is late, then by how long."""
    by_unit: dict[str, list[OccasionRow]] = defaultdict(list)
    for row in known.late:
        by_unit[row.unit_code].append(row)
    found = [_late_unit(code, own, known) for code, own in by_unit.items()]
    return sorted(found, key=lambda one: (-one.number, -one.days, one.code))


def _late_unit(code: str, rows: Sequence[OccasionRow], known: Known) -> LateUnit:
    longest = min(rows, key=lambda row: (row.limit or date.max, row.item_code))
    told = dict.fromkeys(known.people[row.duty_id] for row in rows if row.duty_id in known.people)
    return LateUnit(
        code=code,
        name=known.names.units[code],
        number=len(rows),
        longest=longest,
        days=(known.dates.as_of - longest.limit).days if longest.limit else 0,
        people=list(told),
        without_person=sum(1 for row in rows if row.duty_id not in known.people),
    )


def sheet_record(sheet: Sheet) -> dict[str, Any]:
    """`report sheet --json`: the four numbers, the units, and the sentences."""
    return {
        "as_of": sheet.as_of.isoformat(),
        "compared_with": sheet.earlier.day.isoformat() if sheet.earlier else None,
        "figures": {one.key: {"shown": one.shown, "change": one.change} for one in sheet.figures},
        "best": [one.code for one in sheet.best],
        "worst": [one.code for one in sheet.worst],
        "late": [{"unit": one.code, "number": one.number, "days": one.days} for one in sheet.late],
        "more_units": sheet.more_units,
        "more_late": sheet.more_late,
        "sentences": list(sheet.sentences),
    }


def people_words(late: LateUnit) -> str:
    """张三、李四等 5 人; who has nobody is said so."""
    if not late.people:
        return wording.label("sheet", "nobody")
    told = wording.label("format", "separator").join(late.people[:NAMES_TOLD])
    if len(late.people) > NAMES_TOLD:
        told = wording.label("sheet", "and_others").format(names=told, number=len(late.people))
    if late.without_person:
        return wording.label("sheet", "some_without").format(names=told, number=late.without_person)
    return told


def _figures(now: Counts, was: Counts | None) -> list[Figure]:
    answered = frozenset({OccasionState.MET, OccasionState.MET_LATE})

    def number(key: str, count: Callable[[Counts], int], states: frozenset[OccasionState]) -> Figure:
        change = number_change_words(count(now), count(was)) if was else wording.label("share_change", "unknown")
        return Figure(key, str(count(now)), change, states)

    rate_change = change_words(now.on_time_rate, was.on_time_rate if was else None)
    return [
        number("due", lambda counts: counts.due, answered | LATE),
        number("answered", lambda counts: counts.answered, answered),
        Figure("on_time_rate", share_words(now.on_time_rate), rate_change, frozenset({OccasionState.MET})),
        number("late", lambda counts: counts.overdue + counts.long_overdue, LATE),
    ]


def _how_far(known: Known) -> str:
    total = known.now.total()
    return wording.label("sheet", "overall").format(
        day=wording.day_in_words(known.dates.as_of),
        due=total.due,
        answered=total.answered,
        rate=share_words(total.rate),
        on_time=share_words(total.on_time_rate),
        change=change_words(total.rate, known.was.rate if known.was else None),
    )


def _who(standings: Sequence[Standing]) -> str:
    words = wording.labels("sheet")
    graded = {kind: sum(1 for one in standings if one.grade is kind) for kind in Grade}
    told = words["grades"].format(
        units=len(standings), good=graded[Grade.GOOD], watch=graded[Grade.WATCH], rectify=graded[Grade.RECTIFY]
    )
    if not standings or standings[0].grade is Grade.GOOD:
        return f"{told}{words['all_good']}"
    lowest = [one for one in standings if one.counts.rate == standings[0].counts.rate]
    named = wording.label("format", "separator").join(one.name for one in lowest[:3])
    code = "lowest" if len(lowest) <= 3 else "lowest_many"
    return told + words[code].format(names=named, number=len(lowest), rate=share_words(lowest[0].counts.rate))


def _what_is_late(known: Known) -> str:
    words, rows, names, total = wording.labels("sheet"), known.late, known.names, known.now.total()
    soon = words["soon"].format(number=total.due_soon)
    if not rows:
        return f"{words['nothing_late']}{soon}"
    areas = [row.area_code for row in rows]
    worst = max(names.areas, key=areas.count)
    told = words["late"].format(
        number=len(rows),
        units=len({row.unit_code for row in rows}),
        long=total.long_overdue,
        area=names.areas[worst],
        in_area=areas.count(worst),
    )
    return f"{told}{soon}"
