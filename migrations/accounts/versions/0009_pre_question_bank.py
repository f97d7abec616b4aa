"""Versions of the online test's questions, and timed attempts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
    create_question_bank()
    op.add_column("test_attempt", sa.Column("bank_id", sa.Uuid()))
    op.add_column("test_attempt", sa.Column("expires_at", sa.DateTime(timezone=True)))
    begun = sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
    op.add_column("test_attempt", begun)
    op.execute("update test_attempt set begun_at = created_at")
    op.create_foreign_key("fk_test_attempt_bank_id", "test_attempt", "question_bank", ["bank_id"], ["id"])
    still_open = sa.text("state = 'OPEN'")
    op.create_index("ix_test_attempt_open", "test_attempt", ["expires_at"], postgresql_where=still_open)


def create_question_bank() -> None:
    """Versions of a cycle's questions; one of them in use."""
    op.create_table(
        "question_bank",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("cycle", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("questions", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("lineage", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_question_bank"),
        sa.UniqueConstraint("province", "cycle", "number", name="uq_question_bank_number"),
    )
    op.create_index(
        "uq_question_bank_2_3_one_in_use",
        "question_bank",
        ["province", "cycle"],
        unique=True,
        postgresql_where=sa.text("state = 'PUBLISHED'"),
    )
