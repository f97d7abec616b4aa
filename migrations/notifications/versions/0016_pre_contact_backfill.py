"""Contacts of whoever was made before contacts were copied are copied once; where nobody was told anything yet, nobody was."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "contact_backfill",
        sa.Column("id", sa.SmallInteger(), primary_key=True),
        sa.Column("cursor", sa.Text()),
        sa.Column("people", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
    )
    op.execute("insert into contact_backfill (id) select 1 where exists (select from message)")


def downgrade() -> None:
    """Take back."""
    op.drop_table("contact_backfill")
