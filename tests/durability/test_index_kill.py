"""A process is killed while it commits to the index, again and again: what is found afterwards is a state that was
committed whole, and the next commit goes on from there.

Twelve times in the normal run; REGISTRY_KILL_CYCLES asks for more.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random

from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from tests.search.made_up import ask, item

CYCLES = int(os.environ.get("REGISTRY_KILL_CYCLES", "12"))

# Every commit adds a document, changes one and removes one, so that a torn commit has another number of them.
WRITER = """
import sys
from pathlib import Path
from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from tests.search.made_up import item
backend = WhooshBackend(Path(sys.argv[1]))
number = backend.status().watermark
while True:
    number += 1
    kept = [item("ALL", f"第{number}号"), item(f"N-{number}", f"事项 第{number}号")]
    if number % 50 == 0:
        backend.rebuild([*kept, *(item(f"N-{one}", f"事项 第{one}号") for one in range(number - 5, number))], number)
    else:
        backend.apply(kept, {("item", f"id-N-{number - 6}")}, number)
    print(number, flush=True)
    backend.merge()
"""


def test_a_killed_commit_is_there_or_not_at_all(tmp_path: Path) -> None:
    root, random = tmp_path / "index", Random(7)
    WhooshBackend(root).rebuild(
        [item("ALL", "第6号"), *(item(f"N-{one}", f"事项 第{one}号") for one in range(1, 7))], 6
    )
    last = 6
    for _ in range(CYCLES):
        acknowledged = commits_until_killed(root, random.uniform(0.0, 0.25)) or last
        last = whole_state(root)
        assert acknowledged <= last <= acknowledged + 1
    assert last > CYCLES


def commits_until_killed(root: Path, seconds: float) -> int:
    """The last commit the writer has told of; it dies some time after its first."""
    command = [sys.executable, "-c", WRITER, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], text=True) as writer:
        assert writer.stdout is not None
        told = writer.stdout.readline()
        try:
            writer.wait(seconds)
        except subprocess.TimeoutExpired:
            writer.send_signal(signal.SIGKILL)
        told += writer.stdout.read()
    return int(told.split()[-1])


def whole_state(root: Path) -> int:
    """The watermark of the index, after a look at all it holds: the last six documents and the one that changes."""
    backend = WhooshBackend(root)
    status = backend.status()
    assert status.ok, status.fault
    page = backend.search(ask("事项", size=100))
    assert {hit.id for hit in page.hits} == {f"id-N-{one}" for one in range(status.watermark - 5, status.watermark + 1)}
    (found,) = backend.search(ask(f"第{status.watermark}号", kinds=["item"], size=1)).hits
    assert found.id == "id-ALL"
    assert status.documents == 7
    return status.watermark
