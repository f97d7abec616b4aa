"""Files on their way into the storage: what is left over when something fails is found by the sweep."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

TABLE = "file_under_way"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("storage_key", sa.String(200), nullable=False),
        sa.Column("sweep_after", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index(f"ix_{TABLE}_storage_key", TABLE, ["storage_key"])
    op.create_index(f"ix_{TABLE}_sweep_after", TABLE, ["sweep_after"])
