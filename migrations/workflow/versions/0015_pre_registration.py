"""Registrations of interest in a plan, and the ranked lists made of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.kit.migrations import append_only

revision = "0015"
down_revision = "0014"

LISTS, PEOPLE = "ranked_list", "ranked_person"


def upgrade() -> None:
    """Apply."""
    _registrations()
    _lists()


def _registrations() -> None:
    op.create_table(
        "registration",
        *_keyed(),
        sa.Column("plan_id", sa.Uuid(), sa.ForeignKey("recommendation_plan.id"), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), sa.ForeignKey("cycle.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_name", sa.String(120), nullable=False),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("specialty_id", sa.Uuid(), sa.ForeignKey("specialty.id")),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("pool", sa.String(20), nullable=False),
        sa.Column("route", sa.String(40), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("pool in ('GENERAL', 'TARGETED')", name=op.f("ck_registration_1_4_1_pool")),
    )
    op.create_index(
        "uq_registration_live",
        "registration",
        ["person_id", "plan_id"],
        unique=True,
        postgresql_where=sa.text("state in ('REGISTERED', 'RANKED')"),
    )
    op.create_index("ix_registration_plan", "registration", ["plan_id", "id"])
    op.create_index("ix_registration_person", "registration", ["person_id", "id"])


def _lists() -> None:
    op.create_table(
        LISTS,
        *_keyed(),
        sa.Column("plan_id", sa.Uuid(), sa.ForeignKey("recommendation_plan.id"), nullable=False),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("pool", sa.String(20), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.UniqueConstraint("plan_id", "level", "pool", "no", name=f"uq_{LISTS}_plan_id_level_pool_no"),
    )
    op.create_table(
        PEOPLE,
        *_keyed(),
        sa.Column("list_id", sa.Uuid(), sa.ForeignKey(f"{LISTS}.id"), nullable=False),
        sa.Column("registration_id", sa.Uuid(), sa.ForeignKey("registration.id"), nullable=False),
        sa.Column("score", sa.Float()),
        sa.Column("given", sa.Integer()),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("posted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("basis", postgresql.JSONB(), nullable=False),
        sa.UniqueConstraint("list_id", "registration_id", name=f"uq_{PEOPLE}_list_id_registration_id"),
        sa.CheckConstraint("(score is null) <> (given is null)", name=op.f(f"ck_{PEOPLE}_one_measure")),
    )
    for table in (LISTS, PEOPLE):
        append_only(op, table, "workflow")
    on_list = sa.Column("ranked_list_id", sa.Uuid(), sa.ForeignKey(f"{LISTS}.id"))
    op.add_column("recommendation", on_list)


def _keyed() -> Sequence[sa.Column[object]]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
