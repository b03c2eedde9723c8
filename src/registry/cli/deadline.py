"""registry deadline: a deadline text, read, counted and proved."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import click
from rich.table import Table

from registry import wording
from registry.cli.output import DAY, Place, command, rows_table, say, show
from registry.duties.records import read_deadline


def add_to(main: click.Group) -> None:
    @command(main, "deadline", takes_dashes=True)
    @click.argument("text")
    @click.option("--from", "event_on", type=DAY, help="The day of the event that starts the count; default today.")
    @click.option("--title", help="What the deadline is of; only repeated in the answer.")
    @click.option("--calendar", help="A calendar of standards/calendar/; default that of the settings.")
    @click.option("--known-on", type=DAY, help="Count by the notices that were out on this day; default all.")
    def deadline(
        place: Place,
        text: str,
        event_on: date | None,
        title: str | None,
        calendar: str | None,
        known_on: date | None,
        as_json: bool,
    ) -> None:
        """Read a deadline as a catalog writes it, and count it day by day."""
        registry = place.registry
        record = read_deadline(
            text,
            event_on or registry.database.today(),
            registry.rulebook,
            calendar=calendar or place.settings.calendar,
            known_on=known_on,
        )
        show({**record, "title": title} if title else record, as_json=as_json, table=lambda: _table(record["steps"]))
        if not as_json:
            for sentence in _sentences(record):
                say(sentence)


def _table(found: Sequence[dict[str, Any]]) -> Table:
    marks = wording.labels("counted")
    rows = ((one["date"], marks["yes" if one["counted"] else "no"], one["why"]) for one in found)
    return rows_table(("date", "counted", "why"), rows)


def _sentences(record: dict[str, Any]) -> list[str]:
    """What was not understood, the dates, and the articles they rest on."""
    words, told = wording.labels("cli"), list(record["warnings"])
    for name in ("due_on", "earliest_end", "extended_to"):
        if record.get(name):
            told.append(words[name].format_map({name: record[name]}))
    if not record["due_on"] and "earliest_end" not in record:
        told.append(words["no_due_date"])
    if record["calendar"]["provisional"]:
        told.append(words["provisional"])
    return told + [wording.label("format", "article").format_map(one) for one in record["basis"]]
