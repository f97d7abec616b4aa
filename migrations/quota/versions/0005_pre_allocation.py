"""A ledger per pool; pools, grounds and flags of reservations."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

LEVELS = "'FULL_SENIOR', 'ASSOCIATE_SENIOR', 'MIDDLE', 'JUNIOR'"
POOLS = "'GENERAL', 'TARGETED'"
GROUNDS = "'FRONT_LINE_SKILLED', 'IMPORTED_TALENT', 'URGENTLY_NEEDED', 'POSTDOC'"
LIVE = "state in ('HELD', 'CONFIRMED')"


def upgrade() -> None:
    """Apply."""
    pool_of_ledger()
    pool_of_reservation()
    grounds_and_flags()


def pool_of_ledger() -> None:
    """One row per unit, year and pool."""
    op.add_column("ledger", sa.Column("pool", sa.String(20), server_default="GENERAL", nullable=False))
    op.drop_constraint("pk_ledger", "ledger")
    op.create_primary_key("pk_ledger", "ledger", ["unit_id", "year", "pool"])
    op.alter_column("ledger", "form_id", nullable=True)
    op.create_check_constraint(op.f("ck_ledger_1_4_1_pool"), "ledger", f"pool in ({POOLS})")


def pool_of_reservation() -> None:
    """A place is of one pool, and counted within it."""
    op.add_column("reservation", sa.Column("pool", sa.String(20), server_default="GENERAL", nullable=False))
    op.create_check_constraint(op.f("ck_reservation_1_4_1_pool"), "reservation", f"pool in ({POOLS})")
    op.drop_index("ix_reservation_live", "reservation")
    op.create_index(
        "ix_reservation_live",
        "reservation",
        ["unit_id", "year", "pool", "level"],
        postgresql_where=sa.text(LIVE),
    )


def grounds_and_flags() -> None:
    """Who it is for, on which ground no post is taken, and whether it lost what bore it."""
    op.add_column("reservation", sa.Column("person_name", sa.String(120)))
    op.add_column("reservation", sa.Column("ground", sa.String(40)))
    op.add_column("reservation", sa.Column("assessment", sa.String(200)))
    op.add_column("reservation", sa.Column("flagged_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(op.f("ck_reservation_ground"), "reservation", f"ground in ({GROUNDS})")
    op.create_index(
        "ix_reservation_flagged",
        "reservation",
        ["unit_id", "year"],
        postgresql_where=sa.text("flagged_at is not null"),
    )
