"""Declarations without a unit (二（二）2), on their own line of organisations, and drafts whose ground has ended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

PATHS = """
    update declaration set path = source.path from recommendation source
    where source.id = declaration.recommendation_id
"""
"""A declaration took its line over from its recommendation; now it has it itself."""

UNIT_RECOMMENDS = "(recommendation_id is null) = (unit_id is null)"


def upgrade() -> None:
    """Apply."""
    path = sa.Column("path", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False)
    op.add_column("declaration", path)
    op.execute(PATHS)
    op.add_column("declaration", sa.Column("ground_ended_at", sa.DateTime(timezone=True)))
    for table, columns in {
        "declaration": ("recommendation_id", "unit_id"),
        "certificate": ("unit_id", "unit_name"),
    }.items():
        for column in columns:
            op.alter_column(table, column, nullable=True)
    name = op.f("ck_declaration_2_2_2_unit_recommends")
    op.create_check_constraint(name, "declaration", UNIT_RECOMMENDS)
