"""A message tells when it was withdrawn; those of announcements withdrawn before are told to be so from now on."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply."""
    op.add_column("message", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.execute(
        "update message set withdrawn_at = now() from announcement"
        " where announcement.id = message.event_id and announcement.state = 'CANCELLED'"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("message", "withdrawn_at")
