"""Counts and judged occasions as plain records; the same for API and command line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from registry.coverage.board import Board, C, merged
from registry.coverage.queries import OccasionRow
from registry.coverage.rules import Counts, ElementCounts

BY = ("unit", "area")


def coverage_record(
    board: Board[Counts], as_of: date, *, by: Sequence[str] = BY, elements: Board[ElementCounts] | None = None
) -> dict[str, Any]:
    """`coverage --json` of design §6: totals, and a row for every unit, area, or pair of both that has an occasion.

    With `elements` each of them has `elements`, how complete what was published is.
    """
    rows = _grouped(board, by)
    named = _grouped(elements, by) if elements else {}

    def record(counts: Counts, covered: ElementCounts) -> dict[str, Any]:
        return counts.as_record() | ({"elements": covered.as_record()} if elements else {})

    return {
        "as_of": as_of.isoformat(),
        "totals": record(board.total(), elements.total() if elements else ElementCounts()),
        "rows": [
            dict(zip(by, key, strict=True)) | record(counts, named.get(key, ElementCounts()))
            for key, counts in sorted(rows.items())
        ],
    }


def _grouped(board: Board[C], by: Sequence[str]) -> Mapping[tuple[str, ...], C]:
    found: dict[tuple[str, ...], list[C]] = defaultdict(list)
    for (unit_code, area_code), counts in board.cells.items():
        names = {"unit": unit_code, "area": area_code}
        found[tuple(names[one] for one in by)].append(counts)
    return {key: merged(board.nothing, counts) for key, counts in found.items()}


def duties_record(rows: Iterable[OccasionRow], as_of: date, total: int) -> dict[str, Any]:
    """`duties list --json` of design §6; `total` counts all rows when `rows` are a page of them."""
    return {"as_of": as_of.isoformat(), "total": total, "duties": [duty_record(row) for row in rows]}


def duty_record(row: OccasionRow) -> dict[str, Any]:
    """One occasion of a duty. After the six keys of design §6: what the due date was counted from, and the ids changes need."""
    return {
        "unit": row.unit_code,
        "item": row.item_code,
        "state": row.state.value,
        "due_on": row.limit.isoformat() if row.limit else None,
        "period": row.period or None,
        "publication": str(row.publication_id) if row.publication_id else None,
        "area": row.area_code,
        "duty": str(row.duty_id),
        "occasion": str(row.occasion_id),
        "kind": row.kind,
        "event": row.event or None,
        "counted_from": row.counted_from.isoformat(),
        "assumed": row.assumed,
        "provisional": row.provisional,
    }
