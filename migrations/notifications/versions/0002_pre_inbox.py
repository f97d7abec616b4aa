"""Pre inbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("audience", sa.String(120), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text)),
        sa.Column("organisation_id", sa.Uuid),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("template", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("legal", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_zh", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("body_zh", sa.Text, nullable=False),
        sa.Column("body_en", sa.Text, nullable=False),
        sa.Column("basis", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("event_id", "audience", "template", name="uq_message_event_id_audience_template"),
    )
    op.create_index("ix_message_audience", "message", ["audience", "id"])
    op.create_table(
        "message_read",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("message_id", sa.Uuid, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "message_id", name="pk_message_read"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_message_read_message_id_message"),
    )
    op.create_table(
        "read_mark",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.String(400), nullable=False),
        sa.Column("up_to", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "place", name="pk_read_mark"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("read_mark")
    op.drop_table("message_read")
    op.drop_table("message")
