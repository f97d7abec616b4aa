"""Credentials are made when asked for and not kept; places in status lists are; so is how often somebody verifies.

A holder's own certificates are found by an index.
"""

import sqlalchemy as sa
from alembic import op

from services.kit.migrations import append_only

revision = "0029"
down_revision = "0028"

PLACE, COUNT = "status_place", "verification_count"


def upgrade() -> None:
    """Apply."""
    op.drop_column("certificate", "credential")
    op.create_index("ix_certificate_account", "certificate", ["account_id"])
    op.create_table(
        PLACE,
        sa.Column("certificate_id", sa.Uuid(), sa.ForeignKey("certificate.id"), primary_key=True),
        sa.Column("list_no", sa.Integer(), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.UniqueConstraint("list_no", "index", name=f"uq_{PLACE}_list_no_index"),
    )
    append_only(op, PLACE, "workflow")
    op.create_table(
        COUNT,
        sa.Column("digest", sa.LargeBinary(), primary_key=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
