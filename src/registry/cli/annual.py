"""registry report annual."""

import json
from pathlib import Path

import click

from registry import wording
from registry.annual.document import report_document
from registry.annual.queries import city_last_figures, get_format, load_report
from registry.annual.records import report_record
from registry.app import create_app
from registry.cli.output import Place, command, say, show
from registry.web.annual_printing import printed_report


def add_annual(report: click.Group) -> None:
    """The command of the group `report`."""

    @command(report, "annual")
    @click.argument("year", type=int)
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @click.option(
        "--format",
        "kind",
        type=click.Choice(["docx", "html", "json"]),
        default="docx",
        show_default=True,
        help="What to write.",
    )
    def annual(place: Place, year: int, file: Path, kind: str, as_json: bool) -> None:
        """The city's annual report of YEAR into FILE: as it was confirmed, or as it stands."""
        registry = place.registry
        with registry.database.read() as session:
            get_format(registry.rulebook, year)
            found = load_report(session, registry.rulebook, year)
            last_year = city_last_figures(session, registry.rulebook, year)
        if kind == "docx":
            content = report_document(found)
        elif kind == "html":
            content = printed_report(create_app(registry), found).encode()
        else:
            content = json.dumps(report_record(found, last_year), ensure_ascii=False, indent=2).encode()
        file.write_bytes(content)
        given = len(found.units) - len(found.missing)
        say(wording.label("cli", "annual_written").format(file=file, given=given, missing=len(found.missing)))
        if as_json:
            record = {"year": year, "state": found.state.value, "file": str(file), "units": given}
            show({**record, "missing": [unit.code for unit in found.missing], "sha256": found.sha256}, as_json=True)
