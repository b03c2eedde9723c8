"""registry report: documents of the leadership and the office, and the check of a report's text."""

from pathlib import Path

import click

from registry import wording
from registry.annual.checking.checker import check_report
from registry.annual.checking.opening import report_in
from registry.annual.checking.remarks import Weight
from registry.annual.checking.telling import places_in_words, remarks_record, sentence_of
from registry.cli.annual import add_annual
from registry.cli.output import Place, command, rows_table, show
from registry.items.queries import list_areas

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def add_to(main: click.Group) -> None:
    @main.group()
    def report() -> None:
        """Documents of the leadership and the office."""

    add_annual(report)

    @command(report, "check")
    @click.argument("file", type=FILE)
    @click.option("--previous", type=FILE, help="The report of the year before, for jumps.")
    def check(place: Place, file: Path, previous: Path | None, as_json: bool) -> None:
        """Check the text of a yearly report (TXT, DOCX, PDF); exit 1 when something must change."""
        registry = place.registry
        with registry.database.read() as session:
            areas = [area.name for area in list_areas(session)]
        before = report_in(previous.name, previous.read_bytes()) if previous else None
        text = report_in(file.name, file.read_bytes())
        remarks = check_report(text, registry.rulebook.proofreading, areas=areas, previous=before)
        weights, names = wording.labels("report_weight"), wording.labels("report_check")
        rows = (
            (weights[one.weight.value], names[one.check.value], places_in_words(one), sentence_of(one))
            for one in remarks
        )
        heads = ("weight", "check", "places", "sentence")
        show(remarks_record(remarks), as_json=as_json, table=lambda: rows_table(heads, rows))
        if any(one.weight is Weight.WRONG for one in remarks):
            click.get_current_context().exit(1)
