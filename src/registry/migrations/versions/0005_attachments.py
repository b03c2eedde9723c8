"""Files of publications, which versions carry them, what was found in them, and why it is published all the same."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf",
                "xlsx",
                "docx",
                "csv",
                "txt",
                name="filekind",
                native_enum=False,
                length=32,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"]),
        sa.ForeignKeyConstraint(["uploaded_by"], ["user_account.id"]),
    )
    op.create_index("ix_attachment_publication_id", "attachment", ["publication_id"])
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"])
    op.create_table(
        "revision_attachment",
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("revision_id", "attachment_id"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"]),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"]),
    )
    op.create_index("ix_revision_attachment_attachment_id", "revision_attachment", ["attachment_id"])
    op.create_table(
        "file_screening",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rules", sa.String(16), nullable=False),
        sa.Column("found", JSON, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("not_read", JSON, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "rules"),
    )
    op.add_column("revision", sa.Column("personal_data_reason", sa.String(400)))


def downgrade() -> None:
    op.drop_column("revision", "personal_data_reason")
    op.drop_table("file_screening")
    op.drop_table("revision_attachment")
    op.drop_table("attachment")
