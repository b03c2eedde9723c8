"""The folder an index lives in: builds beside each other, one small file that points to the current one, and
proof that files are whole.

    index/current            {"build": "build-…"}; replaced in one step
    index/lock               held by whoever writes
    index/build-…/           one Whoosh index, with checks-<generation>.json: size and SHA-256 of every file

Files are pickles to Whoosh and code to whoever can change them, so nothing is opened that the checks do not
vouch for; anything else is `IndexUnusable` and built anew, never repaired. The folder holds nothing that the
database does not.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from registry.database import new_id
from registry.search.backend import IndexBusy, IndexUnusable

SCHEMA_VERSION = 2
BUILD = re.compile(r"build-[0-9a-f]{32}")
TOC = re.compile(r"_MAIN_([0-9]+)\.toc")


class IndexFolder:
    """Where the current build is, and how another takes its place."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path:
        """The build that is searched."""
        try:
            pointer = json.loads((self.root / "current").read_bytes())
            name = pointer["build"]
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexUnusable(fault="no pointer") from error
        if not isinstance(name, str) or not BUILD.fullmatch(name) or not (self.root / name).is_dir():
            raise IndexUnusable(fault="pointer leads nowhere")
        return self.root / name

    def new_build(self) -> Path:
        """An empty build nobody looks at yet."""
        build = self.root / f"build-{new_id().hex}"
        build.mkdir(mode=0o700)
        return build

    def point_to(self, build: Path) -> None:
        """Make `build` the current one; it must be complete on the disk."""
        pointer = self.root / "current"
        if pointer.is_dir():
            shutil.rmtree(pointer)
        write_durably(pointer, json.dumps({"build": build.name}).encode())

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


def write_checks(build: Path, generation: int, names: Iterable[str], others: Mapping[str, bytes]) -> None:
    """Vouch for the files `names`, which are on the disk, and for `others`, which are about to be."""
    files = {name: _check(_synced(build / name)) for name in sorted(names)}
    files |= {name: _check(content) for name, content in others.items()}
    checks = {"schema": SCHEMA_VERSION, "generation": generation, "files": files}
    write_durably(build / f"checks-{generation}.json", json.dumps(checks).encode())
    for old in build.glob("checks-*.json"):
        if old.name != f"checks-{generation}.json" and not (build / f"_MAIN_{old.stem[7:]}.toc").exists():
            old.unlink(missing_ok=True)


def read_checks(build: Path, generation: int) -> Mapping[str, tuple[int, str]]:
    """File name → (size, SHA-256) of a generation; refuses another schema version."""
    try:
        checks = json.loads((build / f"checks-{generation}.json").read_bytes())
        if checks["schema"] != SCHEMA_VERSION or checks["generation"] != generation:
            raise IndexUnusable(fault="another version")
        return {str(name): (int(size), str(digest)) for name, (size, digest) in checks["files"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexUnusable(fault="no checks") from error


def read_whole(path: Path, expected: tuple[int, str]) -> bytes:
    """The content of a file, exactly as it was written, or IndexUnusable."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IndexUnusable(fault=f"missing {path.name}") from error
    if _check(content) != list(expected):
        raise IndexUnusable(fault=f"damaged {path.name}")
    return content


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file in one step that survives a power cut."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _synced(path: Path) -> bytes:
    with path.open("rb") as file:
        with suppress(OSError):
            os.fsync(file.fileno())
        return file.read()


def _check(content: bytes) -> list[int | str]:
    return [len(content), hashlib.sha256(content).hexdigest()]
