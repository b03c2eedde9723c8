"""One file holds database and objects; whatever is cut, changed or foreign is refused before anything is touched."""

import io
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from registry.bootstrap import Registry
from registry.database import Actor
from registry.errors import Invalid
from registry.exchange.backups import back_up, restore
from registry.exchange.checking import check_registry
from registry.objects import ObjectFolder
from tests import factories

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

CONTENT = "公开说明\n".encode()


@pytest.fixture
def digest(registry: Registry) -> str:
    """Of a file attached to a draft."""
    editor: Actor = factories.create_user(registry, "editor")
    publication_id = factories.create_publication(registry, editor)
    return factories.attach(registry, editor, publication_id, "说明.txt", CONTENT).sha256


@pytest.fixture
def backup(registry: Registry, digest: str, tmp_path: Path) -> Path:
    target = tmp_path / "backup.tar"
    assert back_up(registry.database, registry.objects, target) == target.stat().st_size
    return target


def faults_of(registry: Registry) -> list[str]:
    registry.sync.drain()
    return check_registry(registry.database, registry.objects, registry.backend, registry.sync, registry.state_dates())


def restored(folder: Path, source: Path) -> ObjectFolder:
    objects = ObjectFolder(folder / "objects")
    restore(f"sqlite:///{folder / 'registry.sqlite'}", objects, source)
    return objects


def count(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of this test


def rewritten(source: Path, target: Path, change: dict[str, bytes | None]) -> Path:
    """The archive with entries replaced, or left out (None)."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for entry in old:
            content = change.get(entry.name, old.extractfile(entry).read())
            if content is not None:
                entry.size = len(content)
                new.addfile(entry, io.BytesIO(content))
    return target


def test_database_and_files_come_back(backup: Path, digest: str, tmp_path: Path) -> None:
    objects = restored(tmp_path / "new", backup)

    assert objects.get(digest) == CONTENT
    assert count(tmp_path / "new" / "registry.sqlite", "attachment") == 1
    assert [one.name for one in (tmp_path / "new").iterdir() if "restored" in one.name or "partial" in one.name] == []


def test_a_backup_of_the_database_alone_is_still_taken(registry: Registry, digest: str, tmp_path: Path) -> None:
    plain = tmp_path / "plain.sqlite"
    with closing(sqlite3.connect(registry.database.address.removeprefix("sqlite:///"))) as connection:
        connection.execute("VACUUM INTO ?", (str(plain),))

    restored(tmp_path / "new", plain)

    assert count(tmp_path / "new" / "registry.sqlite", "attachment") == 1


def test_what_was_there_is_kept_and_files_added_since_stay(backup: Path, tmp_path: Path) -> None:
    later = restored(tmp_path / "new", backup).put(b"later")
    objects = restored(tmp_path / "new", backup)

    assert objects.get(later) == b"later"
    assert count(tmp_path / "new" / "registry.sqlite.before-restore", "attachment") == 1


DAMAGE = [
    ("cut short", lambda source, target, digest: target.write_bytes(source.read_bytes()[:-20_000])),
    ("cut inside the database", lambda source, target, digest: target.write_bytes(source.read_bytes()[:100_000])),
    ("an object changed", lambda source, target, digest: rewritten(source, target, {f"objects/{digest}": b"x"})),
    ("an object missing", lambda source, target, digest: rewritten(source, target, {f"objects/{digest}": None})),
    ("no database", lambda source, target, digest: rewritten(source, target, {"registry.sqlite": None})),
    ("no end", lambda source, target, digest: rewritten(source, target, {"backup.json": None})),
    (
        "another database",
        lambda source, target, digest: rewritten(
            source, target, {"registry.sqlite": b"SQLite format 3\x00" + bytes(99)}
        ),
    ),
    ("something else", lambda source, target, digest: target.write_bytes(b"not a backup" * 100)),
]


@pytest.mark.parametrize("damage", [case[1] for case in DAMAGE], ids=[case[0] for case in DAMAGE])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    backup: Path, digest: str, tmp_path: Path, damage: object
) -> None:
    damage(backup, tmp_path / "damaged.tar", digest)
    before = restored(tmp_path / "new", backup)
    entries = count(tmp_path / "new" / "registry.sqlite", "audit_entry")

    with pytest.raises(Invalid) as refusal:
        restored(tmp_path / "new", tmp_path / "damaged.tar")

    assert [issue.code for issue in refusal.value.issues] == ["not_a_backup"]
    assert count(tmp_path / "new" / "registry.sqlite", "audit_entry") == entries
    assert list(before.digests()) == [digest]


def test_a_name_that_leads_outside_is_not_followed(backup: Path, digest: str, tmp_path: Path) -> None:
    with tarfile.open(backup, "a") as archive:
        entry = tarfile.TarInfo("../outside")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))

    restored(tmp_path / "deep" / "new", backup)

    assert not (tmp_path / "deep" / "outside").exists()


def _broken_disk(_: ObjectFolder) -> None:
    raise OSError("disk")


def test_a_backup_that_fails_leaves_the_earlier_one(
    registry: Registry, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = backup.read_bytes()
    monkeypatch.setattr(ObjectFolder, "digests", _broken_disk)

    with pytest.raises(OSError, match="disk"):
        back_up(registry.database, registry.objects, backup)

    assert backup.read_bytes() == earlier


def test_check_names_files_that_are_missing_or_altered(registry: Registry, digest: str) -> None:
    assert faults_of(registry) == []
    registry.objects.path(digest).write_bytes(b"altered")
    assert faults_of(registry) == [f"附件文件缺失或者内容已变：{digest}"]
    registry.objects.path(digest).unlink()
    assert faults_of(registry) == [f"附件文件缺失或者内容已变：{digest}"]
