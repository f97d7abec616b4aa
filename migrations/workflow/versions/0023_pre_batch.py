"""Batches of a route that a region organises, with windows of their own; a declaration names its batch."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"

BATCH, DECLARATION = "batch", "declaration"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        BATCH,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("cycle_id", sa.Uuid(), sa.ForeignKey("cycle.id"), nullable=False),
        sa.Column("route", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("document_number", sa.String(80), nullable=False),
        sa.Column("windows", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.UniqueConstraint("id", "cycle_id", "route", name=f"uq_{BATCH}_id_cycle_id_route"),
        sa.CheckConstraint(
            "case state when 'DRAFT' then published_at is null when 'PUBLISHED' then published_at is not null"
            " else true end",
            name=op.f(f"ck_{BATCH}_1_4_2_published"),
        ),
    )
    live = sa.text("state <> 'WITHDRAWN'")
    one = ["cycle_id", "route", "organisation_id"]
    op.create_index("uq_batch_live", BATCH, one, unique=True, postgresql_where=live)
    op.add_column(DECLARATION, sa.Column("batch_id", sa.Uuid()))
    key = ["cycle_id", "route"]
    op.create_foreign_key("fk_declaration_batch", DECLARATION, BATCH, ["batch_id", *key], ["id", *key])
    named = sa.text("batch_id is not null")
    op.create_index("ix_declaration_batch", DECLARATION, ["batch_id", "id"], postgresql_where=named)
