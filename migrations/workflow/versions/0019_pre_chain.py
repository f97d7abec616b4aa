"""Who answers for a recommendation, what a level answers to a return, the overdue in order, extensions withdrawn."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.kit.migrations import append_only

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply."""
    empty = sa.text("'{}'::uuid[]")
    op.add_column(
        "recommendation", sa.Column("answering", ARRAY(sa.Uuid()), server_default=empty, nullable=False)
    )
    op.execute(
        "update recommendation set answering = (select coalesce(array_agg(distinct actor_id), '{}') from history"
        " where subject_id = recommendation.id and actor_id is not null)"
    )
    create_return_answer()
    op.drop_index("ix_declaration_overdue", "declaration")
    untold = sa.text("escalated_on is null and due_on is not null")
    op.create_index("ix_declaration_overdue", "declaration", ["due_on", "id"], postgresql_where=untold)
    having = sa.text("state in ('ACCEPTED', 'IN_MEETING', 'PASSED', 'IN_RESULT_PUBLICITY')")
    op.create_index("ix_declaration_with_committee", "declaration", ["cycle_id"], postgresql_where=having)
    let_extensions_be_withdrawn()


def let_extensions_be_withdrawn() -> None:
    """When an extension was taken back, and by which document."""
    table = "cycle_extension"
    op.add_column(table, sa.Column("withdrawn_by", sa.String(80)))
    op.add_column(table, sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.drop_constraint(op.f("ck_cycle_extension_3_6_0_published"), table)
    op.create_check_constraint(
        op.f("ck_cycle_extension_3_6_0_published"),
        table,
        "state = 'WITHDRAWN' or (state = 'PUBLISHED') = (published_at is not null)",
    )
    op.create_check_constraint(
        op.f("ck_cycle_extension_3_6_0_withdrawn"),
        table,
        "(state = 'WITHDRAWN') = (withdrawn_at is not null)"
        " and (published_at is null or withdrawn_at is null or withdrawn_by is not null)",
    )


def create_return_answer() -> None:
    """What one level answers to what came back to it."""
    op.create_table(
        "return_answer",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_name", sa.String(120), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name="fk_return_answer_declaration_id"
        ),
    )
    op.create_index("ix_return_answer_declaration", "return_answer", ["declaration_id", "id"])
    append_only(op, "return_answer", "workflow")
