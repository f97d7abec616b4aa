"""Changes of inboxes, told live in the order of transactions; an index by which messages of one subject are a thread."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TABLE = "inbox_change"
KEPT = "inbox_change_kept"
THREAD = "ix_message_thread"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column(
            "xid",
            sa.BigInteger(),
            server_default=sa.text("(pg_current_xact_id()::text::bigint)"),
            nullable=False,
        ),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("audience", sa.String(120), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text())),
        sa.Column("message_id", sa.Uuid()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("xid", "seq", name=f"pk_{TABLE}"),
    )
    op.create_index(f"ix_{TABLE}_audience", TABLE, ["audience", "xid", "seq"])
    op.create_index(f"ix_{TABLE}_created_at", TABLE, ["created_at"])
    op.create_table(
        KEPT,
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("since_xid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{KEPT}"),
    )
    op.create_index(THREAD, "message", ["audience", "subject", "id"])


def downgrade() -> None:
    """Take back."""
    op.drop_index(THREAD, "message")
    op.drop_table(KEPT)
    op.drop_table(TABLE)
