"""Whoosh keeps the contract, agrees with the oracle, and survives what happens to folders and processes."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from registry.search.backend import IndexBusy
from registry.search.documents import SearchDocument
from registry.search.memory_backend import MemoryBackend
from registry.search.whoosh_index.index_folder import IndexFolder
from registry.search.whoosh_index.merging import Merge
from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from tests.search.backend_contract import BackendContract
from tests.search.made_up import DOCUMENTS, MONDAY, ask, item, publication


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def backend(root: Path) -> WhooshBackend:
    backend = WhooshBackend(root, lock_seconds=0.2)
    backend.rebuild(DOCUMENTS, 7, "made up")
    return backend


class TestWhooshBackend(BackendContract):
    """The contract, on the fixture of this module."""


def test_agrees_with_the_oracle_on_hits_totals_and_facets(backend: WhooshBackend) -> None:
    oracle = MemoryBackend()
    oracle.rebuild(DOCUMENTS, 7)
    for engine in (oracle, backend):
        engine.apply([item("BUD-02-02", "部门预算公开说明"), publication(6, "部门预算")], {("item", "id-BUD-02-01")}, 8)
    texts = ("", "预算", "政府预算", "公共", "部门", "2026", "财政局", "财预2016 143", "一般公共预算", "公开 预算")
    filters = (
        {},
        {"kinds": ["item"]},
        {"units": ["CX-101"], "levels": ["county"]},
        {"states": ["met", "published"]},
        {"years": [2026]},
    )
    for text, chosen in product(texts, filters):
        ours, theirs = backend.search(ask(text, **chosen)), oracle.search(ask(text, **chosen))
        assert {hit.id for hit in ours.hits} == {hit.id for hit in theirs.hits}
        assert (ours.total, ours.facets) == (theirs.total, theirs.facets)


def test_another_process_sees_the_last_commit(backend: WhooshBackend, root: Path) -> None:
    backend.apply([item("NEW-01", "新的事项")], (), 8)
    other = WhooshBackend(root)
    assert [hit.id for hit in other.search(ask("新的事项")).hits] == ["id-NEW-01"]
    other.apply([item("NEW-02", "新的事项")], (), 9)
    assert [hit.id for hit in backend.search(ask("新的事项")).hits] == ["id-NEW-01", "id-NEW-02"]


def broken_documents() -> Iterator[SearchDocument]:
    yield DOCUMENTS[0]
    raise RuntimeError("the database went away")


def test_a_failed_rebuild_leaves_the_old_index_and_no_lock(backend: WhooshBackend, root: Path) -> None:
    with pytest.raises(RuntimeError, match="went away"):
        backend.rebuild(broken_documents(), 9)
    assert backend.status().watermark == 7
    assert backend.search(ask("预算")).total == 4
    assert len(list(root.glob("build-*"))) == 1
    backend.apply([], {("item", "id-BUD-02-01")}, 8)
    assert backend.search(ask("预算")).total == 3


def test_a_failed_commit_leaves_the_old_state_and_no_lock(
    backend: WhooshBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("registry.search.whoosh_index.committing.write_checks", full_disk)
        with pytest.raises(OSError, match="no space"):
            backend.apply([item("NEW-01", "新的事项")], (), 8)
    assert backend.status().watermark == 7
    backend.apply([item("NEW-01", "新的事项")], (), 8)
    assert backend.search(ask("新的事项")).total == 1


def test_a_second_writer_is_told_to_wait(backend: WhooshBackend, root: Path) -> None:
    with IndexFolder(root).locked(1), pytest.raises(IndexBusy):
        backend.apply([], (), 8)
    backend.apply([], (), 8)


KILLED = """
import os, sys
from pathlib import Path
from registry.search.whoosh_index import committing
from registry.search.whoosh_index.whoosh_backend import WhooshBackend
from tests.search.made_up import item
setattr(committing, sys.argv[2], lambda *_: os._exit(9))
WhooshBackend(Path(sys.argv[1])).apply([item("NEW-01", "新的事项")], (), 8)
"""


@pytest.mark.parametrize("dies_in", ["write_checks", "write_durably", "remove_unused"])
def test_a_writer_that_dies_leaves_the_state_before_or_after(backend: WhooshBackend, root: Path, dies_in: str) -> None:
    died = subprocess.run(
        [sys.executable, "-c", KILLED, str(root), dies_in], check=False, cwd=Path(__file__).parents[3]
    )
    assert died.returncode == 9
    after = dies_in == "remove_unused"
    fresh = WhooshBackend(root)
    assert (fresh.status().ok, fresh.status().watermark) == (True, 8 if after else 7)
    assert fresh.search(ask("新的事项")).total == (1 if after else 0)
    fresh.apply([item("NEW-02", "新的事项")], (), 9)
    assert fresh.search(ask("新的事项")).total == (2 if after else 1)


def segments(root: Path) -> int:
    return len(list(root.glob("build-*/*.texts")))


def test_many_small_changes_become_one_segment(backend: WhooshBackend, root: Path) -> None:
    for number in range(9):
        backend.apply([item(f"N-{number}", "新的事项")], (), 8 + number)
    backend.apply([], {("item", "id-N-3")}, 20)
    assert (segments(root), backend.merge()) == (10, True)
    assert (segments(root), backend.merge()) == (1, False)
    for engine in (backend, WhooshBackend(root)):
        page = engine.search(ask("新的事项"))
        assert [hit.id for hit in page.hits] == [f"id-N-{number}" for number in (0, 1, 2, 4, 5, 6, 7, 8)]
        assert (page.watermark, engine.status().ok) == (20, True)
    assert not list(root.glob("build-*/merging-*"))


def test_what_changes_while_segments_are_merged_is_not_lost(
    backend: WhooshBackend, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        backend.apply([item(f"N-{number}", "新的事项")], (), 8 + number)
    write = Merge.write

    def slow(merge: Merge) -> object:
        merged = write(merge)
        other = WhooshBackend(root)
        other.apply([item("N-1", "别的名称"), item("N-9", "新的事项")], {("item", "id-N-2")}, 30)
        return merged

    monkeypatch.setattr(Merge, "write", slow)
    assert backend.merge()
    found = [hit.id for hit in backend.search(ask("新的事项")).hits]
    assert found == [f"id-N-{number}" for number in (0, 3, 4, 5, 6, 7, 8, 9)]
    assert [hit.id for hit in backend.search(ask("别的名称")).hits] == ["id-N-1"]
    assert (backend.status().watermark, backend.status().documents) == (30, len(DOCUMENTS) + 9)


def test_merging_gives_up_when_the_index_was_built_anew(
    backend: WhooshBackend, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        backend.apply([item(f"N-{number}", "新的事项")], (), 8 + number)
    monkeypatch.setattr(Merge, "write", lambda _: WhooshBackend(root).rebuild(DOCUMENTS, 30))
    assert not backend.merge()
    assert (backend.search(ask("新的事项")).total, backend.status().watermark) == (0, 30)


def test_what_is_mostly_deleted_is_written_anew(root: Path) -> None:
    backend, documents = WhooshBackend(root), [item(f"N-{number}", "新的事项") for number in range(70)]
    backend.rebuild(documents, 1)
    backend.apply([], [document.key for document in documents[:30]], 2)
    assert not backend.merge()
    backend.apply([], [document.key for document in documents[30:-2]], 3)
    size = sum(path.stat().st_size for path in root.glob("build-*/*"))
    assert backend.merge()
    assert (backend.search(ask("新的事项")).total, backend.status().documents) == (2, 2)
    assert sum(path.stat().st_size for path in root.glob("build-*/*")) < size / 3


def test_reading_ahead_changes_no_answer(root: Path, backend: WhooshBackend) -> None:
    fresh = WhooshBackend(root)
    fresh.warm(MONDAY)
    assert fresh.search(ask("预算")) == backend.search(ask("预算"))


def test_a_cache_too_small_for_anything_changes_no_answer(root: Path, backend: WhooshBackend) -> None:
    assert WhooshBackend(root, memory_mb=0).search(ask("政府预算")) == backend.search(ask("政府预算"))


def test_index_files_are_closed_to_others(backend: WhooshBackend, root: Path) -> None:
    assert root.stat().st_mode & 0o077 == 0
    assert next(root.glob("build-*")).stat().st_mode & 0o077 == 0
