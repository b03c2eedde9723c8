"""registry load, registry export: data folders in, the same folders out."""

from dataclasses import asdict
from pathlib import Path

import click

from registry import wording
from registry.bootstrap import load_data
from registry.cli.output import Place, command, rows_table, say, show
from registry.exchange import folder


def add_to(main: click.Group) -> None:
    @command(main, "load")
    @click.option("--dry-run", is_flag=True, help="Check and count, change nothing.")
    @click.option(
        "--from",
        "source",
        type=click.Path(exists=True, path_type=Path),
        help="Folder with catalog/ and standards/.",
    )
    def load(place: Place, dry_run: bool, source: Path | None, as_json: bool) -> None:
        """Load catalog/ and standards/ into the database; repeatable, all faults at once."""
        report = load_data(
            place.registry.database,
            source or place.settings.source,
            place.settings.calendar,
            keep=not dry_run,
        )
        place.registry.rulebook = report.rulebook
        counts = {name: asdict(one) for name, one in report.counts.items()}
        heads = ("file", "created", "updated", "unchanged", "absent")
        rows = ([name, *(one[head] for head in heads[1:])] for name, one in counts.items())
        record = {"counts": counts, "duties": asdict(report.duties), "would_move": report.would_move}
        show(record, as_json=as_json, table=lambda: rows_table(heads, rows))
        if report.would_move:
            say(wording.label("cli", "would_move").format(number=report.would_move))
        if dry_run:
            say(wording.label("cli", "dry_run"))

    @command(main, "export")
    @click.argument("target", type=click.Path(file_okay=False, path_type=Path))
    def export(place: Place, target: Path, as_json: bool) -> None:
        """Write catalog/ and standards/ from the database into TARGET, byte for byte what a load reads."""
        with place.registry.database.read() as session:
            files = folder.export_folder(session)
        folder.write_folder(files, target)
        if as_json:
            show({"files": sorted(files)}, as_json=True)
        else:
            say(wording.label("cli", "exported").format(number=len(files), target=target))
