"""Proof that files are whole: a generation of the index lists size and SHA-256 of every file it consists of, and
the last change it holds.

Files are pickles to Whoosh and code to whoever can change them, so nothing is opened that a list does not vouch
for. What was vouched for is kept: files are copied while they are hashed, into files without a name that end
with the process, and those are mapped. So whatever happens to the folder afterwards, what is searched is what
was verified; a file that was truncated under a mapping of its own would kill the process (ADR 0009).
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader
from mmap import ACCESS_READ, mmap
from pathlib import Path

from registry.errors import Unavailable
from registry.search.backend import IndexUnusable

SCHEMA_VERSION = 3
SMALL_BYTES = 1 << 16
CHUNK_BYTES = 1 << 20

Check = tuple[int, str]


@dataclass(frozen=True)
class Checks:
    """File name → (size, SHA-256); `watermark` and `source` as in `IndexStatus`."""

    files: Mapping[str, Check]
    watermark: int
    source: str


def check_of(content: bytes) -> Check:
    return len(content), hashlib.sha256(content).hexdigest()


def check_file(path: Path) -> Check:
    """Of a file that is to be vouched for: it is on the disk afterwards."""
    with path.open("rb") as file:
        with suppress(OSError):
            os.fsync(file.fileno())
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def write_checks(build: Path, generation: int, checks: Checks) -> None:
    """Lists of generations that are gone are removed."""
    record = {
        "schema": SCHEMA_VERSION,
        "generation": generation,
        "files": checks.files,
        "watermark": checks.watermark,
        "source": checks.source,
    }
    write_durably(build / f"checks-{generation}.json", json.dumps(record).encode())
    for old in build.glob("checks-*.json"):
        if old.name != f"checks-{generation}.json" and not (build / f"_MAIN_{old.stem[7:]}.toc").exists():
            old.unlink(missing_ok=True)


def read_checks(build: Path, generation: int) -> Checks:
    """Of a generation; refuses another schema version."""
    try:
        found = json.loads((build / f"checks-{generation}.json").read_bytes())
        if found["schema"] != SCHEMA_VERSION or found["generation"] != generation:
            raise IndexUnusable(fault="another version")
        files = {str(name): (int(size), str(digest)) for name, (size, digest) in found["files"].items()}
        return Checks(files, int(found["watermark"]), str(found["source"]))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexUnusable(fault="no checks") from error


def verify(path: Path, expected: Check) -> None:
    """Raises IndexUnusable unless the file is exactly as it was written."""
    with _opened(path) as file:
        found = (os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest())
    if found != expected:
        raise IndexUnusable(fault=f"damaged {path.name}")


def read_verified(path: Path, expected: Check) -> bytes | mmap:
    """The content of a file, exactly as it was written, out of reach of whatever happens to the file; raises
    IndexUnusable, or Unavailable when there is no room for the copy.
    """
    with _opened(path) as file:
        if expected[0] <= SMALL_BYTES:
            content = file.read(expected[0] + 1)
            if check_of(content) != expected:
                raise IndexUnusable(fault=f"damaged {path.name}")
            return content
        try:
            return _copied(file, path, expected)
        except FileNotFoundError as error:
            raise IndexUnusable(fault="no folder") from error
        except OSError as error:
            raise Unavailable from error


def _copied(file: BufferedReader, path: Path, expected: Check) -> mmap:
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile(dir=path.parent) as copy:
        while size <= expected[0] and (chunk := file.read(CHUNK_BYTES)):
            digest.update(chunk)
            copy.write(chunk)
            size += len(chunk)
        if (size, digest.hexdigest()) != expected:
            raise IndexUnusable(fault=f"damaged {path.name}")
        copy.flush()
        return mmap(copy.fileno(), size, access=ACCESS_READ)


def _opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise IndexUnusable(fault=f"missing {path.name}") from error


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
