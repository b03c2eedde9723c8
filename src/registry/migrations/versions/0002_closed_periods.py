"""Closed periods, calendars of units that are not the city's own, due dates that are provisional, and rulings that are refused."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closed_period",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("code"),
        sa.ForeignKeyConstraint(["closed_by"], ["user_account.id"]),
    )
    op.add_column("unit", sa.Column("calendar", sa.String(40)))
    op.add_column("ruling", sa.Column("refused_on", sa.Date()))
    op.add_column("ruling", sa.Column("answer", sa.String(400)))
    op.add_column("occasion", sa.Column("provisional", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("occasion", "provisional")
    op.drop_column("ruling", "answer")
    op.drop_column("ruling", "refused_on")
    op.drop_column("unit", "calendar")
    op.drop_table("closed_period")
