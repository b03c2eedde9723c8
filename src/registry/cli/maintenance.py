"""registry check, backup, restore."""

import shutil
import sys
from pathlib import Path

import click

from registry import wording
from registry.cli.output import Place, command, say, show
from registry.exchange.backups import back_up, restore
from registry.exchange.checking import check_registry
from registry.objects import ObjectFolder


def add_to(main: click.Group) -> None:
    @command(main, "check")
    def check(place: Place, as_json: bool) -> None:
        """Compare database, files, index and log row by row; exit 1 when anything does not hold."""
        registry = place.registry
        faults = check_registry(
            registry.database, registry.objects, registry.backend, registry.sync, registry.state_dates()
        )
        if as_json:
            show({"faults": faults}, as_json=True)
        else:
            for fault in faults or [wording.label("cli", "check_whole")]:
                say(fault)
        sys.exit(1 if faults else 0)

    @command(main, "backup")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    def backup(place: Place, file: Path, as_json: bool) -> None:
        """A consistent copy of the database and all files as FILE, also while others write."""
        size = back_up(place.registry.database, place.registry.objects, file)
        _report(as_json, file, size, "backed_up")

    @command(main, "restore")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def restore_from(place: Place, file: Path, as_json: bool) -> None:
        """Put a backup in place of the database; the server must not run. What was there is kept beside it."""
        size = restore(place.settings.database_address, ObjectFolder(place.settings.object_folder), file)
        shutil.rmtree(place.settings.index_folder, ignore_errors=True)
        place.registry.sync.drain()
        _report(as_json, file, size, "restored")


def _report(as_json: bool, file: Path, size: int, word: str) -> None:
    if as_json:
        show({"file": str(file), "bytes": size}, as_json=True)
    else:
        say(wording.label("cli", word).format(file=file, size=size))
