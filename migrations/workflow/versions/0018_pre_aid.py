"""Aid-Qinghai talents: who sends them, what the sending side says, and sessions for a single case."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.kit.migrations import append_only

revision = "0018"
down_revision = "0017"

TABLE = "sending_opinion"


def upgrade() -> None:
    """Apply."""
    for table in ("recommendation", "declaration"):
        op.add_column(table, sa.Column("aid", JSONB(none_as_null=True)))
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), sa.ForeignKey("declaration.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(20), nullable=False),
        sa.Column("opinion", sa.String(20), nullable=False),
        sa.Column("signatory", sa.String(160), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("material_id", sa.Uuid(), sa.ForeignKey("material.id"), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("recorder_id", sa.Uuid(), nullable=False),
        sa.Column("recorder_name", sa.String(120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("declaration_id", "round", "body", name="uq_sending_opinion_once"),
        sa.CheckConstraint("body in ('UNIT_HR', 'AUTHORITY')", name=op.f(f"ck_{TABLE}_2_4_1_1_body")),
        sa.CheckConstraint("opinion in ('AGREED', 'NOT_AGREED')", name=op.f(f"ck_{TABLE}_2_4_1_1_opinion")),
    )
    append_only(op, TABLE, "workflow")
    op.add_column("meeting", sa.Column("kind", sa.String(20), server_default="ORDINARY", nullable=False))
    op.create_check_constraint(
        op.f("ck_meeting_2_4_1_3_kind"), "meeting", "kind in ('ORDINARY', 'SINGLE_CASE')"
    )
