"""Days off and days worked instead, by calendar and year, and the working days that follow from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from marshmallow import ValidationError, validates_schema

from registry.datafiles import ADDRESS, CODE, EVIDENCE, Day, Document, Fault, Many, Shape, Text, Whole, many
from registry.deadlines.workdays import Workdays

DAY_KINDS = ("statutory", "compensatory")


@dataclass(frozen=True)
class Notice:
    """Where a year's days were announced."""

    evidence: str
    doc_no: str | None = None
    title: str | None = None
    url: str | None = None
    published_on: date | None = None


@dataclass(frozen=True)
class DayOff:
    date: date
    name: str
    kind: str | None = None


@dataclass(frozen=True)
class CalendarYear:
    year: int
    evidence: str | None = None
    notices: tuple[Notice, ...] = ()
    days_off: tuple[DayOff, ...] = ()
    workdays: tuple[date, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class FixedHoliday:
    """A day that is off every year from `from_year` on; stands in for years without a notice."""

    name: str
    month: int
    day: int
    from_year: int
    source: str


@dataclass(frozen=True)
class Calendar:
    """A calendar as its file has it: own days only; `base` names the calendar it adds to."""

    name: str
    title: str
    version: str
    years: tuple[CalendarYear, ...]
    base: str | None = None
    fixed_holidays: tuple[FixedHoliday, ...] = ()

    @cached_property
    def days_off(self) -> Mapping[date, tuple[str, str | None]]:
        """Day → (name of the holiday, statutory or compensatory when known)."""
        return {day.date: (day.name, day.kind) for year in self.years for day in year.days_off}

    @cached_property
    def workdays(self) -> frozenset[date]:
        return frozenset(day for year in self.years for day in year.workdays)

    @cached_property
    def known_years(self) -> frozenset[int]:
        """Years for which days are listed; a year with only a note is not known."""
        return frozenset(year.year for year in self.years if year.days_off)

    def fixed_in(self, year: int) -> Iterator[tuple[date, str]]:
        for holiday in self.fixed_holidays:
            if holiday.from_year <= year:
                yield date(year, holiday.month, holiday.day), holiday.name


def workdays_of(calendars: Mapping[str, Calendar], name: str, first: date, last: date) -> Workdays:
    """The working days of a calendar together with those of its base, between two days.

    A year for which the calendar or its base lists no days is provisional; in a year its outermost base does not know, the fixed holidays
    stand in.
    """
    chain = [calendars[name]]
    while (base := chain[-1].base) is not None:
        chain.append(calendars[base])
    years = range(first.year, last.year + 1)
    days_off = {
        day: title for year in years if year not in chain[-1].known_years for day, title in chain[-1].fixed_in(year)
    }
    for calendar in reversed(chain):
        days_off.update({day: title for day, (title, _) in calendar.days_off.items()})
    return Workdays(
        name=name,
        version="+".join(calendar.version for calendar in chain),
        first=first,
        last=last,
        days_off={day: title for day, title in days_off.items() if first <= day <= last},
        made_up=frozenset(day for calendar in chain for day in calendar.workdays if first <= day <= last),
        provisional_years=frozenset(
            year for year in years if any(year not in calendar.known_years for calendar in chain)
        ),
    )


class NoticeShape(Shape):
    makes = Notice
    doc_no = Text(60)
    title = Text(120)
    url = Text(400, pattern=ADDRESS, form="http(s)://…")
    published_on = Day()
    evidence = Text(32, choices=EVIDENCE, required=True)


class DayOffShape(Shape):
    makes = DayOff
    date = Day(required=True)
    name = Text(40, required=True)
    kind = Text(16, choices=DAY_KINDS)


class CalendarYearShape(Shape):
    makes = CalendarYear
    year = Whole(1990, 2100, required=True)
    evidence = Text(32, choices=EVIDENCE)
    notices = many(NoticeShape)
    days_off = many(DayOffShape, distinct=False)
    workdays = Many(Day())
    note = Text(400)


class FixedHolidayShape(Shape):
    makes = FixedHoliday
    name = Text(40, required=True)
    month = Whole(1, 12, required=True)
    day = Whole(1, 31, required=True)
    from_year = Whole(1949, 2100, required=True)
    source = Text(200, required=True)

    @validates_schema
    def is_a_day_of_every_year(self, loaded: dict[str, int], **_: object) -> None:
        try:
            date(2001, loaded["month"], loaded["day"])
        except ValueError:
            raise ValidationError("not_a_month_day|MM-DD", "day") from None


class CalendarShape(Shape):
    makes = Calendar
    name = Text(40, pattern=CODE, form="a-z 0-9 -", required=True)
    title = Text(40, required=True)
    base = Text(40)
    version = Text(16, required=True)
    fixed_holidays = many(FixedHolidayShape)
    years = many(CalendarYearShape, required=True)


def day_faults(document: Document) -> Iterator[Fault]:
    """Days listed twice, in another year's list, both off and worked, or worked although they are no weekend days."""
    off: dict[str, int] = {}
    for path, day in document.every("years", "*", "days_off", "*", "date"):
        yield from _wrong_year(document, path, day)
        if str(day) in off:
            yield document.fault(path, "duplicate", day)
        off[str(day)] = document.line_of(path)
    for path, day in document.every("years", "*", "workdays", "*"):
        yield from _wrong_year(document, path, day)
        if str(day) in off:
            yield document.fault(path, "day_off_and_workday", day)
        if (found := _day(day)) is not None and found.weekday() < 5:
            yield document.fault(path, "workday_not_weekend", day)


def _wrong_year(document: Document, path: tuple[str | int, ...], day: object) -> Iterator[Fault]:
    year = document.value["years"][path[1]].get("year")
    found = _day(day)
    if found is not None and isinstance(year, str) and str(found.year) != year:
        yield document.fault(path, "day_in_other_year", day, year)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
