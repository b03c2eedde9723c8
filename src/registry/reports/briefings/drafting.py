"""A briefing drafted from its figures: texts that the office then edits. Pure.

In a text every line is a paragraph; a line that begins with （一） is a heading of the second level.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from registry import wording
from registry.coverage.rules import Grade
from registry.reports.briefings.figures import Figures, Problem
from registry.reports.shares import change_words, number_change_words, share_words

# So many problems of a unit are told by name in the text; the annex has all.
TOLD_BY_NAME = 3


@dataclass(frozen=True)
class Texts:
    """What people edit, in the order of the document."""

    title: str
    addressee: str
    basis: str
    scope: str
    overall: str
    problems: str
    requirements: str
    organ: str

    @classmethod
    def of(cls, values: Mapping[str, str | None]) -> "Texts":
        return cls(**{one.name: values.get(one.name) or "" for one in fields(cls)})


def draft(figures: Figures, bases: Sequence[str], rectify_by: date | None) -> Texts:
    """`bases` are the articles it rests on, as they are cited; `rectify_by` the day by which units have to put things right."""
    words = wording.labels("briefing")
    period = wording.months_and_days(figures.period.code)
    return Texts(
        title=words["title"].format(organ=words["organ"], period=period),
        addressee=words["addressee"],
        basis=words["basis"].format(bases=wording.label("format", "separator").join(bases), period=period),
        scope=_scope(figures),
        overall=_overall(figures),
        problems=_problems(figures),
        requirements=_requirements(figures, rectify_by),
        organ=words["organ"],
    )


def _scope(figures: Figures) -> str:
    words = wording.labels("briefing")
    scope = words["scope"].format(
        units=len(figures.ranking),
        areas=wording.label("format", "separator").join(figures.names.areas.values()),
        first=wording.day_in_words(figures.period.first),
        last=wording.day_in_words(figures.period.last),
        day=wording.day_in_words(figures.day),
    )
    return scope + words["closed" if figures.is_closed else "open"]


def _overall(figures: Figures) -> str:
    words, total = wording.labels("briefing"), figures.total
    graded = {kind: sum(1 for one in figures.ranking if one.grade is kind) for kind in Grade}
    lines = [
        words["counts"].format(
            day=wording.day_in_words(figures.day),
            due=total.due,
            answered=total.answered,
            rate=share_words(total.rate),
            met=total.met,
            on_time=share_words(total.on_time_rate),
            late=figures.late,
            long=total.long_overdue,
        ),
        words["beside"].format(
            nothing=total.nothing_to_publish,
            not_applicable=total.not_applicable,
            extended=total.extended,
            needs_rule=total.needs_rule,
        ),
        _compared(figures),
        words["graded"].format(
            units=len(figures.ranking),
            good=graded[Grade.GOOD],
            watch=graded[Grade.WATCH],
            rectify=graded[Grade.RECTIFY],
            good_percent=figures.limits.good_percent,
            watch_percent=figures.limits.watch_percent,
        ),
    ]
    return "\n".join(lines)


def _compared(figures: Figures) -> str:
    words, before = wording.labels("briefing"), figures.before
    if before is None:
        return words["not_compared"]
    total = figures.total
    late_before = before.counts.overdue + before.counts.long_overdue
    return words["compared"].format(
        period=wording.months_and_days(before.period),
        rate=change_words(total.rate, before.counts.rate),
        on_time=change_words(total.on_time_rate, before.counts.on_time_rate),
        late=number_change_words(figures.late, late_before),
    )


def _problems(figures: Figures) -> str:
    """By rule, and in each by unit: how many, and the first of them by name."""
    words = wording.labels("briefing")
    if not figures.problems:
        return words["no_problems"]
    lines = []
    for place, problems in enumerate(figures.by_rule.values(), start=1):
        by_unit = _by_unit(problems)
        heading = words["rule"].format(rule=problems[0].rule, number=len(problems), units=len(by_unit))
        lines.append(words["subheading"].format(numeral=numeral(place), text=heading))
        lines += [_unit_line(own) for own in by_unit.values()]
    return "\n".join(lines)


def _by_unit(problems: Iterable[Problem]) -> Mapping[str, list[Problem]]:
    """Unit → its problems, the units with most of them first."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.finding.unit_code].append(problem)
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))


def _unit_line(problems: Sequence[Problem]) -> str:
    words = wording.labels("briefing")
    titles = list(dict.fromkeys(one.finding.context["title"] for one in problems))
    told = "".join(words["named"].format(title=title) for title in titles[:TOLD_BY_NAME])
    more = words["more"] if len(titles) > TOLD_BY_NAME else ""
    return words["unit"].format(unit=problems[0].unit, number=len(problems), told=told, more=more)


def _requirements(figures: Figures, rectify_by: date | None) -> str:
    words = wording.labels("briefing")
    by = words["rectify_by"].format(day=wording.day_in_words(rectify_by)) if rectify_by else words["rectify_open"]
    lines = [words["rectify"].format(by=by, number=len(figures.problems)), words["learn"], words["check_again"]]
    return "\n".join(f"{place}.{line}" for place, line in enumerate(lines, start=1))


def numeral(number: int) -> str:
    """一 to 九十九."""
    digits = wording.label("briefing", "numerals")
    tens, ones = divmod(number, 10)
    ten = digits[9]
    if tens == 0:
        return digits[ones - 1]
    return (digits[tens - 1] if tens > 1 else "") + ten + (digits[ones - 1] if ones else "")
