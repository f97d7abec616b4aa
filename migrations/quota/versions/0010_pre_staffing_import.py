"""Imports of a unit's staffing, with the roster that was read and what was found of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"

STATES = "'RECEIVING', 'RECEIVED', 'CHECKED', 'DONE', 'CANCELLED'"
OPEN = "state in ('RECEIVING', 'RECEIVED', 'CHECKED')"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "staffing_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("plans", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unmatched", sa.Integer(), server_default="0", nullable=False),
        sa.Column("recorded", sa.Integer(), server_default="0", nullable=False),
        sa.Column("roster", sa.LargeBinary()),
        sa.Column("refusals", postgresql.JSONB(), nullable=False),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staffing_import"),
        sa.CheckConstraint(f"state in ({STATES})", name=op.f("ck_staffing_import_state")),
    )
    op.create_index(
        "uq_staffing_import_one_open",
        "staffing_import",
        ["unit_id"],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("ix_staffing_import_unit_id_id", "staffing_import", ["unit_id", "id"])
