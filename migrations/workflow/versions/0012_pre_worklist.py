"""Due days, claims and what is overdue."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

IN_REVIEW = sa.text("state in ('UNDER_REVIEW', 'AT_COMMITTEE_OFFICE')")
UNTOLD = sa.text("escalated_on is null and due_on is not null")


def upgrade() -> None:
    """Apply."""
    for column in (
        sa.Column("due_on", sa.Date()),
        sa.Column("escalated_on", sa.Date()),
        sa.Column("claimed_by", sa.Uuid()),
        sa.Column("claimed_by_name", sa.String(120)),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
    ):
        op.add_column("declaration", column)
    near = ["at_organisation_id", "due_on", "id"]
    op.create_index("ix_declaration_due", "declaration", near, postgresql_where=IN_REVIEW)
    op.create_index("ix_declaration_overdue", "declaration", ["due_on"], postgresql_where=UNTOLD)
