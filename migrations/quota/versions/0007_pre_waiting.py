"""Who was refused for lack of places, in which order."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

LEVELS = "'FULL_SENIOR', 'ASSOCIATE_SENIOR', 'MIDDLE', 'JUNIOR'"
POOLS = "'GENERAL', 'TARGETED'"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "waiting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("pool", sa.String(20), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(120)),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refusals", sa.Integer(), server_default="1", nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True)),
        sa.Column("placed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_waiting"),
        sa.UniqueConstraint("unit_id", "year", "pool", "level", "person_id", name="uq_waiting_wish"),
        check("level", f"level in ({LEVELS})"),
        check("pool", f"pool in ({POOLS})"),
    )
    op.create_index(
        "ix_waiting_unplaced",
        "waiting",
        ["unit_id", "year", "pool", "level", "id"],
        postgresql_where=sa.text("placed_at is null"),
    )
    op.create_index("ix_waiting_lineage", "waiting", ["lineage"], postgresql_using="gin")


def check(name: str, condition: str) -> sa.CheckConstraint:
    """A CHECK of the one table."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_waiting_{name}"))
