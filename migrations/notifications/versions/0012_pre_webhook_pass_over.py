"""A delivery to an endpoint is passed over; what is being sent to somebody outside is known as such; an address is switched off after refusals of several days."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

DELIVERY, CREDIT, CONTACT = "webhook_delivery", "credit_delivery", "contact"
OPEN = f"ix_{DELIVERY}_open"
COLUMNS = ["endpoint_id", "subject", "seq"]
BLOCKS = "delivered_at is null"


def upgrade() -> None:
    """Apply."""
    for table in (DELIVERY, CREDIT):
        op.add_column(table, sa.Column("leased_until", sa.DateTime(timezone=True)))
    op.add_column(DELIVERY, sa.Column("passed_over_at", sa.DateTime(timezone=True)))
    op.add_column(DELIVERY, sa.Column("passed_over_for", sa.Text()))
    op.drop_index(OPEN, DELIVERY)
    blocks = sa.text(f"{BLOCKS} and passed_over_at is null")
    op.create_index(OPEN, DELIVERY, COLUMNS, postgresql_where=blocks)
    op.add_column(CONTACT, sa.Column("refusals", sa.Integer(), server_default="0", nullable=False))
    op.add_column(CONTACT, sa.Column("refused_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take back."""
    op.drop_column(CONTACT, "refused_at")
    op.drop_column(CONTACT, "refusals")
    op.drop_index(OPEN, DELIVERY)
    op.create_index(OPEN, DELIVERY, COLUMNS, postgresql_where=sa.text(BLOCKS))
    op.drop_column(DELIVERY, "passed_over_for")
    op.drop_column(DELIVERY, "passed_over_at")
    for table in (CREDIT, DELIVERY):
        op.drop_column(table, "leased_until")
