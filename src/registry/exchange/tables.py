"""Every version of the standards' files the registry has ever worked by, and of the files of units and assignments it was given."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from registry.database import new_id


class DataFile(SQLModel, table=True):
    """A file as it was loaded: of `standards/`, or units and assignments, which pages change too.

    `current` marks the version in use; a path without a current version is no longer used.
    """

    __tablename__ = "data_file"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    path: str = Field(max_length=120, index=True)
    sha256: str = Field(max_length=64)
    text: str = Field(sa_column=sa.Column(sa.Text(), nullable=False))
    loaded_at: datetime
    current: bool = Field(default=True, index=True)
