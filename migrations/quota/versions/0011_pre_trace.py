"""An event knows the request that it came of, and its trace."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply."""
    op.add_column("outbox", sa.Column("request_id", sa.String(64)))
    op.add_column("outbox", sa.Column("traceparent", sa.String(55)))


def downgrade() -> None:
    """Take back."""
    op.drop_column("outbox", "traceparent")
    op.drop_column("outbox", "request_id")
