"""registry duties list."""

from datetime import date

import click

from registry import wording
from registry.cli.output import DAY, Place, command, rows_table, show
from registry.coverage.queries import DutyFilter, list_occasions
from registry.coverage.records import duties_record


def add_to(main: click.Group) -> None:
    @main.group()
    def duties() -> None:
        """What each unit owes."""

    @command(duties, "list")
    @click.option("--unit", help="Only this unit (code).")
    @click.option("--as-of", type=DAY, help="Judged on this day; default today.")
    def list_all(place: Place, unit: str | None, as_of: date | None, as_json: bool) -> None:
        """Every occasion with its state on a day, worst first."""
        dates = place.registry.state_dates(as_of)
        with place.registry.database.read() as session:
            rows = list_occasions(session, dates, DutyFilter(unit_code=unit))
        cells = (
            (
                row.unit_code,
                row.item_code,
                row.item_titles[-1],
                row.period,
                row.due_on,
                wording.label("occasion_state", row.state),
            )
            for row in rows
        )
        heads = ("unit", "code", "title", "period", "due_on", "state")
        show(duties_record(rows, dates.as_of, len(rows)), as_json=as_json, table=lambda: rows_table(heads, cells))
