"""A demo never mixes with what people entered, and says the same wherever and whenever it is made."""

from datetime import date
from pathlib import Path

import pytest

from registry.bootstrap import Registry
from registry.cli.demo import make_demo
from registry.closing.service import close_period
from registry.database import SYSTEM, Database
from registry.demo.folder import Holds, is_demo, make_room, what_it_holds
from registry.duties.queries import tracking_of
from registry.errors import Conflict
from tests.clock import Clock
from tests.databases import Server, settings_for
from tests.demo.facts import facts_until
from tests.demo_city import DemoCity
from tests.factories import create_user

UNIT = ["CX-143"]
UNTIL, LATER = date(2026, 1, 31), date(2026, 3, 31)


def test_two_runs_say_the_same_and_a_longer_one_agrees_on_the_earlier_days(postgresql: Server, tmp_path: Path) -> None:
    """One run on each database, and one that goes on."""
    address = postgresql.create()
    runs = [(settings_for(tmp_path / "one"), UNTIL), (settings_for(tmp_path / "two", address), UNTIL)]
    runs.append((settings_for(tmp_path / "longer"), LATER))
    one, two, longer = (make_demo(settings, until, UNIT)[2] for settings, until in runs)

    facts = facts_until(one, UNTIL)

    assert len(facts) > 200
    assert facts_until(two, UNTIL) == facts
    assert facts_until(longer, UNTIL) == facts
    assert len(facts_until(longer, LATER)) > len(facts)
    _is_demo_tracking_from(one, date(2025, 1, 1))
    for registry in (one, two, longer):
        registry.stop()
    postgresql.drop(address)


def _is_demo_tracking_from(registry: Registry, day: date) -> None:
    """It is one, is not made twice, and makes room when told to."""
    with registry.database.read() as session:
        tracking = tracking_of(session)
        assert tracking is not None
        assert tracking.tracked_from == day
    assert what_it_holds(registry.database) is Holds.DEMO
    with pytest.raises(Conflict, match="demo_is_there"):
        make_room(registry.database, again=False)


def test_data_files_that_were_only_loaded_make_room(registry: Registry) -> None:
    registry.do_due_jobs()
    assert what_it_holds(registry.database) is Holds.DATA_FILES

    make_room(registry.database, again=False)

    assert what_it_holds(registry.database) is Holds.NOTHING


def test_a_demo_makes_room_only_when_told_to(demo_city: DemoCity) -> None:
    database = demo_city.registry.database
    with pytest.raises(Conflict):
        make_room(database, again=False)
    assert what_it_holds(database) is Holds.DEMO

    make_room(database, again=True)

    assert what_it_holds(database) is Holds.NOTHING


def test_a_folder_somebody_works_in_is_refused_even_again(registry: Registry) -> None:
    create_user(registry)

    assert what_it_holds(registry.database) is Holds.ENTRIES
    with pytest.raises(Conflict, match="demo_needs_empty_folder"):
        make_room(registry.database, again=True)
    with registry.database.read() as session:
        assert not is_demo(session)


def test_a_change_by_the_operator_is_an_entry_of_people_too(registry: Registry, clock: Clock) -> None:
    clock.forward(days=1)
    with registry.database.work(SYSTEM) as work:
        close_period(work, "2026-01", registry.freezer)

    assert what_it_holds(registry.database) is Holds.ENTRIES


def test_an_empty_database_holds_nothing(empty_address: str, tmp_path: Path) -> None:
    database = Database(empty_address)
    assert what_it_holds(database) is Holds.NOTHING
    database.dispose()
