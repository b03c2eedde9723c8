"""Why a look ended as it did, which version it looked for, the digest of its text, and who cleared a capture."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("revision_id", "reason", "text_sha256", "media_type", "cleared_by", "cleared_at")


def upgrade() -> None:
    op.add_column("evidence", sa.Column("revision_id", sa.Uuid()))
    op.add_column("evidence", sa.Column("reason", sa.String(40)))
    op.add_column("evidence", sa.Column("text_sha256", sa.String(64)))
    op.add_column("evidence", sa.Column("media_type", sa.String(60)))
    op.add_column("evidence", sa.Column("cleared_by", sa.Uuid()))
    op.add_column("evidence", sa.Column("cleared_at", sa.DateTime(timezone=True)))
    op.create_index("ix_evidence_outcome", "evidence", ["outcome"])


def downgrade() -> None:
    op.drop_index("ix_evidence_outcome", "evidence")
    for name in reversed(COLUMNS):
        op.drop_column("evidence", name)
