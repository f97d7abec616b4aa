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
TITLE_LEVELS = "'FULL_SENIOR', 'ASSOCIATE_SENIOR', 'MIDDLE', 'JUNIOR'"
POOLS = "'GENERAL', 'TARGETED'"
AT_WORK = "state in ('COLLECTING', 'COUNTING')"


def upgrade() -> None:
    """Apply."""
    create_unit_card()
    create_recalculation()
    create_unit_standing()
    create_unit_standing_level()
    create_standing_sum()


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


def create_recalculation() -> None:
    """Create it: one run over the province, with its progress and its lease."""
    op.create_table(
        "recalculation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("total", sa.Integer()),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stage", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("cursor", sa.Uuid()),
        sa.Column("mark", sa.Uuid()),
        sa.Column("problem", sa.String(60)),
        sa.Column("lease", sa.Uuid()),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_recalculation"),
        check("recalculation", "state", "state in ('COLLECTING', 'COUNTING', 'DONE', 'STOPPED')"),
    )
    op.create_index(
        "uq_recalculation_one_at_work",
        "recalculation",
        ["province", "year"],
        unique=True,
        postgresql_where=sa.text(AT_WORK),
    )
    op.create_index(
        "ix_recalculation_done", "recalculation", ["year", "id"], postgresql_where=sa.text("state = 'DONE'")
    )


def create_unit_standing() -> None:
    """Create it: a unit in the last recalculation that came to it."""
    ratios = (
        *("unified_senior", "unified_middle", "unified_junior"),
        *("targeted_senior", "targeted_middle", "overall_senior", "overall_middle"),
    )
    op.create_table(
        "unit_standing",
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("has_form", sa.Boolean(), nullable=False),
        sa.Column("short", sa.Boolean(), nullable=False),
        sa.Column("ratio", sa.String(20), nullable=False),
        sa.Column("row_code", sa.String(40)),
        sa.Column("headcount", sa.Integer()),
        *(sa.Column(name, sa.Integer()) for name in ratios),
        sa.PrimaryKeyConstraint("year", "unit_id", name="pk_unit_standing"),
        check("unit_standing", "a1_ratio", "ratio in ('ROW', 'NO_ROW', 'OTHER_RULE')"),
        check("unit_standing", "a1_row", "(ratio = 'ROW') = (row_code is not null)"),
    )
    op.create_index(
        "ix_unit_standing_short", "unit_standing", ["year", "unit_id"], postgresql_where=sa.text("short")
    )


def create_unit_standing_level() -> None:
    """Create it: its levels, pool by pool."""
    figures = ("approved", "employed", "qualified_not_employed", "declarable")
    places = ("held", "used", "deemed", "exit_places", "borrowed", "lent", "by_exits", "shortage")
    op.create_table(
        "unit_standing_level",
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("pool", sa.String(20), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in figures),
        sa.Column("decided", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in places),
        sa.Column("free", sa.Integer()),
        sa.PrimaryKeyConstraint("year", "unit_id", "pool", "level", name="pk_unit_standing_level"),
        check("unit_standing_level", "1_4_1_pool", f"pool in ({POOLS})"),
        check("unit_standing_level", "level", f"level in ({TITLE_LEVELS})"),
    )


def create_standing_sum() -> None:
    """Create it: what a finished recalculation found, below each HRSS department and in each prefecture."""
    sums = (
        *("units", "counted", "short_units", "approved", "employed", "qualified_not_employed"),
        *("declarable", "deficit", "held", "used", "shortage"),
    )
    op.create_table(
        "standing_sum",
        sa.Column("recalculation_id", sa.Uuid(), nullable=False),
        sa.Column("hrss_id", sa.Uuid(), nullable=False),
        sa.Column("prefecture_code", sa.String(6), nullable=False),
        sa.Column("pool", sa.String(20), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in sums),
        sa.Column("free", sa.Integer()),
        sa.Column("own_free", sa.Integer()),
        sa.PrimaryKeyConstraint(
            "recalculation_id", "hrss_id", "prefecture_code", "pool", "level", name="pk_standing_sum"
        ),
        sa.ForeignKeyConstraint(
            ["recalculation_id"],
            ["recalculation.id"],
            name="fk_standing_sum_recalculation_id",
            ondelete="CASCADE",
        ),
        check("standing_sum", "1_4_1_pool", f"pool in ({POOLS})"),
        check("standing_sum", "level", f"level in ({TITLE_LEVELS})"),
    )


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """A CHECK, named after the clause that it restates where there is one."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
