"""Backup and restore of the embedded database. PostgreSQL has its own tools, and is told so."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from registry.database import Database, FileLock
from registry.errors import Conflict, Invalid, Issue


def back_up(database: Database, target: Path) -> int:
    """A consistent copy in one file, also while others write; returns its bytes. An earlier file is replaced only by a whole new one."""
    _require_embedded(database.address)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(_path(database.address))) as connection:
        connection.execute("VACUUM INTO ?", (str(partial),))
    _check(partial)
    _settle(partial, target)
    return target.stat().st_size


def restore(address: str, source: Path) -> int:
    """Put the backup in place; the database that was there is kept beside it as `….before-restore`. Returns the backup's bytes.

    Raises Invalid when the file is not a sound registry database, Conflict while another process is using the present one.
    """
    _require_embedded(address)
    _check(source)
    path = _path(address)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        if path.exists():
            _merge_log(path)
            path.replace(path.with_name(f"{path.name}.before-restore"))
        partial = path.with_name(f".{path.name}.partial")
        with closing(sqlite3.connect(source)) as backup, closing(sqlite3.connect(partial)) as copy:
            backup.backup(copy)
        _settle(partial, path)
    return path.stat().st_size


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


def _check(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            connection.execute("SELECT count(*) FROM audit_entry")
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise Invalid([Issue("file", "not_a_backup", {"found": path.name})])


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
