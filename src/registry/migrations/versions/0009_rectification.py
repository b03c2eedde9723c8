"""Notes on cells of the board; lists of what is to be put right, with their tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def word(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(32), nullable=False),
        sa.Column("area_code", sa.String(40)),
        sa.Column("item_code", sa.String(32)),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("promised_on", sa.Date()),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("end_reason", sa.String(400)),
        sa.Column("successor_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"]),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"]),
        sa.ForeignKeyConstraint(["written_by"], ["user_account.id"]),
        sa.ForeignKeyConstraint(["ended_by"], ["user_account.id"]),
        sa.ForeignKeyConstraint(["successor_id"], ["note.id"]),
    )
    op.create_index("ix_note_unit_code", "note", ["unit_code"])
    op.create_table(
        "note_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"]),
        sa.ForeignKeyConstraint(["answered_by"], ["user_account.id"]),
    )
    op.create_index("ix_note_answer_note_id", "note_answer", ["note_id"])
    op.create_table(
        "rectification_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("year", "number"),
        sa.ForeignKeyConstraint(["issued_by"], ["user_account.id"]),
    )
    op.create_table(
        "rectification_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("unit_code", sa.String(32), nullable=False),
        sa.Column("area_code", sa.String(40), nullable=False),
        sa.Column("item_code", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.String(80), nullable=False),
        sa.Column("task", sa.String(400), nullable=False),
        sa.Column("problem", sa.String(800), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("state", word("open", "returned", "answered", "closed", name="taskstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("closed_by", sa.Uuid()),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closing_reason", sa.String(400)),
        sa.Column("after", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("list_id", "place"),
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("closed_by IS NULL OR answered_by IS NULL OR closed_by <> answered_by", name="two_persons"),
        sa.ForeignKeyConstraint(["list_id"], ["rectification_list.id"]),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"]),
        sa.ForeignKeyConstraint(["answered_by"], ["user_account.id"]),
        sa.ForeignKeyConstraint(["closed_by"], ["user_account.id"]),
    )
    for column in ("list_id", "unit_code", "state"):
        op.create_index(f"ix_rectification_task_{column}", "rectification_task", [column])
    op.create_table(
        "rectification_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("kind", word("answer", "return", "close", name="stepkind"), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(600), nullable=False),
        sa.Column("progress", word("done", "under_way", "disputed", name="progress")),
        sa.Column("done_on", sa.Date()),
        sa.Column("proof", sa.String(400)),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["task_id"], ["rectification_task.id"]),
        sa.ForeignKeyConstraint(["by"], ["user_account.id"]),
    )
    op.create_index("ix_rectification_step_task_id", "rectification_step", ["task_id"])


def downgrade() -> None:
    for table in ("rectification_step", "rectification_task", "rectification_list", "note_answer", "note"):
        op.drop_table(table)
