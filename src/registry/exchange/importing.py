"""The import of an official table: read, compared, and – in one transaction – taken over with the duties and occasions that follow.

A dry run is the real run rolled back (`database.work(actor, keep=False)`), so both say the same.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from registry import wording
from registry.accounts.permissions import Permission, require
from registry.audit.service import Action, record
from registry.database import Work
from registry.duties.rules import Counting
from registry.duties.service import assign_duties, ensure_assignments, raise_occasions
from registry.exchange.comparing import ComparedRow, Comparison, RowAction, compare
from registry.exchange.reading.reading import Owner, TableReader
from registry.exchange.reading.records import CellIssue, ReadFile
from registry.items.loader import clauses_read_from
from registry.items.roles import Roles
from registry.items.schemas import clause_record
from registry.items.service import put_items
from registry.rulebook.book import Rulebook
from registry.units.queries import get_unit

CHANGING = (RowAction.CREATE, RowAction.UPDATE)


def read_table(work: Work, reader: TableReader, name: str, content: bytes, *, unit: str | None = None) -> ReadFile:
    """The items of a file; what its table does not say about the body is the unit's name. Raises Invalid, Forbidden."""
    require(work.actor, Permission.LOAD_DATA)
    owner = Owner(get_unit(work.session, unit).unit.name) if unit else Owner()
    return reader.read(name, content, owner)


def import_table(
    work: Work, file: ReadFile, rulebook: Rulebook, counting: Counting, *, area: str | None = None
) -> Comparison:
    """Compare a read table with the standards in force and take over every row that is not refused. Items the table does not have stay."""
    require(work.actor, Permission.LOAD_DATA)
    found = compare(work.session, file, rulebook, on=work.today, area=area)
    changing = [row for row in found.rows if row.action in CHANGING and row.after is not None]
    unassigned = _assign(work, changing)
    for code, standard in found.standards.items():
        entries = [row.after for row in changing if row.area == code and row.after is not None]
        put_items(work, standard, entries, rulebook.deadlines.vocabulary)
    if changing:
        record(work, Action.ITEM_IMPORT, "standard", "、".join(found.standards.values())[:80], _summary(found))
        assign_duties(work)
        raise_occasions(work, counting)
    return Comparison(found.file, found.rows, found.standards, found.absent, [*found.issues, *unassigned])


def _assign(work: Work, rows: Sequence[ComparedRow]) -> list[CellIssue]:
    """Every role of a new or changed item has an entry in the assignments; one that names no unit is empty and told."""
    roles = Roles(work.session)
    wanted: dict[tuple[str, str], str | None] = {}
    told: dict[str, CellIssue] = {}
    for row in rows:
        if row.after is None or (
            row.before is not None and row.before.roles == row.after.roles and row.before.levels == row.after.levels
        ):
            continue
        for role in row.after.roles:
            unit = roles.unit_of(role)
            wanted |= {(role, level): unit for level in row.after.levels}
            if unit is None:
                cell = row.item.cells.get("body", row.item.where)
                told.setdefault(role, CellIssue(cell, row.item.row, "body", "body_unassigned", role))
    missing = ensure_assignments(work, wanted)
    return [issue for role, issue in told.items() if any(role == new for new, _ in missing)]


def _summary(found: Comparison) -> dict[str, tuple[Any, Any]]:
    return {
        "file": (None, found.file.name),
        **{name: (None, number) for name, number in found.counts.items() if number},
    }


def fingerprint(found: Comparison) -> str:
    """Tells whether two runs would do the same: SHA-256 over every row's action, code and outcome."""
    rows = [
        [
            row.action.value,
            row.code,
            asdict(row.before) if row.before else None,
            asdict(row.after) if row.after else None,
        ]
        for row in found.rows
    ]
    text = json.dumps([rows, list(found.absent)], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def comparison_record(found: Comparison, rulebook: Rulebook) -> dict[str, Any]:
    """The result of `items import` (design: the command's contract); items are as the table has them."""
    return {
        "file": found.file.name,
        "tables": found.file.tables,
        "rows": [
            {"row": row.item.row, "action": row.action.value, "item": read_item_record(row, rulebook)}
            for row in found.rows
        ],
        "absent": list(found.absent),
        "issues": [issue_record(issue) for issue in found.issues],
        "counts": found.counts,
    }


def read_item_record(row: ComparedRow, rulebook: Rulebook) -> dict[str, Any]:
    """The shape of `items show`, filled with what the table says: titles of laws as written, remarks under their header in `extra`."""
    item = row.item
    clauses = clauses_read_from(item.deadline_text, rulebook.deadlines.vocabulary)
    if row.after is not None and row.after.deadline:
        clauses = row.after.deadline
    separator = wording.label("legal_basis", "article_separator")
    notes = {wording.label("import_field", "notes"): item.notes} if item.notes else {}
    return {
        "code": row.code,
        "titles": list(item.titles),
        "elements": list(item.elements),
        "legal_bases": [
            {"title": one.title, "article": separator.join(one.articles) or None, "doc_no": one.doc_no}
            for one in item.bases
        ],
        "deadline_text": item.deadline_text,
        "deadline": [clause_record(clause.as_record()) for clause in clauses],
        "body": item.body,
        "channels": [rulebook.channels[code].name for code in item.channels],
        "audience": {"everyone": item.everyone, "groups": item.groups},
        "methods": list(item.methods),
        "levels": list(item.levels),
        "extra": {**item.extra, **notes},
    }


def issue_record(issue: CellIssue) -> dict[str, Any]:
    """Always with what would be accepted, in words."""
    return {
        "cell": issue.cell,
        "row": issue.row,
        "field": issue.field,
        "code": issue.code,
        "found": issue.found,
        "accepted": issue.accepted or wording.labels("cell_accepted").get(issue.code, ""),
    }


def issue_sentence(issue: CellIssue) -> str:
    """G7 公开时限：… as people read it."""
    field, none = wording.labels("import_field")[issue.field], wording.label("format", "none")
    text = wording.label("cell_issue", issue.code).format(found=issue.found or none, accepted=issue.accepted)
    return f"{issue.cell} {field}{wording.label('format', 'colon')}{text}"
