"""The migrations make exactly the tables the models describe, forwards and back, and leave nothing half done."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from registry.database import Database
from registry.migrations import running
from registry.migrations.running import configuration, downgrade, migrate

OURS = {"alembic_version"}


@pytest.fixture
def database(empty_address: str) -> Iterator[Database]:
    database = Database(empty_address)
    yield database
    database.dispose()


def revisions() -> list[str]:
    """All of them, oldest first."""
    scripts = ScriptDirectory(str(running.FOLDER))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def tables_of(database: Database) -> set[str]:
    return set(sa.inspect(database.engine).get_table_names()) - OURS


def schema_of(database: Database) -> dict[str, Any]:
    """Everything the database itself says about its tables, in an order of its own."""
    inspector = sa.inspect(database.engine)
    return {
        table: {
            "columns": {one["name"]: (str(one["type"]), one["nullable"]) for one in inspector.get_columns(table)},
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted((one["name"], one["column_names"]) for one in inspector.get_unique_constraints(table)),
            "foreign keys": sorted(
                (one["name"], one["constrained_columns"], one["referred_table"])
                for one in inspector.get_foreign_keys(table)
            ),
            "checks": sorted((one["name"], one["sqltext"]) for one in inspector.get_check_constraints(table)),
            "indexes": sorted(
                (one["name"], one["column_names"], bool(one["unique"])) for one in inspector.get_indexes(table)
            ),
        }
        for table in tables_of(database)
    }


def test_migrated_tables_are_those_of_the_models(database: Database) -> None:
    migrate(database)
    migrated = schema_of(database)
    downgrade(database, "base")
    SQLModel.metadata.create_all(database.engine)

    assert migrated == schema_of(database)


def test_alembic_finds_nothing_left_to_migrate(database: Database) -> None:
    migrate(database)

    command.check(configuration(database))


def test_each_migration_goes_back_and_forth(database: Database) -> None:
    before = [schema_of(database)]
    for revision in revisions():
        migrate(database, revision)
        before.append(schema_of(database))

    for revision, expected in zip(["base", *revisions()][-2::-1], before[-2::-1], strict=True):
        downgrade(database, revision)
        assert schema_of(database) == expected

    migrate(database)
    assert schema_of(database) == before[-1]


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate(database)
    first = schema_of(database)
    migrate(database)

    assert schema_of(database) == first


@pytest.mark.parametrize("statements", [1, 2, 10, 25, 50])
def test_a_migration_that_fails_half_way_leaves_nothing_behind(database: Database, statements: int) -> None:
    begun = _fail_after(database, statements)
    with pytest.raises(PowerCut):
        migrate(database)
    begun.clear()

    assert tables_of(database) == set()
    migrate(database)
    assert tables_of(database) == set(SQLModel.metadata.tables)


@pytest.mark.parametrize("statements", [1, 2, 10, 25])
def test_a_downgrade_that_fails_half_way_leaves_a_whole_schema(database: Database, statements: int) -> None:
    """Each migration is a transaction of its own, so what is left is what one of them leaves, never something between."""
    whole = []
    for revision in revisions():
        migrate(database, revision)
        whole.append(schema_of(database))
    begun = _fail_after(database, statements)
    with pytest.raises(PowerCut):
        downgrade(database, "base")
    begun.clear()

    assert schema_of(database) in whole


def test_migrations_do_not_know_the_models() -> None:
    for path in (running.FOLDER / "versions").glob("*.py"):
        assert "registry" not in _imports(path), f"{path.name} would change its meaning with the models"


class PowerCut(Exception):
    """Stands for whatever stops a migration."""


def _fail_after(database: Database, number: int) -> list[None]:
    """Raise once `number` statements that change tables have run; clearing the returned list ends that."""
    armed: list[None] = [None]
    seen = 0

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal seen
        if armed and statement.lstrip().startswith(("CREATE", "DROP", "ALTER")):
            seen += 1
            if seen == number:
                raise PowerCut

    sa.event.listen(database.engine, "after_cursor_execute", count)
    return armed


def _imports(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
