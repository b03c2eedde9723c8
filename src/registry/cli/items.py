"""registry items list, show, export, import."""

from collections.abc import Iterator
from pathlib import Path

import click

from registry import wording
from registry.cli.output import Place, command, rows_table, say, show
from registry.database import SYSTEM
from registry.errors import Invalid, Issue
from registry.exchange.comparing import Comparison
from registry.exchange.importing import comparison_record, import_table, issue_sentence, read_table
from registry.exchange.official_table import area_table
from registry.exchange.reading.reading import TableReader
from registry.exchange.spreadsheets import official_csv, official_xlsx
from registry.items.queries import get_area, get_detail, list_details
from registry.items.schemas import item_record

WRITERS = {".xlsx": official_xlsx, ".csv": official_csv}


def add_to(main: click.Group) -> None:
    @main.group()
    def items() -> None:
        """The standards' items: what must be disclosed."""

    @command(items, "list")
    @click.option("--area", help="Only this area (code).")
    def list_all(place: Place, area: str | None, as_json: bool) -> None:
        """All items in the order of the official tables."""
        with place.registry.database.read() as session:
            details = list_details(session, area_code=area)
        rulebook = place.registry.rulebook
        record = {"total": len(details), "items": [item_record(detail, rulebook) for detail in details]}
        rows = ((one.item.code, one.item.path, one.area.name, one.item.deadline_text, one.item.body) for one in details)
        show(
            record,
            as_json=as_json,
            table=lambda: rows_table(("code", "title", "area", "deadline", "body"), rows),
        )

    @command(items, "show")
    @click.argument("code")
    def show_one(place: Place, code: str, as_json: bool) -> None:
        """One item, whole."""
        with place.registry.database.read() as session:
            detail = get_detail(session, code)
        show(item_record(detail, place.registry.rulebook), as_json=True)

    @command(items, "export")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @click.option("--area", required=True, help="Area (code).")
    def export(place: Place, file: Path, area: str, as_json: bool) -> None:
        """The official table of an area as FILE (.xlsx or .csv)."""
        writer = WRITERS.get(file.suffix.lower())
        if writer is None:
            raise Invalid([Issue("file", "file_kind", {"found": file.suffix, "accepted": " ".join(WRITERS)})])
        with place.registry.database.read() as session:
            today = place.registry.database.today()
            table = area_table(session, get_area(session, area), today, place.registry.rulebook)
        file.write_bytes(writer(table))
        if as_json:
            show({"file": str(file), "rows": len(table.rows)}, as_json=True)
        else:
            say(wording.label("cli", "written").format(file=file, number=len(table.rows)))

    @command(items, "import")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--area", help="Area of the table (code); default: what the table says.")
    @click.option("--unit", help="Unit whose table it is (code), for tables that name no body.")
    @click.option("--dry-run", is_flag=True, help="Read, compare and check everything, change nothing.")
    def import_file(place: Place, file: Path, area: str | None, unit: str | None, dry_run: bool, as_json: bool) -> None:
        """Take over an official table: XLSX, DOCX, HTML, CSV, or pasted text. Exit 1 when every row was refused."""
        registry = place.registry
        content = file.read_bytes()
        with registry.database.work(SYSTEM, keep=not dry_run) as work:
            table = read_table(work, TableReader(registry.rulebook), file.name, content, unit=unit)
            found = import_table(work, table, registry.rulebook, registry.counting, area=area)
        record = comparison_record(found, registry.rulebook)
        show(
            record,
            as_json=as_json,
            table=lambda: rows_table(("row", "action", "code", "title", "changes"), _rows(found)),
        )
        if not as_json:
            for issue in found.issues:
                say(issue_sentence(issue))
            say(wording.label("cli", "imported").format(file=file.name, tables=table.tables, **found.counts))
            if dry_run:
                say(wording.label("cli", "dry_run"))
        if not dry_run and found.rows and found.counts["refused"] == len(found.rows):
            click.get_current_context().exit(1)


def _rows(found: Comparison) -> Iterator[tuple[object, ...]]:
    actions, fields = wording.labels("import_action"), wording.labels("import_field")
    for row in found.rows:
        changes = wording.label("format", "list_separator").join(fields[name] for name in row.changed)
        yield row.item.row, actions[row.action], row.code, " / ".join(row.item.titles), changes
