"""Credit platforms are asked of whoever declares."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0011"
down_revision = "0010"

TABLE = "credit_check"
OPEN = "delivered_at is null and dead_at is null"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text()),
        sa.Column("platform", sa.String(60), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("lineage", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("listed", sa.Boolean()),
        sa.Column("document", sa.String(120)),
        sa.Column("begins", sa.Date()),
        sa.Column("until", sa.Date()),
    )
    op.create_index(f"ix_{TABLE}_open", TABLE, ["platform", "due_at"], postgresql_where=sa.text(OPEN))
    op.create_index(f"ix_{TABLE}_declaration", TABLE, ["declaration_id"])
    op.create_index(f"ix_{TABLE}_lineage", TABLE, ["lineage"], postgresql_using="gin")


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
