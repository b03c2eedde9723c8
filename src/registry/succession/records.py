"""Reports of changes of units as plain records; the same for every door."""

from typing import Any

from registry.succession.service import ChangeReport


def change_record(report: ChangeReport) -> dict[str, Any]:
    """`units … --json`: `foreseen` says that occasions, drafts and people go on only when the day comes."""
    return {
        "on": report.on.isoformat(),
        "foreseen": report.is_ahead,
        "duties": [{"item": one.item_code, "from": one.from_unit, "to": one.to_unit} for one in report.duties],
        "occasions": [
            {
                "item": one.item_code,
                "from": one.from_unit,
                "to": one.to_unit,
                "kind": one.kind,
                "period": one.period or None,
                "event": one.event or None,
                "due_on": one.due_on.isoformat() if one.due_on else None,
                "on": one.on.isoformat(),
                "joined": one.joined,
                "drafts": one.drafts,
            }
            for one in report.handover.occasions
        ],
        "drafts": report.handover.drafts,
        "people": [
            {"username": one.username, "from": one.from_unit, "to": one.to_unit} for one in report.handover.people
        ],
    }
