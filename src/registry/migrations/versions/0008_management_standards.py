"""Which document a publication explains, and self-assessments of the management standards."""

import sqlalchemy as sa
from alembic import op

VERDICT = sa.Enum(
    "fulfilled",
    "partly",
    "not_fulfilled",
    "not_applicable",
    name="selfverdict",
    native_enum=False,
    create_constraint=True,
    length=32,
)
ANSWER = sa.Enum("confirmed", "disputed", name="answer", native_enum=False, create_constraint=True, length=32)
MOMENT = sa.DateTime(timezone=True)

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("revision", sa.Column("interprets_id", sa.Uuid()))
    op.create_index("ix_revision_interprets_id", "revision", ["interprets_id"])
    op.create_table(
        "self_assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("requirement", sa.String(8), nullable=False),
        sa.Column("unit_code", sa.String(32), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verdict", VERDICT, nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("evidence_address", sa.String(400)),
        sa.Column("evidence_doc_no", sa.String(60)),
        sa.Column("evidence_on", sa.Date()),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("answer", ANSWER),
        sa.Column("answer_reason", sa.String(400)),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("answered_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["user_account.id"]),
        sa.ForeignKeyConstraint(["answered_by"], ["user_account.id"]),
        sa.UniqueConstraint("requirement", "unit_code", "number"),
        sa.CheckConstraint("answered_by IS NULL OR answered_by <> recorded_by", name="two_persons"),
    )
    op.create_index("ix_self_assessment_unit_code", "self_assessment", ["unit_code"])


def downgrade() -> None:
    op.drop_table("self_assessment")
    op.drop_index("ix_revision_interprets_id", "revision")
    op.drop_column("revision", "interprets_id")
