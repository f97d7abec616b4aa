"""Rounds of a declaration, and what is saved before it is finished."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.kit.migrations import append_only

revision = "0009"
down_revision = "0008"

TABLE = "declaration_round"


def upgrade() -> None:
    """Apply."""
    unfinished = sa.Column("unfinished", JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False)
    op.add_column("declaration", unfinished)
    op.create_table(
        TABLE,
        sa.Column("declaration_id", sa.Uuid(), primary_key=True),
        sa.Column("round", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("materials", JSONB(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["declaration_id"], ["declaration.id"], name=f"fk_{TABLE}_declaration_id"),
    )
    append_only(op, TABLE, "workflow")
