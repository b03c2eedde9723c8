"""Whether a report agrees with itself: the same figure in several places, and different ones about the same thing."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from registry.annual.checking.figures import Figure, core, shared
from registry.annual.checking.remarks import Check, Remark, Weight
from registry.annual.checking.report_text import ReportText

# From here on equal figures are hardly equal by chance.
TELLING = Decimal(20)
BEYOND_CHANCE = Decimal(200)
FAR_BACK = 60
SAME_THING = 3
SAME_NAME = 4
DENIAL = re.compile(
    r"(?:未|没有|无)(?:制发|制定|发生|收到|受理|开展|召开|发布|收取|出台|发现)(?P<what>[^，；、()]{2,20})"
)
MONTHS = Decimal(12)
SERIES = "期"
LIKENESS_OF_FAMILIES = frozenset({"期", "次"})


def repeated(figures: Sequence[Figure], common: Sequence[str]) -> Iterator[Remark]:
    """One figure in several places: told again, within a section or under another heading, or standing for different things."""
    groups: dict[tuple[Decimal, str, bool], list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[(figure.value, figure.family, figure.is_about)].append(figure)
    for (value, _, _), group in groups.items():
        again, others = _told_again(group, common, is_telling=value >= TELLING)
        for same in again:
            sections = {(one.place.section, one.place.occurrence) for one in same}
            check = Check.REPEATED_ACROSS if len(sections) > 1 else Check.REPEATED_WITHIN
            yield Remark(check, Weight.DOUBT, [one.place for one in same], _quotes(same))
        if len(others) > 1 and value >= TELLING:
            yield Remark(Check.SAME_NUMBER, Weight.DOUBT, [one.place for one in others], _quotes(others))


def _told_again(
    group: Sequence[Figure], common: Sequence[str], *, is_telling: bool
) -> tuple[list[list[Figure]], list[Figure]]:
    """(figures about one thing each, one figure of each thing)."""
    things: list[list[Figure]] = []
    for figure in group:
        home = next((thing for thing in things if _is_same(figure, thing[0], common, is_telling=is_telling)), None)
        if home is None:
            things.append([figure])
        else:
            home.append(figure)
    return [thing for thing in things if len(thing) > 1], [thing[0] for thing in things]


def _is_same(one: Figure, other: Figure, common: Sequence[str], *, is_telling: bool) -> bool:
    """Small figures are equal by chance more often, so their names have to say more."""
    if one.value >= BEYOND_CHANCE:
        return True
    needed = SAME_THING - 1 if is_telling else SAME_THING
    own, its = (core(figure.what, common) or _before(figure, common) for figure in (one, other))
    return len(shared(own, its)) >= needed


def _before(figure: Figure, common: Sequence[str]) -> str:
    """The sentence up to the figure, where its own words (共计4期) name nothing."""
    return core(figure.sentence.text[max(0, figure.start - FAR_BACK) : figure.start], common)


def _quotes(figures: Sequence[Figure]) -> Mapping[str, object]:
    quotes = list(dict.fromkeys(one.quote for one in figures))
    return {"found": figures[0].shown, "times": len(figures), "quotes": "；".join(quotes)}


def approximate(figures: Sequence[Figure]) -> Iterator[Remark]:
    """1600份 here and 1600余份 there."""
    exact = {(one.value, one.family): one for one in figures if not one.is_about}
    for about in figures:
        other = exact.get((about.value, about.family)) if about.is_about else None
        if other is not None and about.value >= TELLING:
            yield Remark(
                Check.EXACT_AND_ABOUT,
                Weight.WRONG,
                [other.place, about.place],
                {"exact": other.shown, "about": about.shown},
            )


def differing(figures: Sequence[Figure], common: Sequence[str]) -> Iterator[Remark]:
    """One thing, named alike in two sentences, with two values."""
    by_name: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        name = core(figure.name, common)
        if len(name) >= SAME_NAME:
            by_name[(name, figure.measure)].append(figure)
    for (name, _), group in by_name.items():
        if len({one.value for one in group}) > 1 and len({id(one.sentence) for one in group}) > 1:
            context = {"what": name, "quotes": "；".join(dict.fromkeys(one.quote for one in group))}
            yield Remark(Check.DIFFERING_VALUES, Weight.WRONG, [one.place for one in group], context)


def denied(report: ReportText, figures: Sequence[Figure], common: Sequence[str]) -> Iterator[Remark]:
    """Something said not to have been issued, and counted as disclosed all the same."""
    for sentence in report.sentences:
        for denial in DENIAL.finditer(sentence.text):
            what = core(denial["what"], common)
            counted = [
                one for one in figures if one.value > 0 and len(shared(core(one.what, common), what)) >= SAME_NAME
            ]
            if counted:
                context = {"denial": denial[0], "quotes": "；".join(dict.fromkeys(one.quote for one in counted))}
                yield Remark(
                    Check.DENIED_AND_COUNTED, Weight.WRONG, [sentence.place, *(one.place for one in counted)], context
                )


def nearly_same(figures: Sequence[Figure], common: Sequence[str]) -> Iterator[Remark]:
    """Two figures of one sentence with one value, nearly one name and different measures: 水质公开 11次, 水质简报 11期."""
    for one, other in combinations(figures, 2):
        if one.sentence is not other.sentence or one.value != other.value or one.family == other.family:
            continue
        if {one.family, other.family} <= LIKENESS_OF_FAMILIES:
            word = shared(core(one.what, common), core(other.what, common))
            if len(word) > 1:
                yield Remark(
                    Check.NEARLY_THE_SAME,
                    Weight.DOUBT,
                    [one.place],
                    {"quotes": f"{one.quote}；{other.quote}", "word": word},
                )


def short_of_months(figures: Sequence[Figure]) -> Iterator[Remark]:
    """Eleven issues of what comes monthly: other series of the report have twelve."""
    monthly = any(one.value == MONTHS and one.family == SERIES for one in figures)
    short = [one for one in figures if one.value == MONTHS - 1 and one.family == SERIES]
    if monthly and short:
        quotes = "；".join(dict.fromkeys(one.quote for one in short))
        yield Remark(Check.SHORT_OF_MONTHS, Weight.DOUBT, [one.place for one in short], {"quotes": quotes})
