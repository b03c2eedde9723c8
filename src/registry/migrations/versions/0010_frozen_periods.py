"""The numbers of closed periods, frozen and chained by their hashes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    as_json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "frozen_period",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("object_digest", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("occasions", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("basis", as_json, nullable=False),
        sa.Column("board", as_json, nullable=False),
        sa.Column("flow", as_json, nullable=False),
        sa.PrimaryKeyConstraint("code"),
        sa.ForeignKeyConstraint(["code"], ["closed_period.code"]),
        sa.UniqueConstraint("number"),
    )


def downgrade() -> None:
    op.drop_table("frozen_period")
