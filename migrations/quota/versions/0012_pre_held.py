"""Places that are held are counted without reading all that ever were."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
ARGUED = {"require-concurrent-index-creation": "until the first release no table of places is in use"}


def upgrade() -> None:
    """Apply."""
    held = sa.text("state = 'HELD'")
    op.create_index("ix_reservation_held", "reservation", ["created_at"], postgresql_where=held)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_reservation_held", "reservation")
