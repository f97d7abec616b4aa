"""Files of evidence: each version that was sent for a record, and who opened it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "evidence_file",
        *columns(),
        sa.PrimaryKeyConstraint("id", name="pk_evidence_file"),
        sa.ForeignKeyConstraint(["record_id"], ["person_record.id"], name="fk_evidence_file_record_id"),
        sa.UniqueConstraint("record_id", "number", name="uq_evidence_file_record_id_number"),
        *checks(),
    )
    op.create_index(
        "uq_evidence_file_one_in_force",
        "evidence_file",
        ["record_id"],
        unique=True,
        postgresql_where=sa.text("stored_at is not null and replaced_at is null"),
    )
    op.create_index("ix_evidence_file_storage_key", "evidence_file", ["storage_key"])
    op.create_index(
        "ix_evidence_file_sweep_after",
        "evidence_file",
        ["sweep_after"],
        postgresql_where=sa.text("sweep_after is not null"),
    )
    op.create_table(
        "evidence_opening",
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("file_id", "account_id", name="pk_evidence_opening"),
        sa.ForeignKeyConstraint(["file_id"], ["evidence_file.id"], name="fk_evidence_opening_file_id"),
    )


def columns() -> list[sa.Column[object]]:
    """What is kept of a file."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("storage_key", sa.String(200), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=False),
        sa.Column("stored_at", INSTANT),
        sa.Column("replaced_at", INSTANT),
        sa.Column("sweep_after", INSTANT),
        sa.Column("purged_at", INSTANT),
    ]


def checks() -> list[sa.CheckConstraint]:
    """What holds of every row."""
    return [
        sa.CheckConstraint(
            "(stored_at is null) = (number is null)", name="ck_evidence_file_numbered_when_stored"
        ),
        sa.CheckConstraint(
            "replaced_at is null or stored_at is not null", name="ck_evidence_file_replaced_after_stored"
        ),
        sa.CheckConstraint("purged_at is null or sweep_after is null", name="ck_evidence_file_swept_once"),
    ]
