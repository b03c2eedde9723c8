"""registry search-index sync, rebuild, status, evaluate."""

import json
import tempfile
from pathlib import Path
from typing import Any

import click

from registry import wording
from registry.bootstrap import open_engine
from registry.cli.output import Place, command, rows_table, say, show
from registry.errors import Invalid, Issue
from registry.search.judging import Judging
from registry.search.relevance import report as relevance_report
from registry.search.relevance_files import read_relevance_set
from registry.search.upkeep import built


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
            "source": found.source,
            "rules_version": place.registry.rulebook.version,
            "lag": lag,
        }
        show(record, as_json=True)

    @command(search_index, "evaluate")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def evaluate(place: Place, file: Path, as_json: bool) -> None:
        """Run the relevance set in FILE against an index of its own documents."""
        record = evaluated(place, file)
        rows = ((one["query"], ", ".join(one["missing"]), ", ".join(one["intruding"])) for one in record["misses"])
        show(record, as_json=as_json, table=lambda: rows_table(("query", "missing", "intruding"), rows))
        if not as_json:
            say(wording.label("cli", "evaluated").format_map(record))


def evaluated(place: Place, file: Path) -> dict[str, Any]:
    """The report on a relevance set; words and units are those of this registry and of the set's documents."""
    try:
        documents, queries = read_relevance_set(json.loads(file.read_text(encoding="utf-8")))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise Invalid([Issue("", "bad_relevance_set")]) from None
    registry = place.registry
    with registry.database.read() as session:
        vocabulary = built(session, registry.rulebook, registry.database.today())
    with tempfile.TemporaryDirectory() as folder:
        backend = open_engine(Path(folder))
        judging = Judging(backend, vocabulary, registry.state_dates())
        judging.fill(documents)
        outcomes = [judging.outcome(one) for one in queries]
        backend.close()
    return relevance_report(outcomes)


def _report(as_json: bool, record: dict[str, int], word: str, number: int) -> None:
    if as_json:
        show(record, as_json=True)
    else:
        say(wording.label("cli", word).format(number=number))
