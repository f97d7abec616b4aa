"""A later ranked list says why it changes the order."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply."""
    op.add_column("ranked_person", sa.Column("change_reason", sa.Text()))
