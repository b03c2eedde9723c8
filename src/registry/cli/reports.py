"""registry report briefing, sheet, check: what the office hands out, as files, and the check of a report's text."""

from datetime import date
from pathlib import Path

import click

from registry import wording
from registry.annual.checking.checker import check_report
from registry.annual.checking.opening import report_in
from registry.annual.checking.remarks import Weight
from registry.annual.checking.telling import places_in_words, remarks_record, sentence_of
from registry.cli.annual import add_annual
from registry.cli.output import DAY, Place, command, rows_table, say, show
from registry.items.queries import list_areas
from registry.reports.briefings.basis import drafted
from registry.reports.briefings.document import briefing_docx
from registry.reports.briefings.figures import gather
from registry.reports.briefings.records import briefing_record
from registry.reports.sheet import leader_sheet, sheet_record

FILE = click.Path(dir_okay=False, path_type=Path)
READABLE = click.Path(dir_okay=False, path_type=Path, exists=True)


def add_to(main: click.Group) -> None:
    @main.group()
    def report() -> None:
        """Reports for leaders and for circulation."""

    @command(report, "briefing")
    @click.argument("period")
    @click.argument("file", type=FILE)
    def briefing(place: Place, period: str, file: Path, as_json: bool) -> None:
        """Draft the briefing about PERIOD (2026-02, 2026-Q1, 2026-H1, 2026) into FILE (DOCX); issuing it is done on the page."""
        registry, today = place.registry, place.registry.database.today()
        with registry.database.read() as session:
            figures = gather(session, period, today, registry.state_dates, registry.rulebook)
        texts = drafted(figures, registry.rulebook, registry.calendar, today)
        file.write_bytes(briefing_docx(texts, figures, number="", issued_on=today))
        if as_json:
            show(briefing_record(figures, texts, str(file)), as_json=True)
        else:
            code = "briefing_drafted" if figures.is_closed else "briefing_drafted_open"
            say(wording.label("cli", code).format(file=file, period=period, problems=len(figures.problems)))

    @command(report, "sheet")
    @click.argument("file", type=FILE)
    @click.option("--as-of", type=DAY, help="Judged on this day; default today.")
    def sheet(place: Place, file: Path, as_of: date | None, as_json: bool) -> None:
        """Write the leader's sheet of a day into FILE (PDF, one page). It names people: not for the public."""
        from registry.app import create_app
        from registry.web.sheets import sheet_file

        registry = place.registry
        limits = registry.rulebook.deadlines.grade_limits(as_of or registry.database.today())
        with registry.database.read() as session:
            found = leader_sheet(session, registry.state_dates, limits, as_of)
        file.write_bytes(sheet_file(create_app(registry), found))
        if as_json:
            show({"file": str(file), **sheet_record(found)}, as_json=True)
        else:
            say(wording.label("cli", "sheet_written").format(file=file))

    add_annual(report)

    @command(report, "check")
    @click.argument("file", type=READABLE)
    @click.option("--previous", type=READABLE, help="The report of the year before, for jumps.")
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
