"""The pool and the ground of a recommendation, where a targeted title is valid, and holds that were given up."""

import sqlalchemy as sa
from alembic import op

from services.kit.migrations import append_only

revision = "0006"
down_revision = "0005"

POOL = "pool in ('GENERAL', 'TARGETED')"
GROUND = "ground in ('FRONT_LINE_SKILLED', 'IMPORTED_TALENT', 'URGENTLY_NEEDED', 'POSTDOC')"


def upgrade() -> None:
    """Apply."""
    for table in ("recommendation", "declaration"):
        pool = sa.Column("pool", sa.String(20), server_default=sa.text("'GENERAL'"), nullable=False)
        op.add_column(table, pool)
        op.create_check_constraint(op.f(f"ck_{table}_1_4_1_pool"), table, POOL)
    op.add_column("recommendation", sa.Column("ground", sa.String(40)))
    op.add_column("recommendation", sa.Column("assessment", sa.String(200)))
    op.create_check_constraint(op.f("ck_recommendation_ground"), "recommendation", GROUND)
    assessed = "(ground is null) = (assessment is null)"
    op.create_check_constraint(op.f("ck_recommendation_1_7_2_assessed"), "recommendation", assessed)
    op.create_table(
        "recommendation_given_up",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    append_only(op, "recommendation_given_up", "workflow")
