"""Extensions of windows, pass marks, declarations that lapse, and criteria of a region or unit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.kit.migrations import append_only

revision = "0010"
down_revision = "0009"

UNFINISHED = "state in ('DRAFT', 'RETURNED', 'UNDER_REVIEW', 'AT_COMMITTEE_OFFICE')"


def upgrade() -> None:
    """Apply."""
    create_extension()
    create_pass_mark()
    serve_places()
    op.drop_index("uq_declaration_live", "declaration")
    op.create_index(
        "uq_declaration_live",
        "declaration",
        ["person_id", "cycle_id"],
        unique=True,
        postgresql_where=sa.text("state not in ('WITHDRAWN', 'LAPSED')"),
    )
    unfinished = sa.text(UNFINISHED)
    op.create_index(
        "ix_declaration_unfinished", "declaration", ["cycle_id", "id"], postgresql_where=unfinished
    )


def serve_places() -> None:
    """Let criteria be those of a region or unit, with editions of their own."""
    op.add_column("criteria", sa.Column("serves_id", sa.Uuid()))
    op.drop_index("uq_criteria_edition", "criteria")
    op.create_index(
        "uq_criteria_edition",
        "criteria",
        [
            "province",
            "series",
            "level",
            sa.text("coalesce(specialty_id, '00000000-0000-0000-0000-000000000000')"),
            sa.text("coalesce(serves_id, '00000000-0000-0000-0000-000000000000')"),
            "edition",
        ],
        unique=True,
    )


def keyed() -> list[sa.Column]:
    """Columns of every aggregate, and of what belongs to a cycle."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
    ]


def create_extension() -> None:
    """Create it."""
    op.create_table(
        "cycle_extension",
        *keyed(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("window", sa.String(24), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("document_number", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.CheckConstraint(
            "(state = 'PUBLISHED') = (published_at is not null)",
            name=op.f("ck_cycle_extension_3_6_0_published"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_cycle_extension_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_cycle_extension"),
        sa.UniqueConstraint(
            "cycle_id",
            "window",
            "document_number",
            name="uq_cycle_extension_cycle_id_window_document_number",
        ),
    )


def create_pass_mark() -> None:
    """Create it."""
    op.create_table(
        "pass_mark",
        *keyed(),
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("level", sa.String(24), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.String(80), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.CheckConstraint("mark > 0", name=op.f("ck_pass_mark_mark")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name="fk_pass_mark_cycle_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pass_mark"),
        sa.UniqueConstraint("cycle_id", "series", "level", name="uq_pass_mark_cycle_id_series_level"),
    )
    append_only(op, "pass_mark", "workflow")
