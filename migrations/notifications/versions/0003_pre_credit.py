"""What credit platforms are told: a message an event, a delivery a platform of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0003"
down_revision = "0002"

TABLE = "credit_delivery"
MESSAGE = "credit_message"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        MESSAGE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("document_number", sa.String(80), nullable=False),
        sa.Column("message", JSONB(), nullable=False),
        sa.Column("body_id", sa.Uuid(), nullable=False),
        sa.Column("lineage", ARRAY(sa.Uuid()), nullable=False),
    )
    op.create_index(f"ix_{MESSAGE}_subject", MESSAGE, ["subject", "seq"])
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("platform", sa.String(60), nullable=False),
        sa.Column("event_id", sa.Uuid(), sa.ForeignKey(f"{MESSAGE}.id"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("document_number", sa.String(80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text()),
        sa.Column("receipt", sa.Text()),
        sa.Column("lineage", ARRAY(sa.Uuid()), nullable=False),
        sa.UniqueConstraint("platform", "event_id", name=f"uq_{TABLE}_platform_event_id"),
    )
    untold = sa.text("delivered_at is null")
    op.create_index(f"ix_{TABLE}_open", TABLE, ["platform", "subject", "seq"], postgresql_where=untold)
    op.create_index(f"ix_{TABLE}_lineage", TABLE, ["lineage"], postgresql_using="gin")


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
    op.drop_table(MESSAGE)
