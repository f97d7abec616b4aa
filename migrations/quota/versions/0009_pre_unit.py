"""Cards of units, recalculations and the standings they find."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

UNIT_LEVELS = "'PROVINCE', 'PREFECTURE', 'COUNTY', 'BELOW_COUNTY'"
NATURES = (
    "'GOVERNMENT_BODY', 'PUBLIC_INSTITUTION', 'STATE_ENTERPRISE', 'PRIVATE_ENTERPRISE', 'PRIVATE_HOSPITAL',"
    " 'PRIVATE_SCHOOL', 'PRIVATE_TECHNICAL_SCHOOL', 'CENTRAL_UNIT', 'TOWNSHIP'"
)


def upgrade() -> None:
    """Apply."""
    create_unit_card()


def create_unit_card() -> None:
    """Create it."""
    op.create_table(
        "unit_card",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("region_code", sa.String(6), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("nature", sa.String(40)),
        sa.Column("industry", sa.String(40)),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("authority_id", sa.Uuid()),
        sa.Column("authority_name", sa.String(120)),
        sa.Column("hrss_id", sa.Uuid()),
        sa.Column("stale", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name="pk_unit_card"),
        check("unit_card", "a1_level", f"level in ({UNIT_LEVELS})"),
        check("unit_card", "nature", f"nature in ({NATURES})"),
        check("unit_card", "lineage_ends_at_unit", "lineage[cardinality(lineage)] = unit_id"),
    )
    op.create_index("ix_unit_card_lineage", "unit_card", ["lineage"], postgresql_using="gin")
    op.create_index("ix_unit_card_authority_id", "unit_card", ["authority_id"])
    op.create_index("ix_unit_card_stale", "unit_card", ["unit_id"], postgresql_where=sa.text("stale"))


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """A CHECK, named after the clause that it restates where there is one."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
