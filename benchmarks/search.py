"""How fast the registry's engine searches, next to SQLite's FTS5 and tantivy on the same records, words and questions.

    .venv/bin/python -m pip install --require-hashes -r requirements/benchmark.txt
    .venv/bin/python benchmarks/search.py [--documents 1000 100000] [--engines registry tantivy]

Each engine runs in a process of its own, one after the other. The first line of a class is warm: the question was asked
before; `first` is each question's first time in a freshly opened engine, what the disk holds still in the system's memory.
Nothing is asserted: numbers belong to the machine printed above them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from machine import print_machine
from made_up_records import records
from search_engines import ENGINES, Engine, renamed
from search_questions import questions

from registry.search.meaning.text import squeezed

ROUNDS = 15
CLASS_SECONDS = 5.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measured(arguments.measure, arguments.documents[0])))
        return
    print_machine("Whoosh-Reloaded", "numpy", "tantivy")
    for number in arguments.documents:
        print_results(number, {name: in_own_process(name, number) for name in arguments.engines})


def in_own_process(name: str, number: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", name, "--documents", str(number)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found


def measured(name: str, number: int) -> dict[str, Any]:
    """Everything about one engine at one size; times in milliseconds, sizes in megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        building = ENGINES[name](Path(folder))
        begun = time.perf_counter()
        building.build(records(number))
        seconds = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
        del building
        opened = subprocess.run(
            [sys.executable, "-c", OPENED, name, folder],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent,
        )
        found: dict[str, Any] = json.loads(opened.stdout.splitlines()[-1])
    return {**found, "built": number / seconds, "size": size / 1e6}


OPENED = """
import json, sys
from pathlib import Path
from search import asked_of
print(json.dumps(asked_of(sys.argv[1], Path(sys.argv[2]))))
"""


def asked_of(name: str, folder: Path) -> dict[str, Any]:
    """All questions to an engine that was just opened."""
    engine: Engine = ENGINES[name](folder)
    asked = questions()
    before = private_memory()
    classes = {kind: timed(engine, found) for kind, found in asked.items()}
    memory = private_memory()
    return {"classes": classes, "memory": memory, "questions": memory - before, "update": updated(engine)}


def timed(engine: Engine, found: Iterable[Any]) -> dict[str, Any] | None:
    asked = list(found)
    if engine.ask(asked[0]) is None:
        return None
    first, warm, totals = [], [], []
    for question in asked:
        begun = time.perf_counter()
        total, _, values = engine.ask(question) or (0, [], 0)
        first.append(time.perf_counter() - begun)
        totals.append((total, values))
    until = time.monotonic() + CLASS_SECONDS
    for question in asked * ROUNDS:
        begun = time.perf_counter()
        engine.ask(question)
        warm.append(time.perf_counter() - begun)
        if time.monotonic() > until and len(warm) >= len(asked):
            break
    return {"first": percentiles(first[1:]), "warm": percentiles(warm), "totals": totals}


def percentiles(seconds: list[float]) -> list[float]:
    ordered = sorted(seconds)
    return [1000 * ordered[int(len(ordered) * share)] for share in (0.5, 0.95, 0.99)]


def updated(engine: Engine) -> float:
    """Milliseconds from one changed document to finding it, the middle of five."""
    from search_questions import Question

    times = []
    for document, word in zip(islice(records(5), 5), ("龘靐", "齉爩", "麤龗", "灪吁", "厵馫"), strict=True):
        begun = time.perf_counter()
        engine.update(renamed(document, word * 2))
        found = engine.ask(Question((squeezed(word * 2),)))
        times.append(time.perf_counter() - begun)
        assert found is None or found[0] == 1, found
    return 1000 * sorted(times)[2]


def private_memory() -> float:
    """Megabytes of the process that stand in no file; pages of mapped files the system can drop at any time."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1e3


def print_results(number: int, results: dict[str, dict[str, Any]]) -> None:
    print(f"\n{number:,} documents")
    for name, one in results.items():
        print(
            f"{name:14} built {one['built']:8,.0f}/s   size {one['size']:8.1f} MB   memory {one['memory']:6.1f} MB"
            f" ({one['questions']:.1f} of it by the questions)   update to visible {one['update']:7.1f} ms"
        )
    kinds = dict.fromkeys(kind for one in results.values() for kind in one["classes"])
    for kind in kinds:
        print(f"\n{kind:24}{'p50':>9}{'p95':>9}{'p99':>9}   first p50      p95   hits")
        for name, one in results.items():
            found = one["classes"][kind]
            if found is None:
                print(f"  {name:22}{'cannot':>9}")
                continue
            warm = "".join(f"{value:9.3f}" for value in found["warm"])
            hits = sum(total for total, _ in found["totals"]) // len(found["totals"])
            print(f"  {name:22}{warm}{found['first'][0]:12.3f}{found['first'][1]:9.3f}   {hits:,}")


if __name__ == "__main__":
    main()
