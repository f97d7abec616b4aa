"""What was sent long ago is purged: notices that are copied to everybody are found by their age."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

DONE = "ix_dispatch_done"


def upgrade() -> None:
    """Apply."""
    done = sa.text("done_at is not null")
    op.create_index(DONE, "dispatch", ["legal", "id"], postgresql_where=done)


def downgrade() -> None:
    """Take back."""
    op.drop_index(DONE, "dispatch")
