"""The report of a year as one value: its format, texts, and what every unit reported. The city's figures are sums of the units'. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from registry.annual.rules import Check, Figures, checks, written
from registry.annual.tables import ReportState, ReturnState
from registry.rulebook.annual import ReportFormat, ReportFormatShape

PREFACE = "preface"
"""The code of the text before the first section: basis, scope, period and contact."""


@dataclass(frozen=True)
class UnitFigures:
    """A unit and what it reported; `state` None when it has not begun. Figures that are not confirmed are not here: they do not count."""

    code: str
    name: str
    state: ReturnState | None
    is_nil: bool
    figures: Figures

    @property
    def is_in(self) -> bool:
        return self.state is ReturnState.CONFIRMED


@dataclass(frozen=True)
class Total:
    """A figure of the city: the units it is the sum of, and those that should have given theirs. None when no unit has given any."""

    cell: str
    given: tuple[tuple[UnitFigures, Decimal], ...]
    lacking: tuple[UnitFigures, ...]

    @property
    def figure(self) -> Decimal | None:
        return sum((figure for _, figure in self.given), Decimal(0)) if self.given else None


@dataclass(frozen=True)
class Report:
    """`figures` has only cells some unit has given; `missing` are the units whose figures are not confirmed."""

    year: int
    form: ReportFormat
    state: ReportState
    version: int
    sections: Mapping[str, str]
    units: tuple[UnitFigures, ...]
    rulebook: str
    confirmed_on: date | None = None
    missing_reason: str | None = None
    sha256: str | None = None

    @property
    def is_confirmed(self) -> bool:
        return self.state is ReportState.CONFIRMED

    @cached_property
    def totals(self) -> Mapping[str, Total]:
        return {cell: self._total(cell) for cell in self.form.cells}

    @cached_property
    def figures(self) -> Figures:
        return {cell: total.figure for cell, total in self.totals.items() if total.figure is not None}

    @property
    def missing(self) -> list[UnitFigures]:
        return [unit for unit in self.units if not unit.is_in]

    @property
    def preface(self) -> str:
        return self.sections.get(PREFACE, "")

    @property
    def text(self) -> str:
        """What the office wrote, with the titles of the sections: a line for each paragraph."""
        parts = [self.preface]
        for section in self.form.sections:
            parts += [section.title, self.sections.get(section.code, "")]
        return "\n".join(part for part in parts if part)

    def checks(self, last_year: Figures | None) -> list[Check]:
        """The sums of the city's figures. Units whose figures are all known make sums that hold; a gap shows where one is missing."""
        return checks(self.form, self.figures, last_year)

    def _total(self, cell: str) -> Total:
        given = tuple((unit, unit.figures[cell]) for unit in self.units if cell in unit.figures)
        return Total(cell, given, tuple(unit for unit in self.units if cell not in unit.figures))


def frozen_record(report: Report) -> dict[str, Any]:
    """Everything the report says, with its format and every unit's figures, so that it reads the same when all else has changed."""
    return {
        "year": report.year,
        "format": ReportFormatShape().dump(report.form),
        "rulebook": report.rulebook,
        "sections": dict(report.sections),
        "confirmed_on": report.confirmed_on.isoformat() if report.confirmed_on else None,
        "missing_reason": report.missing_reason,
        "figures": _texts(report.figures),
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "state": unit.state.value if unit.state else None,
                "nil": unit.is_nil,
                "figures": _texts(unit.figures),
            }
            for unit in report.units
        ],
    }


def digest_of(frozen: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of what was frozen."""
    text = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def thawed(frozen: Mapping[str, Any], *, version: int, sha256: str | None) -> Report:
    """The report as it was confirmed."""
    confirmed_on = frozen["confirmed_on"]
    return Report(
        year=frozen["year"],
        form=ReportFormatShape().load(_scalars_as_text(frozen["format"])),
        state=ReportState.CONFIRMED,
        version=version,
        sections=frozen["sections"],
        units=tuple(_units(frozen)),
        rulebook=frozen["rulebook"],
        confirmed_on=date.fromisoformat(confirmed_on) if confirmed_on else None,
        missing_reason=frozen["missing_reason"],
        sha256=sha256,
    )


def _units(frozen: Mapping[str, Any]) -> Iterator[UnitFigures]:
    for unit in frozen["units"]:
        state = ReturnState(unit["state"]) if unit["state"] else None
        figures = {cell: Decimal(text) for cell, text in unit["figures"].items()}
        yield UnitFigures(unit["code"], unit["name"], state, unit["nil"], figures)


def _texts(figures: Figures) -> dict[str, str]:
    return {cell: written(figure) for cell, figure in figures.items()}


def _scalars_as_text(value: Any) -> Any:
    """As the shapes read data files, where every scalar is text."""
    if isinstance(value, dict):
        return {name: _scalars_as_text(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_scalars_as_text(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
