"""registry deadline: a deadline text, read, counted and proved."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import click
from rich.table import Table

from registry import wording
from registry.cli.output import DAY, Place, command, rows_table, say, show
from registry.deadlines.reading import Reading, read
from registry.deadlines.rules import Due, due_date, leading_clause, steps
from registry.deadlines.workdays import CalendarTooShort, Workdays
from registry.errors import Invalid, Issue
from registry.rulebook.book import Rulebook


def add_to(main: click.Group) -> None:
    @command(main, "deadline", takes_dashes=True)
    @click.argument("text")
    @click.option("--from", "event_on", type=DAY, help="The day of the event that starts the count; default today.")
    @click.option("--title", help="What the deadline is of; only repeated in the answer.")
    @click.option("--calendar", help="A calendar of standards/calendar/; default that of the settings.")
    def deadline(
        place: Place, text: str, event_on: date | None, title: str | None, calendar: str | None, as_json: bool
    ) -> None:
        """Read a deadline as a catalog writes it, and count it day by day."""
        registry = place.registry
        workdays = _calendar(registry.rulebook, calendar or place.settings.calendar)
        reading = read(text, registry.rulebook.deadlines.vocabulary)
        due = _due(reading, event_on or registry.database.today(), workdays, registry.rulebook)
        record = deadline_record(reading, due, workdays, registry.rulebook)
        show({**record, "title": title} if title else record, as_json=as_json, table=lambda: _table(record["steps"]))
        if not as_json:
            for sentence in _sentences(reading, due):
                say(sentence)


def _calendar(rulebook: Rulebook, name: str) -> Workdays:
    if name not in rulebook.calendars:
        raise Invalid([Issue("calendar", "not_a_choice", {"found": name})])
    return rulebook.workdays(name)


def _due(reading: Reading, event_on: date, calendar: Workdays, rulebook: Rulebook) -> Due | None:
    """The due date by the leading clause; none when a person must decide what the text means."""
    clause = None if reading.needs_rule else leading_clause(reading.clauses)
    if not calendar.first <= event_on <= calendar.last:
        raise Invalid([_out_of_range(event_on, calendar)])
    try:
        return due_date(clause, event_on, calendar, rulebook.deadlines.fallbacks) if clause else None
    except CalendarTooShort:
        raise Invalid([_out_of_range(event_on, calendar)]) from None


def _out_of_range(day: date, calendar: Workdays) -> Issue:
    span = {"found": day.isoformat(), "first": calendar.first.isoformat(), "last": calendar.last.isoformat()}
    return Issue("from", "date_out_of_range", span)


def deadline_record(reading: Reading, due: Due | None, calendar: Workdays, rulebook: Rulebook) -> dict[str, Any]:
    """The shape of `deadline --json`."""
    return {
        "text": reading.text,
        "clauses": [clause.as_record() for clause in reading.clauses],
        "needs_rule": reading.needs_rule,
        "warnings": [wording.label("deadline_warning", code) for code in reading.warnings],
        "due_on": due.due_on.isoformat() if due else None,
        "steps": [
            {"date": step.date.isoformat(), "counted": step.counted, "why": _why(step.why)}
            for step in (steps(due, calendar) if due else ())
        ],
        "basis": _basis(due, rulebook),
        "calendar": {
            "name": calendar.name,
            "version": calendar.version,
            "provisional": due.provisional if due else False,
        },
    }


def _why(why: str) -> str:
    """The holiday's own name, or the word for a kind of day."""
    return wording.labels("day_kind").get(why, why)


def _basis(due: Due | None, rulebook: Rulebook) -> list[dict[str, str]]:
    """The article whose count stood in for a text without a number."""
    if due is None or due.fallback is None:
        return []
    regulation = rulebook.regulations[due.fallback.regulation]
    edition = regulation.find_edition(due.fallback.edition)
    doc_no = edition.doc_no if edition and edition.doc_no else ""
    return [{"title": regulation.title, "doc_no": doc_no, "article": due.fallback.article}]


def _table(found: Sequence[dict[str, Any]]) -> Table:
    marks = wording.labels("counted")
    rows = ((one["date"], marks["yes" if one["counted"] else "no"], one["why"]) for one in found)
    return rows_table(("date", "counted", "why"), rows)


def _sentences(reading: Reading, due: Due | None) -> list[str]:
    told = [wording.label("deadline_warning", code) for code in reading.warnings]
    if due is None:
        return [*told, wording.label("cli", "no_due_date")]
    due_on = wording.label("cli", "due_on").format(due_on=due.due_on.isoformat())
    return [*told, due_on, *([wording.label("cli", "provisional")] if due.provisional else [])]
