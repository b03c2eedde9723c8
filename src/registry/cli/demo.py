"""registry demo: two years of sample publications in a data folder of their own, to try everything out with."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from sqlmodel import Session, col, select

from registry import wording
from registry.audit.service import Action
from registry.audit.tables import AuditEntry
from registry.bootstrap import Registry, open_registry
from registry.cli.output import DAY, Place, command, rows_table, say, show
from registry.database import CITY_TIME, SYSTEM, Database
from registry.demo import seeding
from registry.demo.folder import is_demo, make_room, with_tracking_from
from registry.demo.owed import first_day
from registry.demo.people import TryOut, hand_out_codes
from registry.demo.plan import Plan
from registry.errors import Conflict, Invalid, Issue
from registry.exchange import folder
from registry.settings import Settings
from registry.units.tables import Unit

# Whose accounts get a code: the finance bureau and a township, or the first of the units asked for.
TRIED_OUT = ("CX-101", "CX-532301101")


def add_to(main: click.Group) -> None:
    @command(main, "demo")
    @click.option("--until", type=DAY, help="Last day that is made up; today when not given.")
    @click.option("--unit", "units", multiple=True, help="Only this unit (code); may be repeated.")
    @click.option("--again", is_flag=True, help="Make the demo in this folder anew; everything in it is lost.")
    @click.option("--list-faults", is_flag=True, help="List what is wrong on purpose in this folder's demo.")
    def demo(
        place: Place, until: date | None, units: tuple[str, ...], again: bool, list_faults: bool, as_json: bool
    ) -> None:
        """Fill an empty data folder with two years of sample publications, faults included; prints codes to sign in with."""
        if list_faults:
            show_faults(place.registry, until, as_json=as_json)
            return
        today = now().astimezone(CITY_TIME).date()
        if until is not None and until > today:
            raise Invalid([Issue("until", "until_in_future", {"found": until, "today": today})])
        say(wording.label("cli", "demo_begins"))
        plan, codes, registry = make_demo(place.settings, until or today, units, again=again)
        registry.stop()
        _show_made(plan, codes, as_json=as_json)


def now() -> datetime:
    return datetime.now(UTC)


def make_demo(
    settings: Settings, until: date, units: Sequence[str] = (), *, again: bool = False
) -> tuple[Plan, list[TryOut], Registry]:
    """The demo in the data folder of `settings`, its plan, and the accounts to try it out with. The registry is left open."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database_address)
    try:
        make_room(database, again=again)
    finally:
        database.dispose()
    shutil.rmtree(settings.index_folder, ignore_errors=True)
    clock = seeding.PlannedClock.at(first_day(until))
    with _earlier_source(settings, until) as source:
        registry = open_registry(settings.model_copy(update={"source": source}), clock=clock)
    after_commit, registry.database.after_commit = registry.database.after_commit, lambda: None
    _require_units(registry, units)
    checks = dict(registry.rulebook.review_checks)
    place = seeding.Place(registry.database, registry.counting, registry.objects, checks, clock)
    plan = seeding.seed(place, until, units)
    clock.now = now()
    with registry.database.work(SYSTEM) as work:
        codes = hand_out_codes(work, units[:2] or TRIED_OUT)
    registry.database.after_commit = after_commit
    registry.sync.rebuild()
    return plan, codes, registry


@contextmanager
def _earlier_source(settings: Settings, until: date) -> Iterator[Path]:
    """The data files, but tracking from the first day of the demo."""
    texts = with_tracking_from(folder.read_folder(settings.source), first_day(until))
    with tempfile.TemporaryDirectory(prefix="registry-demo-") as made:
        folder.write_folder(texts, Path(made))
        yield Path(made)


def _require_units(registry: Registry, units: Sequence[str]) -> None:
    """Raise Invalid for units nobody knows; nothing that tracks from an earlier day is left behind."""
    with registry.database.read() as session:
        known = set(session.exec(select(Unit.code).where(col(Unit.code).in_(units))))
    issues = [Issue("unit", "unit_unknown", {"found": unit}) for unit in units if unit not in known]
    if issues:
        make_room(registry.database, again=False)
        registry.stop()
        raise Invalid(issues)


def show_faults(registry: Registry, as_of: date | None, *, as_json: bool) -> None:
    """What is wrong on purpose on a day, that of the demo's last one when none is given."""
    with registry.database.read() as session:
        until, units = _made_with(session)
    plan = seeding.plan_of(registry.database, registry.counting, until, units)
    faults = [{**asdict(one), "period": one.period or None} for one in plan.faults(as_of)]
    kinds = wording.labels("demo_fault")
    heads = ("what", "unit", "code", "period", "wrong_since")
    rows = [(kinds[one["kind"]], one["unit"], one["item"], one["period"], one["since"]) for one in faults]
    record = {"as_of": min(as_of or until, until), "total": len(faults), "faults": faults}
    show(record, as_json=as_json, table=lambda: rows_table(heads, rows))


def _made_with(session: Session) -> tuple[date, list[str]]:
    """The last day and the units of this folder's demo, as its log says."""
    if not is_demo(session):
        raise Conflict("demo_is_not_there")
    changes = session.exec(select(AuditEntry.changes).where(AuditEntry.action == Action.DEMO_SEED)).first() or {}
    return date.fromisoformat(changes["until"][1]), list(changes["units"][1])


def _show_made(plan: Plan, codes: Sequence[TryOut], *, as_json: bool) -> None:
    found = Counter(one.kind.value for one in plan.faults())
    record: dict[str, Any] = {
        "from": first_day(plan.until),
        "until": plan.until,
        "steps": len(plan.steps),
        "faults": dict(found),
        "accounts": [asdict(one) for one in codes],
    }
    rows = [(one.username, one.name, one.secret) for one in codes]
    show(record, as_json=as_json, table=lambda: rows_table(("sign_in_name", "title", "one_time_code"), rows))
    days = {"first": wording.day_in_words(first_day(plan.until)), "last": wording.day_in_words(plan.until)}
    say(wording.label("cli", "demo_made").format(steps=len(plan.steps), faults=sum(found.values()), **days))
