"""What every test can ask for. Data is the real catalog, time stands still, and each test has a database of its own – on both databases."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from registry.accounts import passwords
from registry.bootstrap import Registry, open_registry
from registry.exchange import folder
from registry.rulebook.book import Rulebook
from registry.settings import REPOSITORY, Settings
from tests.clock import Clock
from tests.databases import NoServer, Server, Template, running_server, settings_for
from tests.factories import PASSWORD
from tests.pages import Page, Pages

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

pytest_plugins = ["tests.browsing", "tests.demo_city"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever reaches a database runs on both; in a browser, and where only what is drawn or spelled is looked at, once is enough."""
    if "database_kind" in metafunc.fixturenames and not _is_parametrised(metafunc):
        once = any(metafunc.definition.get_closest_marker(name) is not None for name in ("browser", "one_database"))
        metafunc.parametrize("database_kind", ["sqlite"] if once else ["sqlite", "postgresql"], indirect=True)


def _is_parametrised(metafunc: pytest.Metafunc) -> bool:
    return any("database_kind" in marker.args[0] for marker in metafunc.definition.iter_markers("parametrize"))


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", CHEAP)


@pytest.fixture(scope="session", autouse=True)
def rulebooks_read_once() -> Iterator[None]:
    """Reading standards/ takes 0.1 s; what is read is frozen, so tests with the same files share it."""
    with pytest.MonkeyPatch.context() as patch:
        original = folder.read_rulebook
        read = functools.lru_cache(maxsize=4)(lambda files: original(dict(files)))
        patch.setattr(folder, "read_rulebook", lambda texts: read(tuple(sorted(texts.items()))))
        yield


@pytest.fixture(scope="session")
def rulebook(rulebooks_read_once: None) -> Rulebook:
    """The real standards/, for rules that need numbers and no database."""
    found, faults = folder.read_rulebook(folder.read_folder(REPOSITORY))
    assert found is not None, faults
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    try:
        with running_server() as server:
            yield server
    except NoServer as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return _prepared(settings_for(tmp_path_factory.mktemp("sqlite")))


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    template = _prepared(settings_for(tmp_path_factory.mktemp("postgresql"), postgresql.create()))
    yield template
    postgresql.drop(template.database_url or "")


def _prepared(settings: Settings) -> Template:
    registry = open_registry(settings, clock=Clock())
    registry.sync.drain()
    registry.stop()
    return Template(settings.data, settings.database_url)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.param)


@pytest.fixture
def empty_address(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    address = server.create()
    yield address
    server.drop(address)


@pytest.fixture
def settings(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a registry with the real data, for this test alone."""
    template: Template = request.getfixturevalue(f"{database_kind}_template")
    server = request.getfixturevalue("postgresql") if database_kind == "postgresql" else None
    own = template.copy_to(tmp_path / "data", server)
    yield own
    if server is not None:
        server.drop(own.database_address)


@pytest.fixture
def database_address(settings: Settings) -> str:
    return settings.database_address


@pytest.fixture
def registry(settings: Settings, clock: Clock) -> Iterator[Registry]:
    registry = open_registry(settings, clock=clock)
    yield registry
    registry.stop()


@pytest.fixture
def app(registry: Registry) -> Flask:
    from registry.app import create_app

    app = create_app(registry)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def page(client: FlaskClient) -> Pages:
    """Fetches pages, fills in forms, and checks each page it meets: `page("/items/BUD-01-01").h1`."""
    return Pages(client)


@pytest.fixture
def sign_in(page: Pages) -> Callable[..., Page]:
    """Signs `client` in through the page everybody uses."""

    def sign_in(username: str, password: str = PASSWORD) -> Page:
        return page.submit(page("/sign-in"), {"username": username, "password": password})

    return sign_in


@pytest.fixture
def run(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line in the test's data folder: `json.loads(run("search", "预算", "--json").stdout)`."""
    from registry.cli import output
    from registry.cli.main import main

    monkeypatch.setattr(output, "open_registry", functools.partial(open_registry, clock=clock))
    environment = {"REGISTRY_DATA": str(settings.data), "REGISTRY_DATABASE_URL": settings.database_url or ""}

    def run(*arguments: str, exit_code: int = 0) -> Result:
        set_only = {name: value for name, value in environment.items() if value}
        result = CliRunner(env=set_only).invoke(main, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == exit_code, result.output
        return result

    return run
