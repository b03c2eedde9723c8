"""Bringing a database to the newest schema: all of a migration or nothing of it."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from registry.database import Database

FOLDER = Path(__file__).parent


def configuration(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = database.writing_engine
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to `revision`; does nothing when it is there already."""
    with database.exclusive():
        command.upgrade(configuration(database), revision)


def downgrade(database: Database, revision: str) -> None:
    with database.exclusive():
        command.downgrade(configuration(database), revision)
