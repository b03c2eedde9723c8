"""Lists and tasks as plain records, for the command line."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from registry.rectification.queries import ListRow, TaskRow
from registry.rectification.rules import Measure
from registry.rectification.tables import RectificationStep


def list_record(row: ListRow) -> dict[str, Any]:
    """A list with its measures; `list` is what the commands call it."""
    return {
        "list": f"{row.list.year}-{row.list.number}",
        "title": row.list.title,
        "found_on": row.list.found_on,
        **_measures(row.measure),
    }


def task_record(row: TaskRow, answer: RectificationStep | None) -> dict[str, Any]:
    """A task with its last answer; `before` and `after` are what the registry saw, `after` null until it is closed."""
    task = row.task
    return {
        "place": task.place,
        "code": task.code,
        "task": task.task,
        "problem": task.problem,
        "due_on": task.due_on,
        "unit": task.unit_code,
        "item": task.item_code,
        "state": task.state.value,
        "late": row.is_late,
        "answer": _answer(answer) if answer else None,
        "before": task.before,
        "after": task.after or None,
        "closing_reason": task.closing_reason,
    }


def _answer(step: RectificationStep) -> Mapping[str, Any]:
    return {"progress": step.progress, "text": step.text, "done_on": step.done_on, "proof": step.proof}


def _measures(measure: Measure) -> dict[str, Any]:
    rate = None if measure.rate is None else round(measure.rate, 4)
    return {"tasks": measure.total, **asdict(measure), "rate": rate}
