"""A deadline text and a count as plain records; the same for API and command line."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from registry import wording
from registry.deadlines.clauses import leading_clause
from registry.deadlines.reading import Reading, read
from registry.deadlines.rules import Due, due_date, earliest_end, steps
from registry.deadlines.workdays import CalendarTooShort, Workdays
from registry.duties.recomputing import Move, Recomputation
from registry.duties.responsible import HandedDuty
from registry.errors import Invalid, Issue
from registry.rulebook.book import Rulebook

CLAUSE_FIELDS = ("kind", "trigger", "count", "unit", "direction", "period", "applies_to")


def read_deadline(
    text: str, event_on: date, rulebook: Rulebook, *, calendar: str, known_on: date | None = None
) -> dict[str, Any]:
    """The shape of `deadline --json`: a text read, counted from an event by a calendar, and proved.

    Where they are given, `earliest_end` is the first day a minimum display may end and `extended_to` the last day of a reply that was
    extended; without a due date the steps lead to the earliest end. Raises Invalid for a calendar nobody has and for counts that leave it.
    """
    if calendar not in rulebook.calendars:
        raise Invalid([Issue("calendar", "not_a_choice", {"found": calendar})])
    workdays = rulebook.workdays(calendar, known_on=known_on)
    reading = read(text, rulebook.deadlines.vocabulary)
    try:
        due, minimum = _counts(reading, event_on, workdays, rulebook)
    except CalendarTooShort:
        span = {"found": event_on.isoformat(), "first": workdays.first.isoformat(), "last": workdays.last.isoformat()}
        raise Invalid([Issue("from", "date_out_of_range", span)]) from None
    return _deadline_record(reading, due, minimum, workdays, rulebook)


def _counts(reading: Reading, event_on: date, calendar: Workdays, rulebook: Rulebook) -> tuple[Due | None, Due | None]:
    """(the due date by the leading clause, the earliest end of a minimum display); neither when a person must decide the meaning."""
    if not calendar.first <= event_on <= calendar.last:
        raise CalendarTooShort
    clause = None if reading.needs_rule else leading_clause(reading.clauses)
    if clause is None:
        return None, None
    rules = rulebook.deadlines.rules
    minimums = (earliest_end(one, event_on, calendar, rules) for one in reading.clauses)
    return due_date(clause, event_on, calendar, rules), next(filter(None, minimums), None)


def _deadline_record(
    reading: Reading, due: Due | None, minimum: Due | None, calendar: Workdays, rulebook: Rulebook
) -> dict[str, Any]:
    count = due or minimum
    told = [*reading.warnings, *(["exceeds_law"] if count and count.exceeds else [])]
    return {
        "text": reading.text,
        "clauses": [_whole(clause.as_record()) for clause in reading.clauses],
        "needs_rule": reading.needs_rule,
        "warnings": [wording.label("deadline_warning", code) for code in told],
        "due_on": due.due_on.isoformat() if due else None,
        "steps": step_records(count, calendar),
        "basis": basis_records(count, rulebook),
        "calendar": calendar_record(count, calendar),
        **({"earliest_end": minimum.due_on.isoformat()} if minimum else {}),
        **({"extended_to": due.extended_to.isoformat()} if due and due.extended_to else {}),
    }


def _whole(clause: dict[str, Any]) -> dict[str, Any]:
    """Design §6 names these fields; what a clause does not say is null."""
    return {**dict.fromkeys(CLAUSE_FIELDS), "override": False, **clause}


def proof_record(due: Due, calendar: Workdays, rulebook: Rulebook) -> dict[str, Any]:
    """How a due date came about: the event's day, the count with its rules, and every day of it."""
    return {
        "counted_from": due.counted_from.isoformat(),
        "count": due.term.count if due.term else None,
        "unit": due.term.unit.value if due.term else None,
        "due_on": due.due_on.isoformat(),
        "moved_from": due.moved_from.isoformat() if due.moved_from else None,
        "fallback": due.fallback is not None,
        "basis": basis_records(due, rulebook),
        "calendar": calendar_record(due, calendar),
        "steps": step_records(due, calendar),
    }


def calendar_record(due: Due | None, calendar: Workdays) -> dict[str, Any]:
    return {
        "name": calendar.name,
        "version": calendar.version,
        "provisional": due.provisional if due else False,
    }


def step_records(due: Due | None, calendar: Workdays) -> list[dict[str, Any]]:
    """Each day of the count with its reason: a holiday's own name, or the word for a kind of day."""
    kinds = wording.labels("day_kind")
    found = steps(due, calendar) if due else ()
    return [
        {"date": step.date.isoformat(), "counted": step.counted, "why": kinds.get(step.why, step.why)} for step in found
    ]


def basis_records(due: Due | None, rulebook: Rulebook) -> list[dict[str, Any]]:
    """The articles a count rests on, the one whose number stood in for a text without a number first."""
    if due is None:
        return []
    found = [due.fallback] if due.fallback else []
    return [_article(one, rulebook) for one in (*found, *due.rules)]


def _article(one: Any, rulebook: Rulebook) -> dict[str, Any]:
    regulation = rulebook.regulations[one.regulation]
    edition = regulation.find_edition(one.edition) if one.edition else None
    doc_no = edition.doc_no if edition and edition.doc_no else ""
    return {"title": regulation.title, "doc_no": doc_no, "article": one.article, "rule": getattr(one, "rule", None)}


def recomputation_record(found: Recomputation) -> dict[str, Any]:
    """`duties recompute --json`."""
    return {
        "looked_at": found.looked_at,
        "restated": found.restated,
        "moved": _moves(found.moved),
        "held": _moves(found.held),
    }


def _moves(moves: Iterable[Move]) -> Sequence[dict[str, Any]]:
    return [
        {
            "unit": move.unit_code,
            "item": move.item_code,
            "period": move.period or None,
            "event": move.event or None,
            "occasion": str(move.occasion_id),
            "before": move.before.isoformat() if move.before else None,
            "after": move.after.isoformat() if move.after else None,
            "causes": [cause.value for cause in move.causes],
            "held_by": move.held_by,
        }
        for move in moves
    ]


def handed_record(handed: Iterable[HandedDuty], giving: str, taking: str, on: date) -> dict[str, Any]:
    """`duties hand-over --json`."""
    return {
        "from": giving,
        "to": taking,
        "on": on.isoformat(),
        "duties": [{"unit": one.unit_code, "item": one.item_code, "duty": str(one.duty_id)} for one in handed],
    }
