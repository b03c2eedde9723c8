"""registry standards check."""

from datetime import date

import click

from registry import wording
from registry.assessment.inspecting import Inspection
from registry.assessment.overview import Result, overview_record, results_for
from registry.assessment.requirement_checks import tally_requirements
from registry.cli.output import DAY, Place, command, rows_table, show
from registry.database import SYSTEM
from registry.units.queries import get_unit


def add_to(main: click.Group) -> None:
    @main.group()
    def standards() -> None:
        """The seven management standards."""

    @command(standards, "check")
    @click.option("--as-of", type=DAY, help="Judged on this day; default today.")
    @click.option("--unit", help="Only this unit (code).")
    def check(place: Place, as_of: date | None, unit: str | None, as_json: bool) -> None:
        """What each requirement comes to: computed, self-assessed, or not assessed."""
        registry = place.registry
        with registry.database.read() as session:
            unit_code = get_unit(session, unit).unit.code if unit else None
            dates = registry.state_dates(as_of)
            inspection = Inspection(session, dates, registry.rulebook, registry.counting, unit_code)
            results = results_for(session, SYSTEM, inspection, tally_requirements(inspection))
        record = overview_record(inspection, results)
        show(record, as_json=as_json, table=lambda: rows_table(HEADS, map(_cells, results)))


HEADS = ("code", "standing", "holds", "fails", "unknown", "asked", "not_assessed", "what")


def _cells(one: Result) -> list[object]:
    tally, said = one.tally, one.said
    return [
        one.requirement.code,
        wording.label("standing", one.standing.value),
        *((tally.holds, tally.fails, tally.unknown) if tally else (None, None, None)),
        *((said.asked, said.missing) if said else (None, None)),
        one.requirement.text,
    ]
