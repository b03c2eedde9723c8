"""A city with two years behind it, faults included: what `registry demo` makes of a few units, on SQLite.

It is seeded once a run – all workers share the folder – and copied for each test that asks for `demo_city`. The clock stands at the
evening of `UNTIL`. What is wrong on purpose is `demo_city.plan.faults()`; the codes in `registry.demo.planted.NAMED` are stable, and the
units here are those that it names. To sign in as somebody, see `registry.demo.people.username_of`, and `sign_in_as`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from registry.accounts import passwords
from registry.accounts.passwords import hash_password
from registry.accounts.permissions import Role
from registry.accounts.queries import find_user
from registry.accounts.sessions import keep_password
from registry.app import create_app
from registry.bootstrap import Registry, open_registry
from registry.cli.demo import make_demo
from registry.database import SYSTEM, FileLock
from registry.demo.people import username_of
from registry.demo.plan import Plan
from registry.demo.seeding import plan_of
from tests.clock import CITY, Clock
from tests.databases import Template, settings_for
from tests.factories import PASSWORD
from tests.pages import Page, Pages

UNTIL = date(2026, 6, 30)
UNITS = ("CX-101", "CX-103", "CX-104", "CX-532301101")


@dataclass(frozen=True)
class DemoCity:
    """The registry of a demo, and the plan by which it was made."""

    registry: Registry
    plan: Plan
    clock: Clock

    def pages(self) -> Pages:
        """Its pages, in a browser of their own."""
        app = create_app(self.registry)
        app.config["TESTING"] = True
        return Pages(app.test_client())

    def sign_in_as(self, role: Role, unit: str | None = None) -> Pages:
        """Pages as somebody of the demo sees them, who has chosen PASSWORD."""
        username = username_of(role, unit)
        with self.registry.database.work(SYSTEM) as work:
            user = find_user(work.session, username)
            assert user is not None, username
            keep_password(work, user, hash_password(PASSWORD))
        pages = self.pages()
        page: Page = pages.submit(pages("/sign-in"), {"username": username, "password": PASSWORD})
        assert page.status == 200
        return pages


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory, rulebooks_read_once: None) -> Template:
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder, made = shared / "demo-city", shared / "demo-city.made"
    with FileLock(shared / "demo-city.lock"):
        if not made.exists():
            _make(folder)
            made.touch()
    return Template(folder)


def _make(folder: Path) -> None:
    from tests.conftest import CHEAP

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", CHEAP)
        _, _, registry = make_demo(settings_for(folder), UNTIL, UNITS)
        registry.stop()


@pytest.fixture
def demo_city(demo_template: Template, tmp_path: Path) -> Iterator[DemoCity]:
    clock = Clock(datetime(UNTIL.year, UNTIL.month, UNTIL.day, 20, tzinfo=CITY))
    registry = open_registry(demo_template.copy_to(tmp_path / "demo"), clock=clock)
    yield DemoCity(registry, plan_of(registry.database, registry.counting, UNTIL, UNITS), clock)
    registry.stop()
