"""How long warm pages take, over HTTP on the loopback, next to a static page of the same server in the same run.

    .venv/bin/python benchmarks/pages.py [--requests 200]

One process, the real data, one client that keeps its connection. Nothing is asserted: numbers belong to the machine printed above them.
"""

import argparse
import gc
import http.client
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from flask import Flask
from machine import print_machine
from waitress.server import create_server

from registry.app import create_app
from registry.bootstrap import open_registry
from registry.settings import Settings

PAGES = (
    ("home", "/"),
    ("item", "/items/BUD-01-01"),
    ("item owed by 60 units", "/items/BUD-03-01"),
    ("search 预算", f"/search?q={quote('预算')}"),
    ("search 公 (one character)", f"/search?q={quote('公')}"),
    ("search without words", "/search"),
    ("area", "/areas/budgets"),
    ("coverage board", "/coverage"),
    ("unit", "/units/CX-101"),
    ("API search 预算", f"/api/v1/search?q={quote('预算')}"),
    ("API items", "/api/v1/items"),
)

BASELINE = "static Flask page"
WARM_UP = 10


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one page."""

    name: str
    median: float
    p95: float
    worst: float
    size: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=200, help="requests a page")
    number = parser.parse_args().requests
    print_machine("flask", "sqlalchemy", "sqlmodel", "Whoosh-Reloaded", "waitress")
    with tempfile.TemporaryDirectory() as folder:
        registry = open_registry(
            Settings(data=Path(folder), request_limit="100000000/minute", index_in_background=False)
        )
        registry.sync.drain()
        app = create_app(registry)
        with serving(static_app()) as plain, serving(app) as address:
            baseline = measure(BASELINE, plain, "/", number)
            timings = [measure(name, address, path, number) for name, path in PAGES]
            again = measure(f"{BASELINE}, again", plain, "/", number)
        registry.stop()
    print_table([baseline, *timings, again], baseline.median)


def static_app() -> Flask:
    """What the server itself costs: a page of about the size of ours, without any work."""
    app = Flask("baseline")
    text = "<!doctype html><title>baseline</title>" + "<p>政务公开</p>" * 1000

    @app.get("/")
    def show() -> str:
        return text

    return app


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


def measure(name: str, address: str, path: str, number: int) -> Timing:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    for _ in range(WARM_UP):
        size = fetch(connection, path)
    gc.collect()
    taken = sorted(timed(connection, path) for _ in range(number))
    connection.close()
    return Timing(name, statistics.median(taken), taken[int(len(taken) * 0.95)], taken[-1], size)


def timed(connection: http.client.HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    fetch(connection, path)
    return (time.perf_counter() - began) * 1000


def fetch(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, f"{answer.status} at {path}"
    return len(body)


def print_table(timings: Sequence[Timing], baseline: float) -> None:
    print(f"{'page':<30}{'median ms':>10}{'p95 ms':>10}{'worst ms':>10}{'× static':>10}{'kB':>8}")
    for one in timings:
        ratio = one.median / baseline
        print(
            f"{one.name:<30}{one.median:>10.1f}{one.p95:>10.1f}{one.worst:>10.1f}{ratio:>10.1f}{one.size / 1000:>8.0f}"
        )
    print(json.dumps({one.name: round(one.median, 2) for one in timings}, ensure_ascii=False))


if __name__ == "__main__":
    main()
