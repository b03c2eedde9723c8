"""Alembic's entry: one connection of ours, everything in one transaction."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from registry import jobs  # noqa: F401 - its table
from registry.accounts import tables as _accounts  # noqa: F401
from registry.annual import tables as _annual  # noqa: F401
from registry.assessment import tables as _assessment  # noqa: F401
from registry.audit import tables as _audit  # noqa: F401
from registry.duties import tables as _duties  # noqa: F401
from registry.evidence import tables as _evidence  # noqa: F401
from registry.exchange import tables as _exchange  # noqa: F401
from registry.items import tables as _items  # noqa: F401
from registry.publications import tables as _publications  # noqa: F401
from registry.rectification import tables as _rectification  # noqa: F401
from registry.reminders import tables as _reminders  # noqa: F401
from registry.reports.briefings import tables as _briefings  # noqa: F401
from registry.units import tables as _units  # noqa: F401


def render(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Plain SQLAlchemy types in generated migrations: those must mean the same when SQLModel has changed its own."""
    if kind != "type":
        return False
    if isinstance(thing, AutoString):
        return f"sa.String({thing.length})"
    if isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")' if isinstance(thing, JSON) else False


with context.config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        transactional_ddl=True,
        transaction_per_migration=True,
        render_as_batch=True,
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
