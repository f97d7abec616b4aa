"""What was known of a person at each submission, and what a declaration was found to hold of its criteria."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.kit.migrations import append_only

revision = "0014"
down_revision = "0013"

FACTS, FOUND = "declaration_fact", "declaration_evaluation"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        FACTS,
        sa.Column("declaration_id", sa.Uuid(), primary_key=True),
        sa.Column("round", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["declaration_id"], ["declaration.id"], name=f"fk_{FACTS}_declaration_id"),
    )
    op.create_table(
        FOUND,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("criteria_id", sa.Uuid(), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=True),
        sa.Column("counted_until", sa.Date(), nullable=False),
        sa.Column("facts_on", sa.Date(), nullable=True),
        sa.Column("items", JSONB(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("accepted_by_name", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(["declaration_id"], ["declaration.id"], name=f"fk_{FOUND}_declaration_id"),
        sa.ForeignKeyConstraint(["criteria_id"], ["criteria.id"], name=f"fk_{FOUND}_criteria_id"),
        sa.UniqueConstraint("declaration_id", name=f"uq_{FOUND}_declaration_id"),
    )
    append_only(op, FACTS, "workflow")
    append_only(op, FOUND, "workflow")
