"""The coverage board over a province: 1,000,000 occasions on SQLite and on PostgreSQL, cold, and warm after one change.

    .venv/bin/python benchmarks/coverage.py [--occasions 1000000] [--repeat 10] [--only sqlite|postgresql]

Each database is filled (minutes), then measured in a process of its own. Cold: a new registry with new connections and nothing remembered;
the files are in the system's cache. Warm: one publication is approved, untimed, then the board is asked for again. Nothing is asserted:
look at the ratio to the plain scan, which counts the same million rows by their due date in the same process. The former way – every
occasion that anybody answered judged in Python – is measured over a sample of units and told as what all of them would take.
"""

import argparse
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from machine import print_machine
from made_up_province import ITEMS, NOON, QUARTERS, TODAY, build_province
from sqlmodel import col, select

from registry.app import create_app
from registry.bootstrap import Registry, open_registry
from registry.coverage.queries import DutyFilter, list_occasions
from registry.duties.tables import Duty, Occasion
from registry.items.tables import Item
from registry.publications.tables import Publication
from registry.settings import Settings
from registry.web.boards import Boards, Counted

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests import factories
from tests.databases import running_server

SCAN = "SELECT due_on, count(*) FROM occasion GROUP BY due_on"
SAMPLE_UNITS = 60
UNIT = "P00007"


@dataclass
class Report:
    """Milliseconds of each thing measured, by the clock and of this process's own processor time, and its memory in MB.

    On a machine with other work the processor time tells more; on PostgreSQL it leaves out the server's.
    """

    timings: dict[str, list[float]] = field(default_factory=dict)
    busy: dict[str, list[float]] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)

    def time(self, name: str, do: Callable[[], Any]) -> None:
        began, begun_busy = time.perf_counter(), time.process_time()
        do()
        self.busy.setdefault(name, []).append((time.process_time() - begun_busy) * 1000)
        self.timings.setdefault(name, []).append((time.perf_counter() - began) * 1000)

    def note_memory(self, name: str) -> None:
        self.memory[name] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--occasions", type=int, default=1_000_000)
    parser.add_argument(
        "--repeat", type=int, default=10, help="times each thing is measured; the slow measures half as often"
    )
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = parser.parse_args()
    print_machine("sqlalchemy", "sqlmodel", "psycopg")
    for kind in ("sqlite", "postgresql"):
        if asked.only in (None, kind):
            with filled(kind, asked.occasions) as settings:
                print_report(kind, _in_a_process(settings, asked.repeat), asked.occasions)


@contextmanager
def filled(kind: str, occasions: int) -> Iterator[Settings]:
    """A registry with a province in it, in a folder that goes away."""
    folder = Path(tempfile.mkdtemp(prefix="registry-province-"))
    try:
        if kind == "sqlite":
            yield _filled(Settings(data=folder, index_in_background=False), occasions)
            return
        with running_server() as server:
            yield _filled(Settings(data=folder, database_url=server.create(), index_in_background=False), occasions)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _filled(settings: Settings, occasions: int) -> Settings:
    registry = _opened(settings)
    build_province(registry, occasions)
    registry.stop()
    return settings


def _opened(settings: Settings) -> Registry:
    return open_registry(settings, clock=lambda: NOON)


def _in_a_process(settings: Settings, repeat: int) -> Report:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (settings, repeat))


def measure(settings: Settings, repeat: int) -> Report:
    report = Report()
    for _ in range(repeat):
        _cold(report, settings, Counted.OCCASIONS)
    report.note_memory("board")
    registry = _opened(settings)
    for _ in range(repeat):
        _scan(report, registry)
    _loop(report, registry)
    for counted in (Counted.ELEMENTS, Counted.LINKS):
        for _ in range(max(1, repeat // 5)):
            _cold(report, settings, counted)
        report.note_memory(counted)
    _warm(report, registry, repeat)
    _pages(report, registry, repeat)
    registry.stop()
    return report


def _cold(report: Report, settings: Settings, counted: Counted) -> None:
    registry = _opened(settings)
    dates = registry.state_dates(TODAY)
    report.note_memory("open")
    with registry.database.read() as session:
        report.time(f"{counted}, cold", lambda: Boards().of(session, dates, counted).total())
    registry.stop()


def _scan(report: Report, registry: Registry) -> None:
    with registry.database.read() as session:
        report.time("plain scan", lambda: session.execute(sa.text(SCAN)).all())


def _loop(report: Report, registry: Registry) -> None:
    """The former way, over some units."""
    dates = registry.state_dates(TODAY)
    wanted = DutyFilter(unit_codes=[f"P{place:05}" for place in range(SAMPLE_UNITS)])
    with registry.database.read() as session:
        report.time("former loop, sample", lambda: list_occasions(session, dates, wanted))


def _warm(report: Report, registry: Registry, repeat: int) -> None:
    boards, dates = Boards(), registry.state_dates(TODAY)
    with registry.database.read() as session:
        for counted in Counted:
            boards.of(session, dates, counted)
    for place in range(repeat):
        approve_one(registry, f"P{SAMPLE_UNITS + place:05}")
        with registry.database.read() as session:
            for counted in Counted:
                report.time(
                    f"{counted}, warm after one approval", lambda c=counted: boards.of(session, dates, c).total()
                )
    report.note_memory("all")


def approve_one(registry: Registry, unit: str) -> None:
    """A publication of the unit goes the whole way, for an occasion nobody has answered."""
    editor = factories.create_user(registry, f"editor-{unit.lower()}", unit=unit)
    reviewer = factories.create_user(registry, f"reviewer-{unit.lower()}", roles=["reviewer"], unit=unit)
    answered = sa.exists().where(col(Publication.occasion_id) == col(Occasion.id))
    owed = (
        select(Occasion.id, Item.code, Item.channels)
        .where(Occasion.duty_id == Duty.id, Duty.item_id == Item.id, Duty.unit_code == unit, ~answered)
        .order_by(col(Occasion.id))
    )
    with registry.database.read() as session:
        occasion_id, item, channel = next(
            (one, code, "government_website")
            for one, code, channels in session.exec(owed)
            if "government_website" in channels
        )
    address = "https://www.example.gov.cn/info/1.htm"
    channels = [{"channel": channel, "address": address, "place": None}]
    factories.publish(registry, editor, reviewer, item=item, occasion_id=occasion_id, channels=channels)


def _pages(report: Report, registry: Registry, repeat: int) -> None:
    client = create_app(registry).test_client()
    client.get("/coverage")
    addresses = {
        "page of the board (200 lines)": "/coverage",
        "page of a unit": f"/coverage?unit={UNIT}",
        "page of an item": "/coverage?item=BUD-01-01",
        "rows behind a cell": f"/coverage/occasions?unit={UNIT}&area=budgets",
        "elements behind a cell": f"/coverage/elements?unit={UNIT}&area=budgets",
    }
    for name, address in addresses.items():
        for _ in range(repeat):
            report.time(name, lambda a=address: _found(client.get(a).status_code))


def _found(status: int) -> None:
    if status != 200:
        raise SystemExit(f"a page answered {status}")


def print_report(kind: str, report: Report, occasions: int) -> None:
    scan = _share(report.timings["plain scan"], 0.5)
    print(f"\n{kind}, {occasions:,} occasions")
    print(f"{'':<42}{'p50 ms':>10}{'p95 ms':>10}{'× scan':>8}{'own p50':>10}")
    for name, taken in report.timings.items():
        middle, worst, own = _share(taken, 0.5), _share(taken, 0.95), _share(report.busy[name], 0.5)
        print(f"{name:<42}{middle:>10.0f}{worst:>10.0f}{middle / scan:>8.1f}{own:>10.0f}")
    judged = SAMPLE_UNITS * ITEMS * len(QUARTERS)
    former = report.timings["former loop, sample"][0] / judged * occasions
    print(f"{'former loop, all of them (extrapolated)':<42}{former:>10.0f}{'':>10}{former / scan:>8.1f}")
    print("peak memory MB: " + ", ".join(f"{name} {size:.0f}" for name, size in report.memory.items()))


def _share(taken: list[float], share: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * share))]


if __name__ == "__main__":
    main()
