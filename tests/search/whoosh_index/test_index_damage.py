"""Index folders damaged in many ways: what is wrong is noticed, never searched, and cured by a rebuild."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from registry.search.backend import IndexUnusable
from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from tests.search.made_up import DOCUMENTS, ask, item


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def backend(root: Path) -> WhooshBackend:
    backend = WhooshBackend(root, lock_seconds=0.2)
    backend.rebuild(DOCUMENTS, 7, "made up")
    return backend


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def build_of(root: Path) -> Path:
    return only(root, "build-*")


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path, *, at: float = 0.5) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 0x20
    path.write_bytes(content)


def of_kind(root: Path, kind: str) -> Path:
    return only(build_of(root), f"MAIN_*.{kind}")


def missing(kind: str, root: Path) -> None:
    of_kind(root, kind).unlink()


def empty(kind: str, root: Path) -> None:
    os.truncate(of_kind(root, kind), 0)


def cut(kind: str, root: Path) -> None:
    truncate(of_kind(root, kind))


def altered(kind: str, root: Path) -> None:
    flip(of_kind(root, kind))


def longer(kind: str, root: Path) -> None:
    with of_kind(root, kind).open("ab") as file:
        file.write(b"more")


def other_version(root: Path) -> None:
    path = only(build_of(root), "checks-*.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": 999}))


def foreign(root: Path) -> None:
    shutil.rmtree(root)
    root.mkdir()
    (root / "_MAIN_1.toc").write_bytes(b"somebody else's")
    (root / "current").write_text('{"build": "../elsewhere"}')


def file_in_its_place(root: Path) -> None:
    shutil.rmtree(root)
    root.write_text("not a folder")


def without_meta(root: Path) -> None:
    """A whole index of ours, vouched for, that was never committed to."""
    build = build_of(root)
    for path in build.iterdir():
        path.unlink()
    (build / "checks-0.json").write_text('{"schema": 3, "generation": 0, "files": {}}')
    (build / "_MAIN_0.toc").write_bytes(b"")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "folder missing": shutil.rmtree,
    "folder empty": lambda root: (shutil.rmtree(root), root.mkdir()),
    "a file in its place": file_in_its_place,
    "foreign folder": foreign,
    "pointer missing": lambda root: (root / "current").unlink(),
    "pointer empty": lambda root: (root / "current").write_bytes(b""),
    "pointer is no JSON": lambda root: (root / "current").write_bytes(b"\xff\x00build"),
    "pointer is another JSON": lambda root: (root / "current").write_text('["build"]'),
    "pointer is a folder": lambda root: ((root / "current").unlink(), (root / "current").mkdir()),
    "build missing": lambda root: shutil.rmtree(build_of(root)),
    "build empty": lambda root: (shutil.rmtree(build := build_of(root)), build.mkdir()),
    "contents missing": lambda root: only(build_of(root), "*.toc").unlink(),
    "contents truncated": lambda root: truncate(only(build_of(root), "*.toc")),
    "contents altered": lambda root: flip(only(build_of(root), "*.toc")),
    "a segment's files missing": lambda root: [path.unlink() for path in build_of(root).glob("MAIN_*")],
    **{
        f"{kind} {word}": partial(do, kind)
        for kind in ("trm", "pst", "arrays", "texts", "_title_len.col")
        for word, do in {"missing": missing, "empty": empty, "cut": cut, "altered": altered, "longer": longer}.items()
    },
    "a file of another segment": lambda root: of_kind(root, "pst").write_bytes(of_kind(root, "trm").read_bytes()),
    "checks missing": lambda root: only(build_of(root), "checks-*").unlink(),
    "checks truncated": lambda root: truncate(only(build_of(root), "checks-*")),
    "another schema version": other_version,
    "never committed to": without_meta,
}


@pytest.fixture(params=DAMAGES)
def damage(request: pytest.FixtureRequest) -> Callable[[Path], object]:
    return DAMAGES[request.param]


def test_damage_is_noticed_never_searched_and_cured_by_a_rebuild(
    backend: WhooshBackend, root: Path, damage: Callable[[Path], object]
) -> None:
    damage(root)
    fresh = WhooshBackend(root)
    assert not fresh.status().ok
    with pytest.raises(IndexUnusable):
        fresh.search(ask("预算"))
    with pytest.raises(IndexUnusable):
        fresh.apply([item("NEW-01", "新的事项")], (), 8)
    fresh.rebuild(DOCUMENTS, 7, "made up")
    assert fresh.status().ok
    assert fresh.search(ask("预算")).total == 4


def test_a_running_process_notices_damage_and_goes_on_answering_rightly(
    backend: WhooshBackend, root: Path, damage: Callable[[Path], object]
) -> None:
    damage(root)
    assert backend.search(ask("预算")).total == 4
    assert not backend.status().ok
    with pytest.raises(IndexUnusable):
        backend.apply([item("NEW-01", "新的事项")], (), 8)
    assert backend.search(ask("预算")).total == 4


LARGE = """
import os, sys
from pathlib import Path
from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from tests.search.made_up import ask, item
root = Path(sys.argv[1])
backend = WhooshBackend(root)
backend.rebuild([item(f"A-{number}", "政府预算公开", notes="一般公共预算" * 40) for number in range(900)], 1)
assert backend.search(ask("政府预算")).total == 900
for path in root.glob("build-*/MAIN_*"):
    os.truncate(path, 10)
assert backend.search(ask("一般公共预算", page=9)).total == 900
assert backend.search(ask("财政")).total == 0
assert not backend.status().ok
"""


def test_files_cut_under_a_running_search_cannot_end_the_process(tmp_path: Path) -> None:
    """A mapping of the files themselves would die of SIGBUS here; these are large enough to be mapped."""
    command = [sys.executable, "-c", LARGE, str(tmp_path / "index")]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[3])
