"""Indexes that hold all the coverage board counts by, in the order it meets them; each begins with the column of the one it replaces."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COUNTED = (
    ("duty", "unit_code", ("unit_code", "item_id", "part", "id", "starts_on", "ends_on")),
    ("occasion", "duty_id", ("duty_id", "id", "due_on", "arises_on", "handed_on")),
    ("publication", "duty_id", ("duty_id", "occasion_id", "published_on", "withdrawn_on")),
)


def upgrade() -> None:
    for table, first, columns in COUNTED:
        op.create_index(f"ix_{table}_counted", table, list(columns))
        op.drop_index(f"ix_{table}_{first}", table)


def downgrade() -> None:
    for table, first, _ in COUNTED:
        op.create_index(f"ix_{table}_{first}", table, [first])
        op.drop_index(f"ix_{table}_counted", table)
