"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def one_of(name: str, *values: str) -> sa.Enum:
    """Text that the database itself holds to a closed list."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.String(8), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("later_name", sa.String(40)),
        sa.Column("national_guide", sa.String(400)),
        sa.Column("summary", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("code"),
        sa.UniqueConstraint("prefix"),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(80), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("part", one_of("part", "lead", "contributor"), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column(
            "certainty", one_of("certainty", "evidenced", "evidenced_partial", "law", "reconstructed"), nullable=False
        ),
        sa.Column("note", sa.String(400)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("role", "level"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("actor_label", sa.String(80), nullable=False),
        sa.Column("door", sa.String(16), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject_kind", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_audit_entry_action", "audit_entry", ["action"])
    op.create_index("ix_audit_entry_actor_id", "audit_entry", ["actor_id"])
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])
    op.create_index("ix_audit_entry_subject_id", "audit_entry", ["subject_id"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "data_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(120), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_data_file_current", "data_file", ["current"])
    op.create_index("ix_data_file_path", "data_file", ["path"])
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(40), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_failed_sign_in_address", "failed_sign_in", ["address"])
    op.create_index("ix_failed_sign_in_at", "failed_sign_in", ["at"])
    op.create_index("ix_failed_sign_in_username", "failed_sign_in", ["username"])
    op.create_table(
        "index_request",
        sa.Column("sequence", NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT),
        sa.Column("done_at", MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(400)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_job_done_at", "job", ["done_at"])
    op.create_index("ix_job_due_at", "job", ["due_at"])
    op.create_table(
        "setup_code",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_table(
        "tracking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tracked_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column(
            "kind",
            one_of("unitkind", "government", "municipal_organ", "party_organ", "dev_zone", "township", "institution"),
            nullable=False,
        ),
        sa.Column("parent_code", sa.String(32)),
        sa.Column("telephone", sa.String(40)),
        sa.Column("address", sa.String(120)),
        sa.Column("reception_point", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("successor_code", sa.String(32)),
        sa.Column("index_prefix", sa.String(32)),
        sa.Column(
            "certainty", one_of("certainty", "evidenced", "evidenced_partial", "law", "reconstructed"), nullable=False
        ),
        sa.Column("source", sa.String(200)),
        sa.Column("note", sa.String(400)),
        sa.ForeignKeyConstraint(["parent_code"], ["unit.code"]),
        sa.ForeignKeyConstraint(["successor_code"], ["unit.code"]),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_index("ix_unit_name", "unit", ["name"])
    op.create_table(
        "standard",
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("area_code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("issuer_code", sa.String(32), nullable=False),
        sa.Column("doc_no", sa.String(60)),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date()),
        sa.Column(
            "certainty", one_of("certainty", "evidenced", "evidenced_partial", "law", "reconstructed"), nullable=False
        ),
        sa.Column("note", sa.String(400)),
        sa.Column("sources", JSON, nullable=False),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"]),
        sa.ForeignKeyConstraint(["issuer_code"], ["unit.code"]),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_index("ix_standard_area_code", "standard", ["area_code"])
    op.create_table(
        "unit_alias",
        sa.Column("alias", sa.String(80), nullable=False),
        sa.Column("unit_code", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"]),
        sa.PrimaryKeyConstraint("alias"),
    )
    op.create_index("ix_unit_alias_unit_code", "unit_alias", ["unit_code"])
    op.create_table(
        "unit_name",
        sa.Column("unit_code", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("from_on", sa.Date()),
        sa.Column("to_on", sa.Date()),
        sa.Column(
            "certainty", one_of("certainty", "evidenced", "evidenced_partial", "law", "reconstructed"), nullable=False
        ),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"]),
        sa.PrimaryKeyConstraint("unit_code", "position"),
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(40), nullable=False),
        sa.Column("display_name", sa.String(40), nullable=False),
        sa.Column("unit_code", sa.String(32)),
        sa.Column("telephone", sa.String(40)),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("password_changed_at", MOMENT),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("username"),
    )
    op.create_index("ix_user_account_unit_code", "user_account", ["unit_code"])
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_api_token_user_id", "api_token", ["user_id"])
    op.create_table(
        "item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("standard_code", sa.String(32), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("titles", JSON, nullable=False),
        sa.Column("granularity", sa.String(400)),
        sa.Column("deadline_text", sa.String(400), nullable=False),
        sa.Column("deadline", JSON, nullable=False),
        sa.Column("recurs", sa.String(16)),
        sa.Column("event_expected_by", sa.String(5)),
        sa.Column("reports_on", sa.String(16)),
        sa.Column("body", sa.String(200), nullable=False),
        sa.Column("roles", JSON, nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("channel_notes", sa.String(200)),
        sa.Column("audience_everyone", sa.Boolean(), nullable=False),
        sa.Column("audience_groups", sa.String(200)),
        sa.Column("methods", JSON, nullable=False),
        sa.Column("levels", JSON, nullable=False),
        sa.Column(
            "certainty", one_of("certainty", "evidenced", "evidenced_partial", "law", "reconstructed"), nullable=False
        ),
        sa.Column("sources", JSON, nullable=False),
        sa.Column("in_force_from", sa.Date()),
        sa.Column("in_force_to", sa.Date()),
        sa.Column("notes", sa.String(600)),
        sa.Column("extra", JSON, nullable=False),
        sa.ForeignKeyConstraint(["standard_code"], ["standard.code"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("standard_code", "code"),
    )
    op.create_index("ix_item_code", "item", ["code"])
    op.create_index("ix_item_standard_code", "item", ["standard_code"])
    op.create_table(
        "past_password",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_past_password_user_id", "past_password", ["user_id"])
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_sign_in_user_id", "sign_in", ["user_id"])
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            one_of("role", "editor", "reviewer", "office", "leader", "auditor", "security", "admin"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"]),
        sa.PrimaryKeyConstraint("user_id", "role"),
    )
    op.create_table(
        "duty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("unit_code", sa.String(32), nullable=False),
        sa.Column("part", one_of("part", "lead", "contributor"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.ForeignKeyConstraint(["unit_code"], ["unit.code"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("item_id", "unit_code", "starts_on"),
    )
    op.create_index("ix_duty_item_id", "duty", ["item_id"])
    op.create_index("ix_duty_unit_code", "duty", ["unit_code"])
    op.create_table(
        "element",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", one_of("elementkind", "content", "table"), nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_element_item_id", "element", ["item_id"])
    op.create_table(
        "legal_basis",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("regulation", sa.String(80), nullable=False),
        sa.Column("edition", sa.String(16)),
        sa.Column("articles", JSON, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_legal_basis_item_id", "legal_basis", ["item_id"])
    op.create_table(
        "occasion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("kind", one_of("occasionkind", "period", "event", "first"), nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("event", sa.String(120), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("arises_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("basis", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("duty_id", "kind", "period", "event", "counted_from"),
    )
    op.create_index("ix_occasion_due_on", "occasion", ["due_on"])
    op.create_index("ix_occasion_duty_id", "occasion", ["duty_id"])
    op.create_table(
        "publication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("public_revision_id", sa.Uuid()),
        sa.Column("published_on", sa.Date()),
        sa.Column("withdrawn_on", sa.Date()),
        sa.Column("withdrawal_reason", sa.String(400)),
        sa.Column("successor_id", sa.Uuid()),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"]),
        sa.ForeignKeyConstraint(["occasion_id"], ["occasion.id"]),
        sa.ForeignKeyConstraint(["successor_id"], ["publication.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_publication_duty_id", "publication", ["duty_id"])
    op.create_index("ix_publication_occasion_id", "publication", ["occasion_id"])
    op.create_index("ix_publication_published_on", "publication", ["published_on"])
    op.create_table(
        "ruling",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", one_of("rulingkind", "nothing_to_publish", "not_applicable", "extended"), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("occasion_id", sa.Uuid()),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date()),
        sa.Column("extended_to", sa.Date()),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decided_on", sa.Date()),
        sa.CheckConstraint("(kind = 'extended') = (extended_to IS NOT NULL)", name="extension_has_date"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="two_persons"),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"]),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"]),
        sa.ForeignKeyConstraint(["occasion_id"], ["occasion.id"]),
        sa.ForeignKeyConstraint(["requested_by"], ["user_account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ruling_duty_id", "ruling", ["duty_id"])
    op.create_index("ix_ruling_occasion_id", "ruling", ["occasion_id"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("outcome", one_of("outcome", "seen", "not_seen", "unknown", "changed", "offline"), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Uuid()),
        sa.Column("status_code", sa.Integer()),
        sa.Column("final_address", sa.String(400)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("size_bytes", sa.Integer()),
        sa.Column("page_title", sa.String(200)),
        sa.Column("title_found", sa.Boolean()),
        sa.Column("capture", sa.String(200)),
        sa.Column("place", sa.String(120)),
        sa.Column("posted_from", sa.Date()),
        sa.Column("posted_to", sa.Date()),
        sa.Column("note", sa.String(400)),
        sa.Column("cleared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"]),
        sa.ForeignKeyConstraint(["recorded_by"], ["user_account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_evidence_publication_id", "evidence", ["publication_id"])
    op.create_index("ix_evidence_seen_at", "evidence", ["seen_at"])
    op.create_table(
        "revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            one_of("revisionstate", "draft", "submitted", "returned", "approved", "withdrawn", "superseded"),
            nullable=False,
        ),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("doc_no", sa.String(60)),
        sa.Column("summary", sa.String(2000)),
        sa.Column("formed_on", sa.Date(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("elements", JSON, nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("edited_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT),
        sa.Column("reviewer_id", sa.Uuid()),
        sa.Column("decided_at", MOMENT),
        sa.Column("return_reasons", JSON, nullable=False),
        sa.Column("review_checks", JSON, nullable=False),
        sa.CheckConstraint("reviewer_id IS NULL OR reviewer_id <> author_id", name="two_persons"),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"]),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"]),
        sa.ForeignKeyConstraint(["reviewer_id"], ["user_account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("publication_id", "number"),
    )
    op.create_index("ix_revision_author_id", "revision", ["author_id"])
    op.create_index("ix_revision_publication_id", "revision", ["publication_id"])
    op.create_index("ix_revision_state", "revision", ["state"])


def downgrade() -> None:
    op.drop_table("revision")
    op.drop_table("evidence")
    op.drop_table("ruling")
    op.drop_table("publication")
    op.drop_table("occasion")
    op.drop_table("legal_basis")
    op.drop_table("element")
    op.drop_table("duty")
    op.drop_table("user_role")
    op.drop_table("sign_in")
    op.drop_table("past_password")
    op.drop_table("item")
    op.drop_table("api_token")
    op.drop_table("user_account")
    op.drop_table("unit_name")
    op.drop_table("unit_alias")
    op.drop_table("standard")
    op.drop_table("unit")
    op.drop_table("tracking")
    op.drop_table("setup_code")
    op.drop_table("job")
    op.drop_table("index_request")
    op.drop_table("failed_sign_in")
    op.drop_table("data_file")
    op.drop_table("audit_head")
    op.drop_table("audit_entry")
    op.drop_table("assignment")
    op.drop_table("area")
