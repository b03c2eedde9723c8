"""registry reminders send: today's digests, made and mailed now."""

from datetime import date

import click

from registry import wording
from registry.cli.output import DAY, Place, command, rows_table, say, show
from registry.reminders.records import digest_record


def add_to(main: click.Group) -> None:
    @main.group()
    def reminders() -> None:
        """What people are reminded of."""

    @command(reminders, "send")
    @click.option("--day", type=DAY, help="As on this day; default today.")
    @click.option("--dry-run", is_flag=True, help="Say who would be told what, keep and send nothing.")
    def send(place: Place, day: date | None, dry_run: bool, as_json: bool) -> None:
        """Make the day's digests that are not there yet and mail what is still to be mailed; repeating it does no harm."""
        registry = place.registry
        made = registry.remind(day, keep=not dry_run)
        mailed = 0 if dry_run else registry.do_due_jobs()
        records = [digest_record(digest, user.username) for digest, user in made]
        cells = ((one["to"], wording.label("digest_kind", one["kind"]), len(one["entries"])) for one in records)
        record = {"digests": records, "jobs": mailed}
        show(record, as_json=as_json, table=lambda: rows_table(("to", "what", "entries"), cells))
        if dry_run:
            say(wording.label("cli", "dry_run"))
