"""The folder an index lives in: builds beside each other, and one small file that points to the current one.

    index/current            {"build": "build-…"}; replaced in one step
    index/lock               held by whoever writes
    index/build-…/           one Whoosh index, with checks-<generation>.json (see `vouching`)

The folder holds nothing that the database does not: what is wrong with it is built anew, never repaired.
"""

import fcntl
import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.database import new_id
from registry.search.backend import IndexBusy, IndexUnusable
from registry.search.whoosh_index.vouching import write_durably

SETTLED_NS = 100_000_000
BUILD = re.compile(r"build-[0-9a-f]{32}")
TOC = re.compile(r"_MAIN_([0-9]+)\.toc")


class IndexFolder:
    """Where the current build is, and how another takes its place."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pointer = root / "current"

    def current(self) -> Path:
        """The build that is searched."""
        try:
            pointer = json.loads(self._pointer.read_bytes())
            name = pointer["build"]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexUnusable(fault="no pointer") from error
        if not isinstance(name, str) or not BUILD.fullmatch(name) or not (self.root / name).is_dir():
            raise IndexUnusable(fault="pointer leads nowhere")
        return self.root / name

    def signature(self, build: Path) -> tuple[int, ...] | None:
        """Changes with every commit to `build` and with every other build pointed to; None when it may not have
        yet, as file systems tell times apart only after some milliseconds.
        """
        try:
            found = (self._pointer.stat(), build.stat())
        except OSError:
            return None
        if time.time_ns() - max(one.st_mtime_ns for one in found) < SETTLED_NS:
            return None
        return tuple(number for one in found for number in (one.st_ino, one.st_mtime_ns))

    def new_build(self) -> Path:
        """An empty build nobody looks at yet."""
        build = self.root / f"build-{new_id().hex}"
        build.mkdir(mode=0o700)
        return build

    def point_to(self, build: Path) -> None:
        """Make `build` the current one; it must be complete on the disk."""
        if self._pointer.is_dir():
            shutil.rmtree(self._pointer)
        write_durably(self._pointer, json.dumps({"build": build.name}).encode())

    def remove_others(self, build: Path) -> None:
        """Former builds, and those a crash left unfinished."""
        for other in self.root.glob("build-*"):
            if other != build:
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def locked(self, timeout: float) -> Iterator[None]:
        """Only one writer at a time among all processes; raises IndexBusy after `timeout` seconds."""
        if self.root.exists() and not self.root.is_dir():
            self.root.unlink()
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.root / "lock"
        if path.is_dir():
            shutil.rmtree(path)
        with path.open("a") as file:
            _acquire(file.fileno(), time.monotonic() + timeout)
            yield


def _acquire(descriptor: int, until: float) -> None:
    """Closing the file, also by dying, gives the lock back."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise IndexBusy from error
            time.sleep(0.05)
        else:
            return


def generation_of(build: Path) -> int:
    """The newest committed generation."""
    try:
        numbers = [int(match[1]) for path in build.iterdir() if (match := TOC.fullmatch(path.name))]
    except OSError as error:
        raise IndexUnusable(fault="no folder") from error
    if not numbers:
        raise IndexUnusable(fault="no table of contents")
    return max(numbers)
