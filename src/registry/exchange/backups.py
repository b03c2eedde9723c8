"""Backup and restore of the embedded database and the object folder, in one file. PostgreSQL has its own tools, and is told so.

The file is a tar archive: `registry.sqlite`, a snapshot; `objects/<digest>`, everything that lay in the folder after the snapshot was taken
and so every file a row of it names, since no object ever goes away; at last `backup.json`, whose presence says that nothing is cut off.
"""

import json
import os
import re
import shutil
import sqlite3
import tarfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

from registry.database import Database, FileLock
from registry.errors import Conflict, Invalid, Issue
from registry.objects import ObjectFolder

DATABASE = "registry.sqlite"
LAST = "backup.json"
OBJECT = re.compile(r"objects/([0-9a-f]{64})")
PLAIN_DATABASE = b"SQLite format 3\x00"
"""How a backup of the first release begins: the database alone."""


def back_up(database: Database, objects: ObjectFolder, target: Path) -> int:
    """A consistent copy in one file, also while others write; returns its bytes. An earlier file is replaced only by a whole new one.

    An object that is no longer what its digest says is left out: nobody can read it, and `registry check` names it.
    """
    _require_embedded(database.address)
    target.parent.mkdir(parents=True, exist_ok=True)
    snapshot, partial = _beside(target, "snapshot"), _beside(target, "partial")
    for left_over in (snapshot, partial):
        left_over.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(_path(database.address))) as connection:
            connection.execute("VACUUM INTO ?", (str(snapshot),))
        _check(snapshot)
        with tarfile.open(partial, "w") as archive:
            archive.add(snapshot, DATABASE)
            number = _add_objects(archive, objects)
            _add(archive, LAST, json.dumps({"objects": number}).encode())
    finally:
        snapshot.unlink(missing_ok=True)
    _settle(partial, target)
    return target.stat().st_size


def restore(address: str, objects: ObjectFolder, source: Path) -> int:
    """Put the backup in place; the database that was there is kept beside it as `….before-restore`. Returns the backup's bytes.

    Objects come first, so that a crash leaves a database whose files are all there. Raises Invalid when the file is not a sound backup,
    Conflict while another process is using the present database.
    """
    _require_embedded(address)
    path = _path(address)
    path.parent.mkdir(parents=True, exist_ok=True)
    unpacked = _beside(path, "restored")
    unpacked.unlink(missing_ok=True)
    try:
        found = source if _is_plain_database(source) else _unpack(source, objects, unpacked)
        _check(found, source.name)
        _replace(path, found)
    finally:
        unpacked.unlink(missing_ok=True)
    return source.stat().st_size


def _add_objects(archive: tarfile.TarFile, objects: ObjectFolder) -> int:
    number = 0
    for digest in objects.digests():
        content = objects.path(digest).read_bytes()
        if objects.digest(content) == digest:
            _add(archive, f"objects/{digest}", content)
            number += 1
    return number


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, BytesIO(content))


def _unpack(source: Path, objects: ObjectFolder, database: Path) -> Path:
    """Two passes: nothing is written before the whole archive has been found sound."""
    _walk(source, None, None)
    _walk(source, objects, database)
    return database


def _walk(source: Path, objects: ObjectFolder | None, database: Path | None) -> None:
    """Read every entry in order, keeping what there is a place for. Only names a backup has are looked at."""
    seen, number, last = [], 0, None
    try:
        with tarfile.open(source, "r:") as archive:
            for entry in archive:
                file = archive.extractfile(entry)
                if file is None:
                    raise _no_backup(source)
                seen.append(entry.name)
                match = OBJECT.fullmatch(entry.name)
                if match:
                    content = file.read()
                    if ObjectFolder.digest(content) != match[1]:
                        raise _no_backup(source)
                    if objects is not None:
                        objects.put(content)
                    number += 1
                elif entry.name == DATABASE and database is not None:
                    with database.open("wb") as copy:
                        shutil.copyfileobj(file, copy)
                elif entry.name == LAST:
                    last = json.loads(file.read(1000))
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise _no_backup(source) from error
    if DATABASE not in seen or last != {"objects": number}:
        raise _no_backup(source)


def _replace(path: Path, backup: Path) -> None:
    with FileLock(path.with_suffix(".lock")):
        if path.exists():
            _merge_log(path)
            path.replace(path.with_name(f"{path.name}.before-restore"))
        partial = _beside(path, "partial")
        with closing(sqlite3.connect(backup)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        _settle(partial, path)


def _merge_log(path: Path) -> None:
    """Fold the write-ahead log into the file before it is moved aside; refused while somebody reads or writes."""
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise Conflict("database_in_use") from error
    if busy:
        raise Conflict("database_in_use")


def _check(path: Path, name: str | None = None) -> None:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            connection.execute("SELECT count(*) FROM audit_entry")
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise Invalid([Issue("file", "not_a_backup", {"found": name or path.name})])


def _no_backup(source: Path) -> Invalid:
    return Invalid([Issue("file", "not_a_backup", {"found": source.name})])


def _is_plain_database(source: Path) -> bool:
    with source.open("rb") as file:
        return file.read(len(PLAIN_DATABASE)) == PLAIN_DATABASE


def _beside(path: Path, word: str) -> Path:
    return path.with_name(f".{path.name}.{word}")


def _settle(partial: Path, target: Path) -> None:
    """On disk first, then in place: a crash leaves the old file or the new one."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _require_embedded(address: str) -> None:
    if not address.startswith("sqlite"):
        raise Conflict("backup_by_postgresql")


def _path(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///"))
