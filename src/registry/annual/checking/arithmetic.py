"""Sums, rates, remainders, and totals nobody wrote down."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, pairwise

from registry.annual.checking.figures import Figure
from registry.annual.checking.remarks import Check, Remark, Weight
from registry.annual.checking.report_text import Place
from registry.rulebook.proofreading import ReportChannel

PARTS_FOLLOW = ("其中", "分别", "包括", "：", ":")
LEAST_PARTS, LEAST_UNANNOUNCED = 2, 3
LEAST_TOTAL = 3
RATE_FAMILY = "比例"
COUNTED_FAMILIES = ("次", "件", "条", "人", "个", "份", "起")
EXCEPT = re.compile(r"除(?:去|了)?$")
OF_WHAT = "条"


def by_sentence(figures: Sequence[Figure]) -> Mapping[int, list[Figure]]:
    """Figures of each sentence, in order."""
    found: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures:
        found[id(figure.sentence)].append(figure)
    return found


def sums(figures: Sequence[Figure]) -> Iterator[Remark]:
    """A total followed by its parts: 133 = 19 + 16 + 98. Without 其中 only three or more that add up are taken for parts."""
    for own in by_sentence(figures).values():
        for at, total in enumerate(own):
            parts = [one for one in own[at + 1 :] if one.family == total.family]
            if total.value >= LEAST_TOTAL and len(parts) >= LEAST_PARTS and total.family != RATE_FAMILY:
                yield from _sum(total, own[at + 1], parts)


def _sum(total: Figure, following: Figure, parts: Sequence[Figure]) -> Iterator[Remark]:
    running = list(accumulate(one.value for one in parts))
    count = next((number for number, so_far in enumerate(running, start=1) if so_far == total.value), 0)
    between = total.sentence.text[total.end : following.start]
    is_announced = (between.startswith("(") and ")" not in between) or any(word in between for word in PARTS_FOLLOW)
    if count >= (LEAST_PARTS if is_announced else LEAST_UNANNOUNCED):
        yield Remark(Check.SUM_HOLDS, Weight.HOLDS, [total.place], _terms(total, parts[:count]))
    elif is_announced:
        listed = parts[: _listed(total, parts)]
        if len(listed) >= LEAST_PARTS:
            weight = Weight.WRONG if running[len(listed) - 1] > total.value else Weight.DOUBT
            yield Remark(Check.SUM_DIFFERS, weight, [total.place], _terms(total, listed))


def _listed(total: Figure, parts: Sequence[Figure]) -> int:
    """How many parts the list after the total has: it ends where a figure begins a new matter (；)."""
    text = total.sentence.text
    end = min((place for mark in "；;" if (place := text.find(mark, total.end)) >= 0), default=len(text))
    return sum(one.start < end for one in parts)


def _terms(total: Figure, parts: Sequence[Figure]) -> Mapping[str, object]:
    return {
        "what": total.what or total.after,
        "total": total.shown,
        "terms": " + ".join(f"{one.value:f}" for one in parts),
        "sum": f"{sum(one.value for one in parts):f}",
    }


def rates(figures: Sequence[Figure]) -> Iterator[Remark]:
    """A rate that no whole number of the cases beside it gives: 414 calls and 94.45 %."""
    for own in by_sentence(figures).values():
        counts = [one for one in own if one.family in COUNTED_FAMILIES and one.value == one.value.to_integral_value()]
        for rate in own:
            if rate.family == RATE_FAMILY and counts and not any(_gives(int(one.value), rate.value) for one in counts):
                nearest = min(counts, key=lambda one: abs(one.start - rate.start))
                yield Remark(
                    Check.IMPOSSIBLE_RATE,
                    Weight.WRONG,
                    [rate.place],
                    {
                        "rate": rate.shown,
                        "count": nearest.shown,
                        "what": rate.what,
                        "near": _neighbours(int(nearest.value), rate.value),
                    },
                )


def _gives(count: int, rate: Decimal) -> bool:
    """Whether `rate` per cent is some whole share of `count`, or `count` a whole share of something, rounded as printed."""
    if count == 0 or rate == 0:
        return True
    as_part = int(count * 100 / rate)
    return any(_percent(part, count, rate) == rate for part in _around(count, rate)) or any(
        _percent(count, whole, rate) == rate for whole in (as_part - 1, as_part, as_part + 1) if whole >= count
    )


def _around(count: int, rate: Decimal) -> tuple[int, int]:
    part = int(count * rate / 100)
    return part, part + 1


def _percent(part: int, whole: int, like: Decimal) -> Decimal:
    return (Decimal(part) * 100 / whole).quantize(Decimal(1).scaleb(int(like.as_tuple().exponent)), ROUND_HALF_UP)


def _neighbours(count: int, rate: Decimal) -> str:
    return "，".join(f"{part}/{count} = {_percent(part, count, rate)}%" for part in _around(count, rate))


def remainders(figures: Sequence[Figure]) -> Iterator[Remark]:
    """1172 letters, 21 excepted: the rest is told nowhere, or told otherwise."""
    values = {(one.value, one.family) for one in figures}
    for own in by_sentence(figures).values():
        for whole, less in pairwise(own):
            if whole.family != less.family or not EXCEPT.search(less.sentence.text[: less.start]):
                continue
            rest = whole.value - less.value
            told = [one for one in own if one.start > less.end and one.family == whole.family]
            context = {
                "whole": whole.shown,
                "less": less.shown,
                "rest": f"{rest:f}{whole.measure}",
                "share": f"{(rest * 100 / whole.value).quantize(Decimal('0.01'), ROUND_HALF_UP)}%",
            }
            if told and told[0].value != rest:
                yield Remark(Check.REST_DIFFERS, Weight.WRONG, [whole.place], {**context, "found": told[0].shown})
            elif (rest, whole.family) not in values:
                yield Remark(Check.REST_NOT_TOLD, Weight.HINT, [whole.place], context)


def channels(figures: Sequence[Figure], known: Sequence[ReportChannel]) -> Iterator[Remark]:
    """What went out by each channel has no total, and whether a thing sent by several counts once is not said."""
    by_channel = {channel.name: found for channel in known if (found := _of_channel(figures, channel)) is not None}
    total = sum(one.value for one in by_channel.values())
    if len(by_channel) > LEAST_PARTS and not any(one.value == total for one in figures):
        yield Remark(
            Check.CHANNEL_TOTAL,
            Weight.DOUBT,
            [one.place for one in by_channel.values()],
            {
                "terms": " + ".join(f"{name} {one.value:f}" for name, one in by_channel.items()),
                "sum": f"{total:f}",
                "measure": next(iter(by_channel.values())).measure,
            },
        )


def _of_channel(figures: Sequence[Figure], channel: ReportChannel) -> Figure | None:
    for own in by_sentence(figures).values():
        begin = 0
        for figure in own:
            before = figure.sentence.text[begin : figure.start]
            if figure.family == OF_WHAT and any(word in before for word in channel.words):
                return figure
            begin = figure.end
    return None


def reconciled(figures: Sequence[Figure], known: Sequence[ReportChannel]) -> Iterator[Remark]:
    """The greatest channel's count has no relation to the counts told field by field."""
    found = _of_channel(figures, known[0])
    if found is None:
        return
    told = {
        (one.value, one.what): one for one in figures if one.family == OF_WHAT and _is_before(one.place, found.place)
    }
    total = sum(one.value for one in told.values())
    if told and total != found.value:
        context = {"channel": known[0].name, "found": found.shown, "sum": f"{total:f}{OF_WHAT}", "number": len(told)}
        yield Remark(Check.NOT_RECONCILED, Weight.DOUBT, [found.place], context)


def _is_before(one: Place, other: Place) -> bool:
    return one.section != other.section
