"""Targeted plans: the separate stock of a grass-roots unit (一（四）1)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

LEVELS = "'FULL_SENIOR', 'ASSOCIATE_SENIOR', 'MIDDLE'"


def upgrade() -> None:
    """Apply."""
    create_targeted_plan()
    create_targeted_plan_level()
    counted_by_plan()


def create_targeted_plan() -> None:
    """Create it."""
    op.create_table(
        "targeted_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("revision", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("hrss_id", sa.Uuid(), nullable=False),
        sa.Column("row_code", sa.String(40), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("senior_posts", sa.Integer(), nullable=False),
        sa.Column("middle_posts", sa.Integer(), nullable=False),
        sa.Column("document_no", sa.String(120), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_targeted_plan"),
        sa.UniqueConstraint("unit_id", "year", "revision", name="uq_targeted_plan_revision"),
        check("targeted_plan", "state", "state in ('IN_FORCE', 'REPLACED')"),
        check("targeted_plan", "headcount", "headcount >= 0"),
        check("targeted_plan", "lineage_ends_at_unit", "unit_id = lineage[cardinality(lineage)]"),
    )
    op.create_index(
        "uq_targeted_plan_1_4_1_one_in_force",
        "targeted_plan",
        ["unit_id", "year"],
        unique=True,
        postgresql_where=sa.text("state = 'IN_FORCE'"),
    )
    op.create_index("ix_targeted_plan_lineage", "targeted_plan", ["lineage"], postgresql_using="gin")


def create_targeted_plan_level() -> None:
    """Create it; the derived cells are derived here, as on the form (附件2 说明2)."""
    typed = ("approved", "employed", "qualified_not_employed")
    op.create_table(
        "targeted_plan_level",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in typed),
        sa.Column("vacant", sa.Integer(), sa.Computed("approved - employed", persisted=True), nullable=False),
        sa.Column(
            "declarable",
            sa.Integer(),
            sa.Computed("approved - employed - qualified_not_employed", persisted=True),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("plan_id", "level", name="pk_targeted_plan_level"),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["targeted_plan.id"], name="fk_targeted_plan_level_plan_id", ondelete="CASCADE"
        ),
        check("targeted_plan_level", "level", f"level in ({LEVELS})"),
        *(check("targeted_plan_level", name, f"{name} >= 0") for name in typed),
    )


def counted_by_plan() -> None:
    """A general ledger is counted by a form, a targeted one by a plan."""
    op.add_column("ledger", sa.Column("targeted_plan_id", sa.Uuid()))
    op.create_foreign_key(
        "fk_ledger_targeted_plan_id", "ledger", "targeted_plan", ["targeted_plan_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_ledger_1_4_1_counted_by_its_own"),
        "ledger",
        "(pool = 'GENERAL') = (form_id is not null) and (pool = 'TARGETED') = (targeted_plan_id is not null)"
        " and (pool = 'GENERAL' or decision_id is null)",
    )


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """A CHECK, named after the clause that it restates where there is one."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
