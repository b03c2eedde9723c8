"""registry evidence check."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from registry import wording
from registry.cli.output import Place, command, rows_table, say, show
from registry.database import SYSTEM
from registry.evidence.queries import list_due
from registry.evidence.records import evidence_record
from registry.evidence.service import check_targets
from registry.evidence.tables import Evidence


def add_to(main: click.Group) -> None:
    @main.group()
    def evidence() -> None:
        """What can be seen of what units say they have published."""

    @command(evidence, "check")
    @click.option("--unit", help="Only this unit (code).")
    @click.option("--limit", type=click.IntRange(1), help="At most so many addresses.")
    def check(place: Place, unit: str | None, limit: int | None, as_json: bool) -> None:
        """Look at every public address nobody has looked at today; interrupted, it goes on where it stopped."""
        registry = place.registry
        with registry.database.read() as session:
            due = list_due(session, registry.database.today(), unit_code=unit)[:limit]
        rows: list[Evidence] = []
        try:
            with _progress(len(due)) as advance:
                for evidence_id in check_targets(registry.database, registry.looker, SYSTEM, due):
                    with registry.database.read() as session:
                        rows.append(session.get_one(Evidence, evidence_id))
                    advance()
        except KeyboardInterrupt:
            say(wording.label("cli", "evidence_interrupted").format(number=len(rows)))
            sys.exit(1)
        record = {"total": len(rows), "evidence": [evidence_record(row, to_staff=True) for row in rows]}
        show(record, as_json=as_json, table=lambda: rows_table(HEADS, map(_cells, rows)))
        if not as_json:
            say(wording.label("cli", "evidence_checked").format(number=len(rows), words=counted_words(rows)))


HEADS = ("outcome", "why", "address")


def _cells(row: Evidence) -> Sequence[object]:
    reason = wording.label("evidence_reason", row.reason) if row.reason else None
    return wording.label("evidence_outcome", row.outcome), reason, row.address


def counted_words(rows: Sequence[Evidence]) -> str:
    """已查见 12，未查见 1."""
    numbers = Counter(row.outcome for row in rows)
    words = (f"{wording.label('evidence_outcome', outcome)} {number}" for outcome, number in numbers.most_common())
    return wording.label("format", "separator").join(words) or "0"


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on the terminal's error stream; nothing where nobody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(wording.label("action", "evidence.check"), total=total)
        yield lambda: bar.advance(task)
