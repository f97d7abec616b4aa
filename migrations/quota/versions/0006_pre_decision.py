"""Numbers that the HRSS set by decision; the exits and the people that a form or plan rests on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

LEVELS = "'FULL_SENIOR', 'ASSOCIATE_SENIOR', 'MIDDLE', 'JUNIOR'"


def upgrade() -> None:
    """Apply."""
    create_post_decision()
    create_post_decision_level()
    create_form_exit()
    create_counted_person()


def create_post_decision() -> None:
    """Create it."""
    op.create_table(
        "post_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("hrss_id", sa.Uuid(), nullable=False),
        sa.Column("document_no", sa.String(120), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_post_decision"),
        check("post_decision", "state", "state in ('IN_FORCE', 'REPLACED', 'ENDED')"),
        check("post_decision", "2_1_2_reason_kept", "length(btrim(reason)) > 0"),
        check("post_decision", "2_1_2_document", "length(btrim(document_no)) > 0"),
        check("post_decision", "lineage_ends_at_unit", "unit_id = lineage[cardinality(lineage)]"),
    )
    op.create_index(
        "uq_post_decision_2_1_2_one_in_force",
        "post_decision",
        ["unit_id", "year"],
        unique=True,
        postgresql_where=sa.text("state = 'IN_FORCE'"),
    )
    op.create_index("ix_post_decision_lineage", "post_decision", ["lineage"], postgresql_using="gin")


def create_post_decision_level() -> None:
    """Create it."""
    op.create_table(
        "post_decision_level",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("declarable", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", "level", name="pk_post_decision_level"),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["post_decision.id"],
            name="fk_post_decision_level_decision_id",
            ondelete="CASCADE",
        ),
        check("post_decision_level", "level", f"level in ({LEVELS})"),
        check("post_decision_level", "declarable", "declarable >= 0"),
    )
    op.add_column("ledger", sa.Column("decision_id", sa.Uuid()))
    op.create_foreign_key("fk_ledger_decision_id", "ledger", "post_decision", ["decision_id"], ["id"])


def create_form_exit() -> None:
    """Create it: each exit stands once on a form (附件2 说明3)."""
    op.create_table(
        "form_exit",
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("post", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("form_id", "movement_id", name="pk_form_exit"),
        sa.ForeignKeyConstraint(
            ["form_id"], ["annual_form.id"], name="fk_form_exit_form_id", ondelete="CASCADE"
        ),
        check("form_exit", "level", f"level in ({LEVELS})"),
    )


def create_counted_person() -> None:
    """Create it: who is in the figures of a form or plan, and how."""
    op.create_table(
        "counted_person",
        sa.Column("counted_by", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("in_post", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("counted_by", "person_id", "level", "in_post", name="pk_counted_person"),
        check("counted_person", "level", f"level in ({LEVELS})"),
    )


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    """A CHECK, named after the clause that it restates where there is one."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
