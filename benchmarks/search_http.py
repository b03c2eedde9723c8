"""The results page over HTTP with facets and highlights, against Datasette with FTS5 and the same facets on the same rows.

    .venv/bin/python benchmarks/search_http.py [--publications 20000] [--seconds 10]

Real catalogs and made-up publications; one process each, one after the other, four connections that are kept open. Datasette
searches a column of grams, as its own tokenizers have no Chinese words, and has no time limits, which would leave facets out.
"""

import argparse
import http.client
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from machine import print_machine
from made_up_publications import publish
from search_engines import facet_values

from registry.bootstrap import Registry, open_registry
from registry.search.backend import FACETS
from registry.search.documents import SearchDocument, item_documents, publication_documents
from registry.search.indexed import indexed
from registry.settings import Settings

CONNECTIONS = 4
WORDS = (
    "预算",
    "规划",
    "公开",
    "服务",
    "机构",
    "公告",
    "许可",
    "审批",
    "财政",
    "法律",
    "工程",
    "名单",
    "土地",
    "援助",
    "税务",
)
MANY_VALUED = ("unit", "channel", "level")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--publications", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    arguments = parser.parse_args()
    print_machine("flask", "waitress", "Whoosh-Reloaded", "datasette")
    with tempfile.TemporaryDirectory() as folder:
        data, database = Path(folder) / "data", Path(folder) / "documents.db"
        registry = open_registry(Settings(data=data, index_in_background=False))
        publish(registry, arguments.publications)
        registry.sync.rebuild()
        for_datasette(registry, database)
        registry.stop()
        print(f"results page, real catalogs and {arguments.publications:,} publications, {CONNECTIONS} connections")
        with registry_server(data) as address:
            ours = measured("registry", address, [f"/search?q={quote(word)}" for word in WORDS], arguments.seconds)
        with datasette_server(database) as address:
            pages = [f"/documents/documents?{datasette_query(word)}" for word in WORDS]
            theirs = measured("datasette", address, pages, arguments.seconds)
    print(f"registry answers {ours / theirs:.1f} times as many requests a second")


def for_datasette(registry: Registry, path: Path) -> None:
    """The indexed documents as rows, with an index over their grams."""
    columns = ("id", "title", "content", "published_on", *FACETS)
    with registry.database.read() as session, sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE documents ({', '.join(columns)}, grams)")
        items = item_documents(session, registry.rulebook, registry.state_dates())
        for document in (*items, *publication_documents(session)):
            row = datasette_row(document)
            places = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO documents VALUES ({places})", row)  # noqa: S608 - marks only
        connection.execute("CREATE VIRTUAL TABLE documents_fts USING fts5(grams, content='documents')")
        connection.execute("INSERT INTO documents_fts (rowid, grams) SELECT rowid, grams FROM documents")
        for name in FACETS:
            connection.execute(f"CREATE INDEX by_{name} ON documents ({name})")
    connection.close()


def datasette_row(document: SearchDocument) -> list[str]:
    values = facet_values(document)
    facets = [json.dumps(values[name]) if name in MANY_VALUED else "".join(values[name]) for name in FACETS]
    grams = " ".join(term for terms in indexed(document).terms for term in terms if term.isprintable())
    day = document.published_on.isoformat() if document.published_on else ""
    return [document.id, document.title, "\n".join(document.content), day, *facets, grams]


def datasette_query(word: str) -> str:
    single = [("_facet", name) for name in FACETS if name not in MANY_VALUED]
    arrays = [("_facet_array", name) for name in MANY_VALUED]
    return urlencode([("_search", word), ("_size", "20"), ("_nocol", "grams"), *single, *arrays])


@contextmanager
def registry_server(data: Path) -> Iterator[str]:
    environment = {**os.environ, "REGISTRY_DATA": str(data), "REGISTRY_REQUEST_LIMIT": "100000000/minute"}
    with serving([sys.executable, "-m", "registry", "serve", "--port", "8391"], 8391, environment) as address:
        yield address


@contextmanager
def datasette_server(database: Path) -> Iterator[str]:
    limits = [part for name in ("sql_time_limit_ms", "facet_time_limit_ms") for part in ("--setting", name, "60000")]
    command = [sys.executable, "-m", "datasette", "serve", str(database), "--port", "8392", *limits]
    with serving([*command, "--setting", "facet_suggest_time_limit_ms", "1"], 8392, dict(os.environ)) as address:
        yield address


@contextmanager
def serving(command: Sequence[str], port: int, environment: dict[str, str]) -> Iterator[str]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def measured(name: str, address: str, pages: Sequence[str], seconds: float) -> float:
    """Requests a second of all connections together; prints them with the percentiles."""
    taken: list[float] = []
    for page in pages:
        fetch(http.client.HTTPConnection(urlsplit(address).netloc), page)
    until = time.monotonic() + seconds

    def client(offset: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc)
        number = offset
        while time.monotonic() < until:
            begun = time.perf_counter()
            fetch(connection, pages[number % len(pages)])
            taken.append(time.perf_counter() - begun)
            number += 1

    threads = [threading.Thread(target=client, args=(4 * number,)) for number in range(CONNECTIONS)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate, ordered = len(taken) / (time.monotonic() - begun), sorted(taken)
    times = "  ".join(f"{label} {1000 * ordered[int(len(ordered) * share)]:7.1f} ms" for label, share in SHARES)
    print(f"  {name:10} {rate:8.1f} requests/s  {times}")
    return rate


SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))


def fetch(connection: http.client.HTTPConnection, page: str) -> None:
    connection.request("GET", page, headers={"Host": "127.0.0.1"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (answer.status, body[:300])


if __name__ == "__main__":
    main()
