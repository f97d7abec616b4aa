"""The experts whom a recommendation names, where its route rests on their nomination."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "recommendation",
        sa.Column("nominators", JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
