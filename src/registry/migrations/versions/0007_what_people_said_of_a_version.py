"""Versions keep who wrote on them, what was replied to the reviewer, why something public was changed; and forms that were being filled."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("publication", sa.Column("withdrawal_why", sa.String(32)))
    op.add_column("publication", sa.Column("superseded_on", sa.Date()))
    for name in ("authors", "replies"):
        op.add_column("revision", sa.Column(name, JSON, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("revision", sa.Column("correction_why", sa.String(32)))
    op.add_column("revision", sa.Column("correction_reason", sa.String(400)))
    op.add_column("revision", sa.Column("override_reason", sa.String(400)))
    op.add_column("revision", sa.Column("confirmed_by", sa.Uuid()))
    op.add_column("revision", sa.Column("confirmed_at", sa.DateTime(timezone=True)))
    op.create_table(
        "kept_form",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "path"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"]),
    )
    op.create_index("ix_kept_form_path", "kept_form", ["path"])


def downgrade() -> None:
    op.drop_table("kept_form")
    for name in (
        "confirmed_at",
        "confirmed_by",
        "override_reason",
        "correction_reason",
        "correction_why",
        "replies",
        "authors",
    ):
        op.drop_column("revision", name)
    op.drop_column("publication", "superseded_on")
    op.drop_column("publication", "withdrawal_why")
