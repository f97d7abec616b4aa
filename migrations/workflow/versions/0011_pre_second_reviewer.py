"""Two reviewers for strict cases, and refusals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.kit.migrations import append_only

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply."""
    op.add_column("declaration", sa.Column("strict_reason", sa.String(40)))
    op.create_table(
        "review_endorsement",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), sa.ForeignKey("declaration.id"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(24), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("answering", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("reviewer_name", sa.String(120), nullable=False),
        sa.Column("endorsed_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint(
            *("declaration_id", "turn", "account_id", "action"),
            name="uq_review_endorsement_two_persons",
        ),
    )
    op.create_index("ix_review_endorsement_declaration", "review_endorsement", ["declaration_id", "id"])
    append_only(op, "review_endorsement", "workflow")
