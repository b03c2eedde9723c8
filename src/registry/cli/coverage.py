"""registry coverage."""

from datetime import date

import click

from registry.cli.output import DAY, Place, command, rows_table, show
from registry.coverage.measures import element_board
from registry.coverage.queries import DutyFilter, board
from registry.coverage.records import coverage_record


def add_to(main: click.Group) -> None:
    @command(main, "coverage")
    @click.option("--as-of", type=DAY, help="Judged on this day; default today.")
    @click.option(
        "--by",
        default="unit,area",
        show_default=True,
        type=click.Choice(["unit,area", "unit", "area"]),
        help="Rows by.",
    )
    @click.option("--unit", help="Only this unit (code).")
    @click.option("--area", help="Only this area (code).")
    @click.option("--elements", is_flag=True, help="With --json also how complete what was published is.")
    def coverage(
        place: Place, as_of: date | None, by: str, unit: str | None, area: str | None, elements: bool, as_json: bool
    ) -> None:
        """How far publications answer the duties, by unit and area."""
        dates = place.registry.state_dates(as_of)
        with place.registry.database.read() as session:
            wanted = DutyFilter(unit_code=unit, area_code=area)
            found = board(session, dates, wanted)
            covered = element_board(session, dates, wanted) if elements else None
        record = coverage_record(found, dates.as_of, by=by.split(","), elements=covered)
        heads = (
            "unit",
            "area",
            "due",
            "met",
            "met_late",
            "overdue",
            "long_overdue",
            "due_soon",
            "upcoming",
            "needs_rule",
            "rate",
        )
        rows = ([row.get(head) for head in heads] for row in record["rows"])
        show(record, as_json=as_json, table=lambda: rows_table(heads, rows))
