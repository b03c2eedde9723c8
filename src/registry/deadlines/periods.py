"""Dates of the year and periods in a deadline text: 每年1月31日前, 每年第一季度, 每月10日前, 每季度结束后15日内, 半年至少更新1次."""

import re
from collections.abc import Sequence

from registry.deadlines.clauses import Clause, ClauseKind, Unit
from registry.deadlines.vocabulary import Role, Vocabulary

DATE = re.compile(
    r"(?P<year>\d{4}年)?(?P<every>每年度?|次年|翌年|下一?年度?|当年|年度)?(?P<month>\d{1,2})月(?:份)?"
    r"(?:(?P<day>\d{1,2})[日号]|(?P<end>底|末))?(?P<before>[之以]?前|[之以]?内)?"
)
QUARTER = re.compile(r"每年度?的?第?(?P<quarter>[1-4])季度")
YEAR_END = re.compile(r"(?:每年度?|当年|年)的?年?[底末](?:[之以]?前)?")
HALF = re.compile(r"每年度?的?上半年")
EVERY = re.compile(r"每隔?(?P<number>\d+)个?(?P<unit>年|月|周|季度)|^(?P<one>\d+)(?P<of>年|月|季度)\d+次")
LONGEST_MONTH = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
FINER = {
    ("year", 1): "year",
    ("year", 2): "half_year",
    ("year", 4): "quarter",
    ("year", 12): "month",
    ("half_year", 1): "half_year",
    ("half_year", 2): "quarter",
    ("quarter", 1): "quarter",
    ("quarter", 3): "month",
    ("month", 1): "month",
}
PERIOD_OF_UNIT = {"年": "year", "月": "month", "季度": "quarter"}

Found = tuple[Clause | None, str | None]


def periodic_clause(segment: str, counts: Sequence[re.Match[str]], vocabulary: Vocabulary) -> Found:
    """(the clause of a date or a period in the segment, a warning where it was not understood); (None, None) when it names neither."""
    clause, warning = _date_of_the_year(segment)
    if clause or warning:
        return clause, warning
    every = EVERY.search(segment)
    if every:
        return _every(every, vocabulary)
    return _in_period(segment, counts, vocabulary)


def _date_of_the_year(segment: str) -> Found:
    found = next((one for one in DATE.finditer(segment) if one["day"] or one["end"] or one["every"]), None)
    if found:
        return _date(found)
    if quarter := QUARTER.search(segment):
        return _on(int(quarter["quarter"]) * 3), None
    if HALF.search(segment):
        return _on(6), None
    return (_on(12), None) if YEAR_END.search(segment) else (None, None)


def _date(found: re.Match[str]) -> Found:
    """A day of one year is no rule; a day without 每年 or 前 says nothing of when."""
    month, day = int(found["month"]), int(found["day"] or 1)
    if found["year"]:
        return None, "single_date"
    if not 1 <= month <= 12 or not 1 <= day <= LONGEST_MONTH.get(month, 31):
        return None, "not_understood"
    if not found["before"] and not found["every"]:
        return None, "not_understood"
    return _on(month, int(found["day"]) if found["day"] else None), None


def _on(month: int, day: int | None = None) -> Clause:
    """By that day of each year; without a day by the month's last, 02-29 standing for the end of February."""
    last = day or LONGEST_MONTH.get(month, 31)
    return Clause(ClauseKind.FIXED_DATE, period="year", on=f"{month:02d}-{last:02d}")


def _every(found: re.Match[str], vocabulary: Vocabulary) -> Found:
    """每隔2年清理1次, 1年1次."""
    count, name = int(found["number"] or found["one"]), found["unit"] or found["of"]
    period, unit = PERIOD_OF_UNIT.get(name), vocabulary.values.get((Role.UNIT, name))
    if count == 1 and period:
        return Clause(ClauseKind.PERIODIC, period=period, direction="within"), None
    if not count or unit is None:
        return None, "not_understood"
    return Clause(ClauseKind.PERIODIC, count=count, unit=Unit(unit), period=period), None


def _in_period(segment: str, counts: Sequence[re.Match[str]], vocabulary: Vocabulary) -> Found:
    if found := vocabulary.after_period.search(segment):
        return _counted(found, Unit(vocabulary.values[Role.UNIT, found["unit"]]), "within", vocabulary), None
    word = vocabulary.find(Role.PERIOD, segment)
    if word is None or (counts and _starts_with_an_event(segment, word, counts, vocabulary)):
        return None, None
    if found := vocabulary.day_of_period.search(segment):
        return _counted(found, Unit.DAY, "before", vocabulary), None
    if found := vocabulary.times_a_period.search(segment):
        finer = FINER.get((_period(found["period"], vocabulary), int(found["number"])))
        return (_periodic(segment, word, finer, "within"), None) if finer else (None, "not_understood")
    period = _period(word, vocabulary)
    if "最后1天" in segment or "最后1日" in segment:
        return _periodic(segment, word, period, "within"), None
    return _periodic(segment, word, period, None), "not_understood" if counts else None


def _starts_with_an_event(segment: str, word: str, counts: Sequence[re.Match[str]], vocabulary: Vocabulary) -> bool:
    """每年决算批准后20日内: a count from an event, in every period."""
    between = segment[segment.index(word) + len(word) : counts[0].start()]
    return bool(vocabulary.link.search(between.replace("最后", "")))


def _counted(found: re.Match[str], unit: Unit, direction: str, vocabulary: Vocabulary) -> Clause:
    period = _period(found["period"], vocabulary)
    return Clause(ClauseKind.PERIODIC, count=int(found["number"]), unit=unit, direction=direction, period=period)


def _periodic(segment: str, word: str, period: str, direction: str | None) -> Clause:
    about = segment[: segment.index(word)]
    applies_to = about if "、" in about else None
    return Clause(ClauseKind.PERIODIC, period=period, direction=direction, applies_to=applies_to)


def _period(word: str, vocabulary: Vocabulary) -> str:
    return vocabulary.values.get((Role.PERIOD, word)) or vocabulary.values[Role.PERIOD_NAME, word]
