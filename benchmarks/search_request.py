"""The whole request, /api/v1/search, over the registry's own engine and over tantivy behind the same port.

    .venv/bin/python benchmarks/search_request.py [--publications 100000]

One process and one thread, no network: Flask's test client, planning, engine, rows from the database, highlights, JSON.
Both get the same plans, and the answers are held against each other. `suggest` is /search/suggestions, which needs no engine.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from machine import print_machine
from made_up_publications import publish
from tantivy_backend import TantivyBackend

from registry.app import create_app
from registry.bootstrap import Registry, open_registry
from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from registry.settings import Settings

ROUNDS = 20
CLASSES = {
    "common word": ("预算", "规划", "公开", "服务", "机构"),
    "two words": ("预算 公告", "规划 许可", "服务 指南", "法律 名单"),
    "phrase": ("一般公共预算", "法律援助", "城乡规划", "建设工程"),
    "abbreviation": ("三公", "控规", "法援"),
    "pinyin": ("yusuan", "guihua", "czys", "falvyuanzhu"),
    "a slip": ("一般公共予算", "法律援住"),
    "nothing found": ("龙宫", "火星移民"),
}
TYPED = ("预", "预算", "财政", "yusuan", "gui", "规划", "fa")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--publications", type=int, default=100_000)
    number = parser.parse_args().publications
    print_machine("flask", "Whoosh-Reloaded", "tantivy")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), request_limit="100000000/minute", index_in_background=False)
        registry = open_registry(settings)
        publish(registry, number)
        results = {}
        for backend in (WhooshBackend(settings.index_folder), TantivyBackend(Path(folder))):
            registry.backend = registry.sync.backend = backend
            registry.sync.rebuild()
            results[type(backend).__name__] = measured(registry)
        registry.stop()
    print_results(results, number)


def measured(registry: Registry) -> dict[str, Any]:
    client = create_app(registry).test_client()
    found: dict[str, Any] = {}
    for kind, words in CLASSES.items():
        found[kind] = timed(lambda word: client.get(f"/api/v1/search?q={quote(word)}"), words)
    found["everything"] = timed(lambda _: client.get("/api/v1/search"), ("",))
    found["suggest"] = timed(lambda word: client.get(f"/search/suggestions?q={quote(word)}"), TYPED)
    return found


def timed(ask: Callable[[str], Any], words: Sequence[str]) -> tuple[list[float], list[Any]]:
    """Percentiles of warm requests in milliseconds, and how many hits each word has."""
    totals = []
    for word in words:
        answer = ask(word)
        assert answer.status_code == 200, answer.text
        body = answer.get_json()
        totals.append(body.get("total", len(body.get("suggestions", ()))))
    seconds = []
    for word in list(words) * ROUNDS:
        begun = time.perf_counter()
        ask(word)
        seconds.append(time.perf_counter() - begun)
    ordered = sorted(seconds)
    return [1000 * ordered[int(len(ordered) * share)] for share in (0.5, 0.95, 0.99)], totals


def print_results(results: dict[str, dict[str, Any]], number: int) -> None:
    print(f"\n/api/v1/search, real catalogs and {number:,} publications, milliseconds")
    for kind in next(iter(results.values())):
        print(f"\n{kind:26}{'p50':>9}{'p95':>9}{'p99':>9}   hits")
        for name, found in results.items():
            times, totals = found[kind]
            print(f"  {name:24}{''.join(f'{one:9.2f}' for one in times)}   {totals}")


if __name__ == "__main__":
    main()
