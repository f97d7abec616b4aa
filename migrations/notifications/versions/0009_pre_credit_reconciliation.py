"""Comparisons with credit platforms, and in what the two sides differ."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

WHOLE, PART = "reconciliation", "reconciliation_difference"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        WHOLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("platform", sa.String(60), nullable=False),
        sa.Column("asked_by", sa.Uuid()),
        sa.Column("began_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text()),
    )
    open_ = sa.text("ended_at is null")
    op.create_index(f"uq_{WHOLE}_open", WHOLE, ["platform"], unique=True, postgresql_where=open_)
    op.create_index(f"ix_{WHOLE}_platform", WHOLE, ["platform", "id"])
    op.create_table(
        PART,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("reconciliation_id", sa.Uuid(), sa.ForeignKey(f"{WHOLE}.id"), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("document_number", sa.String(80)),
        sa.UniqueConstraint(
            "reconciliation_id", "message_id", name=f"uq_{PART}_reconciliation_id_message_id"
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table(PART)
    op.drop_table(WHOLE)
