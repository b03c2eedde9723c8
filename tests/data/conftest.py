"""The real data folders in memory, read once, and databases to load them into."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import registry.bootstrap  # noqa: F401 - every table is known once the whole program is imported
from registry.database import Database
from registry.exchange.folder import read_folder
from tests.clock import Clock

ROOT = Path(__file__).resolve().parents[2]
TEXTS = read_folder(ROOT)


@pytest.fixture
def texts() -> dict[str, str]:
    """File name → text of `catalog/` and `standards/`, to be altered at will."""
    return dict(TEXTS)


@pytest.fixture
def database(empty_address: str, clock: Clock) -> Iterator[Database]:
    """All tables, no rows."""
    database = Database(empty_address, clock=clock)
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.dispose()
