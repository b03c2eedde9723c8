"""Legal bases that the regulations do not list, as a table has them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("legal_basis", sa.Column("title", sa.String(200)))
    op.add_column("legal_basis", sa.Column("doc_no", sa.String(60)))
    with op.batch_alter_table("legal_basis") as table:
        table.alter_column("regulation", existing_type=sa.String(80), nullable=True)


def downgrade() -> None:
    op.execute("UPDATE legal_basis SET regulation = substr(title, 1, 80) WHERE regulation IS NULL")
    with op.batch_alter_table("legal_basis") as table:
        table.alter_column("regulation", existing_type=sa.String(80), nullable=False)
    op.drop_column("legal_basis", "doc_no")
    op.drop_column("legal_basis", "title")
