"""registry units rename, merge, split, end: units change with a date, and what they owe goes on."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import click
from rich.table import Table

from registry import wording
from registry.cli.output import DAY, Place, command, rows_table, say, show
from registry.database import SYSTEM
from registry.succession.changes import Change, End, Merge, Part, Rename, Role, Split
from registry.succession.records import change_record
from registry.succession.service import ChangeReport, change_unit


def _dated(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options every change has."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Say what would move, change nothing."),
        click.option("--basis", default="", help="The document that orders it, for the log."),
        click.option("--on", type=DAY, required=True, help="First day of the new state."),
    ):
        function = option(function)
    return function


def add_to(main: click.Group) -> None:
    @main.group()
    def units() -> None:
        """Responsible units and how they change."""

    @command(units, "rename")
    @click.argument("unit")
    @click.option("--name", required=True, help="The new name.")
    @_dated
    def rename(place: Place, unit: str, name: str, on: date, **options: Any) -> None:
        """Give UNIT another name from a day on; the old one stays in its history and is found by search."""
        _change(place, Rename(unit, name, on), **options)

    @command(units, "merge")
    @click.argument("unit", nargs=-1, required=True)
    @click.option("--into", required=True, help="The unit that goes on (code).")
    @_dated
    def merge(place: Place, unit: tuple[str, ...], into: str, on: date, **options: Any) -> None:
        """End each UNIT; another goes on with what they owe, and their people move there."""
        _change(place, Merge(unit, into, on), **options)

    @command(units, "split")
    @click.argument("unit")
    @click.option("--give", multiple=True, required=True, help="ROLE/LEVEL=UNIT, may be repeated.")
    @click.option("--new", multiple=True, help="UNIT=NAME of a unit that begins with the split, may be repeated.")
    @click.option("--successor", help="UNIT ends, and this one goes on with everything not given away.")
    @_dated
    def split(
        place: Place,
        unit: str,
        give: tuple[str, ...],
        new: tuple[str, ...],
        successor: str | None,
        on: date,
        **options: Any,
    ) -> None:
        """Give roles of UNIT to other or new units from a day on."""
        _change(place, Split(unit, _parts(give, new), on, successor), **options)

    @command(units, "end")
    @click.argument("unit")
    @_dated
    def end(place: Place, unit: str, on: date, **options: Any) -> None:
        """End UNIT without a successor; the day before is its last."""
        _change(place, End(unit, on), **options)


def _change(place: Place, change: Change, *, basis: str, dry_run: bool, as_json: bool) -> None:
    registry = place.registry
    with registry.database.work(SYSTEM, keep=not dry_run) as work:
        report = change_unit(work, change, registry.counting, basis=basis)
    show(change_record(report), as_json=as_json, table=lambda: _table(report))
    if not as_json:
        counts = {"duties": len(report.duties), "occasions": len(report.handover.occasions)}
        people = len(report.handover.people)
        code = "change_foreseen" if report.is_ahead else "change_made"
        say(wording.label("cli", code).format(**counts, drafts=report.handover.drafts, people=people, on=report.on))
        if dry_run:
            say(wording.label("cli", "dry_run"))


def _table(report: ChangeReport) -> Table:
    kinds = wording.labels("succession_part")
    duties = ((kinds["duty"], one.item_code, "", one.from_unit, one.to_unit) for one in report.duties)
    occasions = (
        (
            kinds["joined" if one.joined else "occasion"],
            one.item_code,
            one.period or one.event,
            one.from_unit,
            one.to_unit,
        )
        for one in report.handover.occasions
    )
    people = ((kinds["person"], one.username, "", one.from_unit, one.to_unit) for one in report.handover.people)
    return rows_table(("what", "code", "period", "from_unit", "to_unit"), [*duties, *occasions, *people])


def _parts(give: Iterable[str], new: Iterable[str]) -> tuple[Part, ...]:
    names = dict(_pair("--new", text) for text in new)
    roles: dict[str, list[Role]] = {code: [] for code in names}
    for text in give:
        role, code = _pair("--give", text)
        name, _, level = role.rpartition("/")
        roles.setdefault(code, []).append((name, level))
    return tuple(Part(code, tuple(held), names.get(code)) for code, held in roles.items())


def _pair(option: str, text: str) -> tuple[str, str]:
    before, sign, after = text.rpartition("=") if option == "--give" else text.partition("=")
    if not sign:
        raise click.BadParameter(wording.label("cli", "bad_pair").format(found=text), param_hint=option)
    return before, after
