"""Days off and days worked instead, by calendar and year, and the working days that follow from them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from marshmallow import ValidationError, validates_schema

from registry.datafiles import ADDRESS, CODE, EVIDENCE, Day, Document, Fault, Many, Path, Shape, Text, Whole, many
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
class Amendment:
    """A later notice that changes a year under way: what it says of a day wins over what was said before."""

    published_on: date
    evidence: str
    doc_no: str | None = None
    title: str | None = None
    url: str | None = None
    days_off: tuple[DayOff, ...] = ()
    workdays: tuple[date, ...] = ()


@dataclass(frozen=True)
class CalendarYear:
    """A year as first announced, with what was changed in it afterwards."""

    year: int
    evidence: str | None = None
    notices: tuple[Notice, ...] = ()
    days_off: tuple[DayOff, ...] = ()
    workdays: tuple[date, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    note: str | None = None

    def is_known_on(self, day: date | None) -> bool:
        """Whether days were announced by then; a notice without a date counts as known from the first."""
        announced = [one.published_on for one in self.notices if one.published_on]
        return bool(self.days_off) and (day is None or not announced or min(announced) <= day)

    def announced(self, known_on: date | None) -> Iterator["CalendarYear | Amendment"]:
        """What was announced by a day, in order; everything when none is given."""
        if self.is_known_on(known_on):
            yield self
            amendments = sorted(self.amendments, key=lambda one: one.published_on)
            yield from (one for one in amendments if known_on is None or one.published_on <= known_on)


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

    def known_years(self, known_on: date | None) -> frozenset[int]:
        """Years for which days were announced by then; a year with only a note is not known."""
        return frozenset(year.year for year in self.years if year.is_known_on(known_on))

    def days(self, known_on: date | None) -> Iterator[tuple[date, str | None]]:
        """(day, name of its holiday, or None when it is worked), in the order of the notices, so that the last word on a day holds."""
        for year in self.years:
            for notice in year.announced(known_on):
                yield from ((day.date, day.name) for day in notice.days_off)
                yield from ((day, None) for day in notice.workdays)

    def fixed_in(self, year: int) -> Iterator[tuple[date, str]]:
        for holiday in self.fixed_holidays:
            if holiday.from_year <= year:
                yield date(year, holiday.month, holiday.day), holiday.name


def workdays_of(
    calendars: Mapping[str, Calendar], name: str, first: date, last: date, *, known_on: date | None = None
) -> Workdays:
    """The working days of a calendar together with those of its base, between two days, by the notices that were out on `known_on`.

    A year for which the calendar or its base lists no days is provisional; in a year its outermost base does not know, the fixed holidays
    stand in. The version names the files', and the day up to which notices count when one is given.
    """
    chain = [calendars[name]]
    while (base := chain[-1].base) is not None:
        chain.append(calendars[base])
    years = range(first.year, last.year + 1)
    known = [calendar.known_years(known_on) for calendar in chain]
    said: dict[date, str | None] = {
        day: title for year in years if year not in known[-1] for day, title in chain[-1].fixed_in(year)
    }
    for calendar in reversed(chain):
        said.update(calendar.days(known_on))
    version = "+".join(calendar.version for calendar in chain)
    return Workdays(
        name=name,
        version=f"{version}@{known_on}" if known_on else version,
        first=first,
        last=last,
        days_off={day: title for day, title in said.items() if title is not None and first <= day <= last},
        made_up=frozenset(day for day, title in said.items() if title is None and first <= day <= last),
        provisional_years=frozenset(year for year in years if any(year not in one for one in known)),
        is_local=len(chain) > 1,
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


class AmendmentShape(Shape):
    makes = Amendment
    doc_no = Text(60)
    title = Text(120)
    url = Text(400, pattern=ADDRESS, form="http(s)://…")
    published_on = Day(required=True)
    evidence = Text(32, choices=EVIDENCE, required=True)
    days_off = many(DayOffShape, distinct=False)
    workdays = Many(Day())


class CalendarYearShape(Shape):
    makes = CalendarYear
    year = Whole(1990, 2100, required=True)
    evidence = Text(32, choices=EVIDENCE)
    notices = many(NoticeShape)
    days_off = many(DayOffShape, distinct=False)
    workdays = Many(Day())
    amendments = many(AmendmentShape)
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


NOTICES: tuple[tuple[str, ...], ...] = (("years", "*"), ("years", "*", "amendments", "*"))


def day_faults(document: Document) -> Iterator[Fault]:
    """Days in another year's list or worked although they are no weekend days; listed twice, or both off and worked, by one notice."""
    for notice in NOTICES:
        off: set[tuple[Path, str]] = set()
        for path, day in document.every(*notice, "days_off", "*", "date"):
            yield from _wrong_year(document, path, day)
            place = (path[: len(notice)], str(day))
            if place in off:
                yield document.fault(path, "duplicate", day)
            off.add(place)
        for path, day in document.every(*notice, "workdays", "*"):
            yield from _wrong_year(document, path, day)
            if (path[: len(notice)], str(day)) in off:
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
