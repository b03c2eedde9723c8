"""Duties and occasions that go on elsewhere, responsible persons, e-mail of accounts, and digests of reminders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KIND = sa.Enum("digest", "escalation", name="digestkind", native_enum=False, create_constraint=True, length=32)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("duty", sa.Column("successor_id", sa.Uuid()))
    op.add_column("occasion", sa.Column("handed_on", sa.Date()))
    op.add_column("occasion", sa.Column("successor_id", sa.Uuid()))
    op.create_table(
        "responsibility",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date()),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"]),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        sa.UniqueConstraint("duty_id", "from_on"),
    )
    op.create_index("ix_responsibility_duty_id", "responsibility", ["duty_id"])
    op.create_index("ix_responsibility_user_id", "responsibility", ["user_id"])
    op.add_column("user_account", sa.Column("email", sa.String(254)))
    op.add_column("user_account", sa.Column("mail_wanted", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "digest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("entries", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT),
        sa.Column("mailed_at", MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(400)),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        sa.UniqueConstraint("user_id", "day", "kind"),
    )
    op.create_index("ix_digest_user_id", "digest", ["user_id"])
    op.create_index("ix_digest_day", "digest", ["day"])


def downgrade() -> None:
    op.drop_table("digest")
    op.drop_column("user_account", "mail_wanted")
    op.drop_column("user_account", "email")
    op.drop_table("responsibility")
    op.drop_column("occasion", "successor_id")
    op.drop_column("occasion", "handed_on")
    op.drop_column("duty", "successor_id")
