"""Opening a data folder that another version of the program prepared."""

import sqlalchemy as sa
from sqlmodel import col, select

from registry.bootstrap import open_registry
from registry.exchange.tables import DataFile
from registry.rulebook.book import PROOFREADING
from registry.settings import Settings
from tests.clock import Clock

OLDER = "deadlines: []\n"


def test_standards_this_version_cannot_read_are_followed_by_those_of_the_source(
    settings: Settings, clock: Clock
) -> None:
    """As an installation from before this release has them: one file is not there yet, another lacks what is asked for now."""
    registry = open_registry(settings, clock=clock)
    version = registry.rulebook.version
    with registry.database.writing_engine.begin() as connection:
        connection.execute(sa.delete(DataFile).where(col(DataFile.path) == PROOFREADING))
        of_deadlines = sa.update(DataFile).where(col(DataFile.path) == "standards/deadlines.yaml")
        connection.execute(of_deadlines.values(text=OLDER, sha256="0" * 64))
    registry.stop()

    upgraded = open_registry(settings, clock=clock)
    with upgraded.database.read() as session:
        kept = session.exec(select(DataFile.text).where(col(DataFile.current).is_(False))).all()
    upgraded.stop()

    assert upgraded.rulebook.version == version
    assert kept == [OLDER]
