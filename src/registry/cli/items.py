"""registry items list, show, export."""

from pathlib import Path

import click

from registry import wording
from registry.cli.output import Place, command, rows_table, say, show
from registry.errors import Invalid, Issue
from registry.exchange.official_table import area_table
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
