"""registry duties list, recompute and hand-over."""

from datetime import date

import click
from rich.table import Table

from registry import wording
from registry.cli.output import DAY, Place, command, rows_table, say, show
from registry.cli.people import user_named
from registry.coverage.queries import DutyFilter, list_occasions
from registry.coverage.records import duties_record
from registry.database import SYSTEM
from registry.duties.recomputing import Move, Recomputation, recompute_occasions
from registry.duties.records import handed_record, recomputation_record
from registry.duties.responsible import hand_over


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

    @command(duties, "recompute")
    @click.option("--dry-run", is_flag=True, help="Say what would move, change nothing.")
    def recompute(place: Place, dry_run: bool, as_json: bool) -> None:
        """Bring every due date to what calendars, rules and texts say now; those of closed periods stay."""
        registry = place.registry
        with registry.database.work(SYSTEM, keep=not dry_run) as work:
            found = recompute_occasions(work, registry.counting)
        show(recomputation_record(found), as_json=as_json, table=lambda: _moves_table(found))
        if not as_json:
            counts = {"looked_at": found.looked_at, "moved": len(found.moved), "held": len(found.held)}
            say(wording.label("cli", "recomputed").format(**counts, restated=found.restated))
            if dry_run:
                say(wording.label("cli", "dry_run"))

    @command(duties, "hand-over")
    @click.option("--from", "from_user", required=True, help="Who has the duties (sign-in name).")
    @click.option("--to", "to_user", required=True, help="Who gets them (sign-in name).")
    @click.option("--on", type=DAY, help="From this day; default today.")
    @click.option("--dry-run", is_flag=True, help="Say what would change hands, change nothing.")
    def hand_over_all(
        place: Place, from_user: str, to_user: str, on: date | None, dry_run: bool, as_json: bool
    ) -> None:
        """Hand over every duty of one responsible person to another of the same unit."""
        with place.registry.database.work(SYSTEM, keep=not dry_run) as work:
            giving, taking = user_named(work.session, from_user), user_named(work.session, to_user)
            handed = hand_over(work, giving.id, taking.id, on=on)
            record = handed_record(handed, from_user, to_user, on or work.today)
        cells = ((one.unit_code, one.item_code, one.item_titles[-1]) for one in handed)
        show(record, as_json=as_json, table=lambda: rows_table(("unit", "code", "title"), cells))
        if not as_json:
            say(wording.label("cli", "handed_over").format(number=len(handed), to=to_user))
            if dry_run:
                say(wording.label("cli", "dry_run"))


def _moves_table(found: Recomputation) -> Table:
    heads = ("unit", "code", "period", "before", "after", "causes", "held_by")
    return rows_table(heads, (_cells(move) for move in (*found.moved, *found.held)))


def _cells(move: Move) -> tuple[object, ...]:
    causes = wording.labels("recompute_cause")
    why = wording.label("format", "list_separator").join(causes[cause] for cause in move.causes)
    return move.unit_code, move.item_code, move.period or move.event, move.before, move.after, why, move.held_by
