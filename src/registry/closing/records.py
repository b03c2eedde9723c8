"""Closed periods as plain records, for the command line."""

from collections.abc import Iterable
from typing import Any

from registry.closing.lines import FrozenOccasion
from registry.closing.proving import Part, Proof
from registry.closing.queries import Closing
from registry.closing.recounting import Comparison
from registry.closing.rules import Change


def closing_record(one: Closing) -> dict[str, Any]:
    """The four keys of `close --json`, and what was frozen; the latter is null where nothing was."""
    frozen = one.frozen
    return {
        "period": one.period.code,
        "first_on": one.period.first_on,
        "last_on": one.period.last_on,
        "closed_at": one.period.closed_at,
        "number": frozen.number if frozen else None,
        "occasions": frozen.occasions if frozen else None,
        "content_hash": frozen.content_hash if frozen else None,
        "hash": frozen.hash if frozen else None,
        "totals": one.total.as_record() if frozen else None,
    }


def proofs_record(proofs: Iterable[Proof]) -> dict[str, Any]:
    """`head` is the hash of the last closing: to be kept elsewhere."""
    found = list(proofs)
    return {
        "periods": [
            {"period": one.code, "hash": one.hash, "holds": one.holds, "failed": _codes(one.failed)} for one in found
        ],
        "head": found[-1].hash if found else None,
    }


def comparison_record(found: Comparison) -> dict[str, Any]:
    return {
        "period": found.recount.basis.code,
        "agrees": found.recount.agrees,
        "occasions": found.recount.occasions,
        "rulebook_now": found.rulebook_now or None,
        "calendars_now": found.calendars_now,
        "since": [_change_record(change) for change in found.since],
    }


def _change_record(change: Change) -> dict[str, Any]:
    one: FrozenOccasion = change.occasion
    before, after = change.states
    return {
        "unit": one.key.unit,
        "item": one.key.item,
        "period": one.key.period or None,
        "event": one.key.event or None,
        "before": before.value if before else None,
        "after": after.value if after else None,
        "causes": [cause.value for cause in change.causes],
    }


def _codes(parts: Iterable[Part]) -> list[str]:
    return [part.value for part in Part if part in set(parts)]
