"""What the unit found of every material before it recommends; recommendations are found by person and by plan."""

import sqlalchemy as sa
from alembic import op

from services.kit.migrations import append_only

revision = "0008"
down_revision = "0007"

TABLE = "recommendation_verdict"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("recommendation_id", sa.Uuid(), sa.ForeignKey("recommendation.id"), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(1000)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("confirmer_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("judged_for", sa.String(24), nullable=False),
        sa.UniqueConstraint(
            "recommendation_id",
            "record_id",
            "record_version",
            name="uq_recommendation_verdict_record_version",
        ),
        sa.CheckConstraint("verdict in ('CONFIRMED', 'REFUSED')", name=op.f(f"ck_{TABLE}_3_2_1_decided")),
        sa.CheckConstraint(
            "verdict <> 'REFUSED' or reason is not null", name=op.f(f"ck_{TABLE}_3_1_refused_with_reason")
        ),
    )
    append_only(op, TABLE, "workflow")
    op.create_index("ix_recommendation_person", "recommendation", ["person_id", "cycle_id"])
    op.create_index("ix_recommendation_plan", "recommendation", ["plan_id", "place"])
