"""Figures of a report: reading what was typed, completing sums, and checking that the sums hold (勾稽). Pure.

What nobody has given is absent from the mapping; it is never zero, and a sum that needs it is unknown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from registry.errors import Issue
from registry.rulebook.annual import Cell, ReportFormat, SumRule

Figures = Mapping[str, Decimal]
"""Code of a cell → its figure."""

MOST = Decimal(10) ** 9
TYPED = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,12})?")


class Origin(StrEnum):
    """How a unit's figure came about: typed, taken over from what the registry counts, summed up, or said to be zero with all the rest."""

    TYPED = "typed"
    COUNTED = "counted"
    SUMMED = "summed"
    ZERO = "zero"


class Verdict(StrEnum):
    HOLDS = "holds"
    BROKEN = "broken"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """A rule along one row or column: the cells of both sides with their sums; a sum is None while one of its figures is unknown."""

    rule: SumRule
    where: tuple[str, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    found: Decimal | None
    expected: Decimal | None

    @property
    def verdict(self) -> Verdict:
        if self.found is None or self.expected is None:
            return Verdict.UNKNOWN
        holds = self.found == self.expected if self.rule.relation == "equals" else self.found <= self.expected
        return Verdict.HOLDS if holds else Verdict.BROKEN

    def as_issue(self) -> Issue:
        """What was found and what would hold, at the first cell of the left side."""
        code = "sum_broken" if self.rule.relation == "equals" else "part_above_whole"
        if self.rule.last_year:
            code = "carry_broken"
        context = {
            "rule": self.rule.name,
            "where": "·".join(self.where),
            "found": written(self.found),
            "expected": written(self.expected),
        }
        return Issue(self.left[0], code, context)


def written(figure: Decimal | None) -> str:
    """A figure as people write it: no exponent, no zeros behind the last decimal; empty for an unknown one."""
    if figure is None:
        return ""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_figures(form: ReportFormat, typed: Mapping[str, str]) -> tuple[dict[str, Decimal], list[Issue]]:
    """What was typed, cell → text; a blank is a figure nobody has given. An unknown cell is an issue, like anything that is no figure."""
    figures: dict[str, Decimal] = {}
    issues: list[Issue] = []
    for code, text in typed.items():
        cell = form.cells.get(code)
        found = text.strip().replace(",", "").replace("，", "")
        if cell is None:
            issues.append(Issue(code, "cell_unknown", {"found": code}))
        elif found:
            problem = _problem(cell, found)
            issues += [Issue(code, problem, _context(cell, text))] if problem else []
            if not problem:
                figures[code] = Decimal(found)
    return figures, issues


def _problem(cell: Cell, text: str) -> str | None:
    if not TYPED.fullmatch(text):
        return "not_a_figure"
    figure = Decimal(text)
    if figure < 0 and not cell.signed:
        return "figure_negative"
    if abs(figure) > MOST:
        return "figure_too_large"
    decimals = len(text.partition(".")[2])
    if decimals > cell.measure.decimals:
        return "figure_not_whole" if cell.measure.decimals == 0 else "too_many_decimals"
    return None


def _context(cell: Cell, text: str) -> dict[str, str]:
    return {
        "cell": "·".join(cell.words),
        "found": text.strip()[:40],
        "decimals": str(cell.measure.decimals),
        "unit": cell.measure.name,
    }


def completed(form: ReportFormat, figures: Figures) -> dict[str, Decimal]:
    """The figures with every sum that follows from them; what was given stays as it is."""
    full = dict(figures)
    while added := dict(_sums(form, full)):
        full |= added
    return full


def _sums(form: ReportFormat, figures: Figures) -> Iterator[tuple[str, Decimal]]:
    for rule in form.rules:
        if rule.relation == "equals" and not rule.last_year and len(rule.left) == 1:
            for check in _checks_of(form, rule, figures, None):
                if check.left[0] not in figures and check.expected is not None:
                    yield check.left[0], check.expected


def summed_cells(form: ReportFormat) -> frozenset[str]:
    """Cells that follow from others: those a rule has alone on its left."""
    return frozenset(
        check.left[0]
        for rule in form.rules
        if rule.relation == "equals" and not rule.last_year and len(rule.left) == 1
        for check in _checks_of(form, rule, {}, None)
    )


def checks(form: ReportFormat, figures: Figures, last_year: Figures | None) -> list[Check]:
    """Every rule along every row or column; `last_year` None when nobody knows the figures of the year before."""
    return [check for rule in form.rules for check in _checks_of(form, rule, figures, last_year)]


def broken(found: Sequence[Check]) -> list[Check]:
    return [check for check in found if check.verdict is Verdict.BROKEN]


def _checks_of(form: ReportFormat, rule: SumRule, figures: Figures, last_year: Figures | None) -> Iterator[Check]:
    block = form.blocks[rule.block]
    across = block.columns if rule.axis == "rows" else block.rows
    compared = (last_year or {}) if rule.last_year else figures
    shared = 1 if len({one.within[:1] for one in across}) == 1 else 0
    for one in across:
        left, right = (tuple(_code(rule, one.code, name) for name in side) for side in (rule.left, rule.right))
        where = (*one.within[shared:], one.name) if len(across) > 1 else ()
        yield Check(rule, where, left, right, _sum(left, figures), _sum(right, compared))


def _code(rule: SumRule, across: str, along: str) -> str:
    row, column = (along, across) if rule.axis == "rows" else (across, along)
    return f"{rule.block}.{row}.{column}"


def _sum(cells: Sequence[str], figures: Figures) -> Decimal | None:
    if any(cell not in figures for cell in cells):
        return None
    return sum((figures[cell] for cell in cells), Decimal(0))
