"""The annual report: figures of units with every version, and the city's report."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "figure_return",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", one_of("returnstate", "draft", "submitted", "returned", "confirmed"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_nil", sa.Boolean(), nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("authors", JSON, nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("confirmed_by", sa.Uuid()),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("return_reason", sa.String(400)),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> submitted_by", name=op.f("ck_figure_return_two_persons")
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"], name=op.f("fk_figure_return_unit_code_unit")),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["user_account.id"], name=op.f("fk_figure_return_submitted_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["user_account.id"], name=op.f("fk_figure_return_confirmed_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_return")),
        sa.UniqueConstraint("unit_code", "year", name=op.f("uq_figure_return_unit_code_year")),
    )
    op.create_index(op.f("ix_figure_return_year"), "figure_return", ["year"])
    op.create_table(
        "figure_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.String(130), nullable=False),
        sa.Column("figure", sa.BigInteger()),
        sa.Column("origin", one_of("origin", "typed", "counted", "summed", "zero"), nullable=False),
        sa.Column("note", sa.String(400)),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["return_id"], ["figure_return.id"], name=op.f("fk_figure_entry_return_id_figure_return")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["user_account.id"], name=op.f("fk_figure_entry_entered_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_entry")),
    )
    op.create_index(op.f("ix_figure_entry_return_id"), "figure_entry", ["return_id"])
    op.create_index(op.f("ix_figure_entry_cell"), "figure_entry", ["cell"])
    op.create_table(
        "annual_report",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", one_of("reportstate", "draft", "confirmed"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sections", JSON, nullable=False),
        sa.Column("authors", JSON, nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid()),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("missing_reason", sa.String(400)),
        sa.Column("frozen", JSON, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["user_account.id"], name=op.f("fk_annual_report_confirmed_by_user_account")
        ),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_annual_report")),
    )


def downgrade() -> None:
    op.drop_table("annual_report")
    op.drop_table("figure_entry")
    op.drop_table("figure_return")
