"""The server is killed while clients write. What it acknowledged with 201 must be there afterwards – in rows, in the log, in the search.

Five times in the normal run; REGISTRY_KILL_CYCLES asks for more.
"""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
import requests

from registry.audit.queries import verify
from registry.bootstrap import Registry, open_registry
from registry.database import Actor, Database
from registry.settings import Settings
from tests import factories
from tests.databases import Template, settings_for
from tests.factories import REVIEW_CHECKS

CYCLES = int(os.environ.get("REGISTRY_KILL_CYCLES", "5"))
CLIENTS = 4
CATCH_UP_SECONDS = 5.0


@dataclass
class Writer:
    """Drafts, hands in and approves one publication after the other; remembers what was acknowledged, and nothing else."""

    address: str
    editor: dict[str, str]
    reviewer: dict[str, str]
    occasion_id: str
    values: dict[str, Any]
    name: str
    created: list[str] = field(default_factory=list)
    published: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        number = 0
        with requests.Session() as session:
            while True:
                number += 1
                try:
                    self._write_one(session, f"{self.name}n{number}")
                except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):  # killed meanwhile
                    return

    def _write_one(self, session: requests.Session, word: str) -> None:
        values = {**self.values, "title": f"预算公开 {word}"}
        answer = self._post(session, f"/occasions/{self.occasion_id}/publications", self.editor, json=values)
        assert answer.status_code == 201, answer.text
        one = answer.json()["id"]
        self.created.append(one)
        answer = self._step(session, one, "submit", self.editor, answer.headers["ETag"])
        answer = self._step(
            session, one, "approve", self.reviewer, answer.headers["ETag"], json={"checks": list(REVIEW_CHECKS)}
        )
        self.published[one] = word

    def _step(
        self, session: requests.Session, one: str, verb: str, who: dict[str, str], tag: str, **body: Any
    ) -> requests.Response:
        answer = self._post(session, f"/publications/{one}/{verb}", {**who, "If-Match": tag}, **body)
        assert answer.status_code == 200, answer.text
        return answer

    def _post(self, session: requests.Session, path: str, headers: dict[str, str], **body: Any) -> requests.Response:
        return session.post(f"{self.address}api/v1{path}", headers=headers, timeout=30, **body)


@dataclass(frozen=True)
class Prepared:
    """A data folder with people who have API tokens."""

    settings: Settings
    editor: dict[str, str]
    reviewer: dict[str, str]
    occasion_id: str
    values: dict[str, Any]


@pytest.fixture(scope="module")
def prepared(sqlite_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    settings = sqlite_template.copy_to(tmp_path_factory.mktemp("killed"))
    registry = open_registry(settings)
    editor = factories.create_user(registry, "editor", roles=("editor",))
    reviewer = factories.create_user(registry, "reviewer", roles=("reviewer",))
    found = Prepared(
        settings,
        factories.create_token(registry, editor),
        factories.create_token(registry, reviewer),
        _occasion_id(registry, editor),
        _as_json(factories.publication_values(registry, published_on=datetime.now(UTC).date())),
    )
    registry.stop()
    return found


def _occasion_id(registry: Registry, editor: Actor) -> str:
    with registry.database.read() as session:
        return str(factories.find_occasion(session, unit=editor.unit_code or "").id)


def _as_json(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`registry serve` as people start it, on a free port; whatever happens, it is gone afterwards."""
    environment = {**os.environ, "REGISTRY_DATA": str(settings.data), "REGISTRY_REQUEST_LIMIT": "1000000/minute"}
    process = subprocess.Popen(
        [sys.executable, "-m", "registry", "serve", "--port", "0"],
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    reader = None
    try:
        address = _printed_address(process)
        reader = threading.Thread(target=_drop, args=(process,), daemon=True)
        reader.start()
        yield process, address
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=30)
        if reader is not None:
            reader.join(timeout=30)
        if process.stderr is not None:
            process.stderr.close()


def _printed_address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    printed = ""
    for line in process.stderr:
        printed += line
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if found:
            return found.group()
    raise AssertionError(f"the server did not start:\n{printed}")


def _drop(process: subprocess.Popen[str]) -> None:
    """Read what the server logs, or it would stop when the pipe is full."""
    assert process.stderr is not None
    for _ in process.stderr:
        pass


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(prepared: Prepared) -> None:
    random = Random(20261123)  # noqa: S311 - when to kill, repeatable
    created: list[str] = []
    published: dict[str, str] = {}
    for cycle in range(CYCLES):
        writers = _kill_while_writing(prepared, cycle, after_seconds=random.uniform(0.3, 1.5))
        created += [one for writer in writers for one in writer.created]
        published |= {one: word for writer in writers for one, word in writer.published.items()}
        _require_whole(prepared.settings, created, published)
    assert len(published) >= CYCLES, "hardly anything was written: the test shows nothing"

    with serving(prepared.settings) as (_, address):
        began = time.monotonic()
        waiting = dict(published)
        while waiting and time.monotonic() - began < CATCH_UP_SECONDS:
            waiting = {one: word for one, word in waiting.items() if one not in _found(address, word)}
    assert waiting == {}, f"not found {CATCH_UP_SECONDS} s after the restart"


def _kill_while_writing(prepared: Prepared, cycle: int, *, after_seconds: float) -> list[Writer]:
    with serving(prepared.settings) as (process, address):
        parts = (address, prepared.editor, prepared.reviewer, prepared.occasion_id, prepared.values)
        writers = [Writer(*parts, name=f"cycle{cycle}client{number}") for number in range(CLIENTS)]
        threads = [threading.Thread(target=writer.run, daemon=True) for writer in writers]
        for thread in threads:
            thread.start()
        _wait_until(lambda: any(writer.created for writer in writers))
        time.sleep(after_seconds)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
        for thread in threads:
            thread.join(timeout=30)
            assert not thread.is_alive()
    return writers


def _wait_until(holds: Any, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "nothing was written"
        time.sleep(0.01)


def _require_whole(settings: Settings, created: list[str], published: dict[str, str]) -> None:
    """The files as the kill left them: looked at in a copy, so that the next start finds them as they were."""
    copy = settings.data.with_name("looked-at")
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in settings.data.glob("registry.sqlite*"):
        shutil.copy(path, copy)
    with sqlite3.connect(copy / "registry.sqlite") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = {_uuid(row[0]): row[1] for row in connection.execute("SELECT id, public_revision_id FROM publication")}
    connection.close()
    assert [one for one in created if one not in rows] == []
    assert [one for one in published if rows[one] is None] == []
    database = Database(settings_for(copy).database_address)
    with database.read() as session:
        assert verify(session).faults == []
    database.dispose()


def _uuid(stored: str) -> str:
    """As the API writes it: SQLite keeps the 32 digits."""
    digits = stored.replace("-", "")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _found(address: str, word: str) -> set[str]:
    answer = requests.get(f"{address}api/v1/search", params={"q": word, "kind": "publication"}, timeout=30)
    assert answer.status_code == 200, answer.text
    return {hit["id"] for hit in answer.json()["hits"]}
