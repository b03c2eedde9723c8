"""registry audit verify."""

import sys

import click

from registry import wording
from registry.audit.queries import verify
from registry.cli.output import Place, command, say, show


def add_to(main: click.Group) -> None:
    @main.group()
    def audit() -> None:
        """The log of who did what."""

    @command(audit, "verify")
    @click.option("--head", "kept", help="A head kept elsewhere, NUMBER:HASH; also finds a cut tail.")
    def verify_log(place: Place, kept: str | None, as_json: bool) -> None:
        """Recompute every seal of the log; exit 1 when anything was altered."""
        number, _, value = (kept or "").partition(":")
        if kept and not (number.isdigit() and value):
            raise click.BadParameter(wording.label("cli", "bad_head"))
        with place.registry.database.read() as session:
            found = verify(session, kept_head=(int(number), value) if kept else None)
        if as_json:
            show(
                {"entries": found.entries, "head": f"{found.entries}:{found.head}", "faults": found.faults},
                as_json=True,
            )
        else:
            word = "audit_whole" if not found.faults else "audit_broken"
            head = f"{found.entries}:{found.head}"
            say(wording.label("cli", word).format(number=found.entries, head=head, faults="；".join(found.faults[:20])))
        sys.exit(1 if found.faults else 0)
