"""registry close, registry periods list, verify, recount and export."""

import sys
from pathlib import Path

import click

from registry import wording
from registry.cli.output import Place, command, rows_table, say, show
from registry.closing.proving import Proof, prove, prove_all
from registry.closing.queries import get_closing, get_frozen, list_closings
from registry.closing.records import closing_record, comparison_record, proofs_record
from registry.closing.recounting import Comparison, compare_with_now
from registry.closing.rules import Change
from registry.closing.service import close_period
from registry.database import SYSTEM

HEADS = ("period", "first_on", "last_on", "due", "met", "overdue", "rate", "hash")


def add_to(main: click.Group) -> None:
    @command(main, "close")
    @click.argument("period")
    def close(place: Place, period: str, as_json: bool) -> None:
        """Close PERIOD (2026-10, 2026-Q3, 2026-H1 or 2026): its numbers are frozen and signed, due dates in it move no more."""
        with place.registry.database.work(SYSTEM) as work:
            close_period(work, period, place.registry.freezer)
            record = closing_record(get_closing(work.session, period))
        show(record, as_json=as_json, table=lambda: rows_table(HEADS, [_cells(record)]))

    @main.group()
    def periods() -> None:
        """Closed periods: what was frozen, the proof of it, and what has changed since."""

    @command(periods, "list")
    def list_all(place: Place, as_json: bool) -> None:
        """Closed periods with their numbers and hashes, the latest first."""
        with place.registry.database.read() as session:
            records = [closing_record(one) for one in list_closings(session)]
        show({"periods": records}, as_json=as_json, table=lambda: rows_table(HEADS, map(_cells, records)))

    @command(periods, "verify")
    @click.argument("period", required=False)
    def verify(place: Place, period: str | None, as_json: bool) -> None:
        """Prove PERIOD, or all of them: bytes, hash, rule, row, chain and log agree; exit 1 when anything does not."""
        registry = place.registry
        with registry.database.read() as session:
            one = get_frozen(session, period) if period else None
            proofs = [prove(session, registry.objects, one)] if one else prove_all(session, registry.objects)
        if as_json:
            show(proofs_record(proofs), as_json=True)
        else:
            _say_proofs(proofs)
        sys.exit(0 if all(proof.holds for proof in proofs) else 1)

    @command(periods, "recount")
    @click.argument("period")
    def recount(place: Place, period: str, as_json: bool) -> None:
        """Count PERIOD again from its frozen facts, and list what the facts of its last day are otherwise now."""
        registry = place.registry
        with registry.database.read() as session:
            found = compare_with_now(session, get_frozen(session, period), registry.freezer)
        heads = ("unit", "code", "period", "state", "now", "causes")
        show(
            comparison_record(found),
            as_json=as_json,
            table=lambda: rows_table(heads, (_change_cells(change) for change in found.since)),
        )
        if not as_json:
            _say_recount(found)
        sys.exit(0 if found.recount.agrees else 1)

    @command(periods, "export")
    @click.argument("period")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    def export(place: Place, period: str, file: Path, as_json: bool) -> None:
        """Write the frozen bytes of PERIOD, compressed, to FILE (.jsonl.gz)."""
        registry = place.registry
        with registry.database.read() as session:
            frozen = get_frozen(session, period)
            content = registry.objects.get(frozen.object_digest)
            lines = frozen.occasions
        file.write_bytes(content)
        if as_json:
            show({"file": str(file), "bytes": len(content), "content_hash": frozen.content_hash}, as_json=True)
        else:
            say(wording.label("cli", "written").format(file=file, number=lines))


def _cells(record: dict[str, object]) -> tuple[object, ...]:
    totals = record["totals"]
    numbers = [totals[head] for head in ("due", "met", "overdue", "rate")] if isinstance(totals, dict) else [None] * 4
    return record["period"], record["first_on"], record["last_on"], *numbers, record["hash"]


def _change_cells(change: Change) -> tuple[object, ...]:
    words, causes = wording.labels("occasion_state"), wording.labels("change_since_closing")
    key, (before, after) = change.occasion.key, change.states
    why = wording.label("format", "list_separator").join(causes[one] for one in change.causes)
    shown = (words[one.value] if one else None for one in (before, after))
    return key.unit, key.item, key.period or key.event, *shown, why


def _say_proofs(proofs: list[Proof]) -> None:
    for proof in proofs:
        if proof.holds:
            say(wording.label("cli", "period_proved").format(period=proof.code, hash=proof.hash))
        else:
            parts = (wording.label("closing_proof", part) for part in proof.failed)
            faults = wording.label("format", "separator").join(sorted(parts))
            say(wording.label("cli", "period_not_proved").format(period=proof.code, faults=faults))
    if not proofs:
        say(wording.label("cli", "no_closed_period"))


def _say_recount(found: Comparison) -> None:
    code = "recounted" if found.recount.agrees else "recounted_otherwise"
    say(wording.label("cli", code).format(period=found.recount.basis.code, occasions=found.recount.occasions))
    say(wording.label("cli", "changed_since").format(number=len(found.since)))
