"""registry search-index sync, rebuild, status."""

import click

from registry import wording
from registry.cli.output import Place, command, say, show


def add_to(main: click.Group) -> None:
    @main.group(name="search-index")
    def search_index() -> None:
        """The search index, a cache that can be deleted at any time."""

    @command(search_index, "sync")
    def sync(place: Place, as_json: bool) -> None:
        """Bring the index up to the database."""
        number = place.registry.sync.drain()
        _report(as_json, {"applied": number}, "synced", number)

    @command(search_index, "rebuild")
    def rebuild(place: Place, as_json: bool) -> None:
        """Build the index anew beside the live one, then swap."""
        number = place.registry.sync.rebuild()
        _report(as_json, {"documents": number}, "rebuilt", number)

    @command(search_index, "status")
    def status(place: Place, as_json: bool) -> None:
        """What the index holds and how far behind the database it is."""
        found = place.registry.backend.status()
        with place.registry.database.read() as session:
            lag = place.registry.sync.lag(session)
        record = {
            "ok": found.ok,
            "documents": found.documents,
            "watermark": found.watermark,
            "schema_version": found.schema_version,
            "lag": lag,
        }
        show(record, as_json=True)


def _report(as_json: bool, record: dict[str, int], word: str, number: int) -> None:
    if as_json:
        show(record, as_json=True)
    else:
        say(wording.label("cli", word).format(number=number))
