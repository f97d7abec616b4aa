"""What befalls a certificate after its issue, and corrections asked for; a corrected one has another in its place."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.kit.migrations import append_only

revision = "0027"
down_revision = "0026"

CERTIFICATE, CHANGE, CORRECTION = "certificate", "certificate_change", "certificate_correction"


def upgrade() -> None:
    """Apply."""
    replaced()
    changed()
    corrected()


def replaced() -> None:
    """Let a certificate be in the place of another of the same declaration."""
    op.add_column(CERTIFICATE, sa.Column("replaces_id", sa.Uuid(), sa.ForeignKey("certificate.id")))
    op.create_unique_constraint(f"uq_{CERTIFICATE}_replaces_id", CERTIFICATE, ["replaces_id"])
    op.drop_constraint(f"uq_{CERTIFICATE}_declaration_id", CERTIFICATE)
    first = sa.text("replaces_id is null")
    op.create_index(
        f"uq_{CERTIFICATE}_declaration", CERTIFICATE, ["declaration_id"], unique=True, postgresql_where=first
    )


def changed() -> None:
    """What befell a certificate."""
    op.create_table(
        CHANGE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), sa.ForeignKey("certificate.id"), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("standing", sa.String(24), nullable=False),
        sa.Column("cause_kind", sa.String(40), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("document_number", sa.String(80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by_name", sa.String(120), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.UniqueConstraint("certificate_id", "no", name=f"uq_{CHANGE}_certificate_id_no"),
        sa.UniqueConstraint("certificate_id", "cause_kind", "cause_id", "kind", name=f"uq_{CHANGE}_cause"),
    )
    append_only(op, CHANGE, "workflow")


def corrected() -> None:
    """What is asked to be corrected."""
    op.create_table(
        CORRECTION,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("certificate_id", sa.Uuid(), sa.ForeignKey("certificate.id"), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("field", sa.String(24), nullable=False),
        sa.Column("before", sa.String(160)),
        sa.Column("value", sa.String(160), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_by_name", sa.String(120), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("verdict", sa.Text()),
        sa.Column("document_number", sa.String(80)),
        sa.Column("decided_on", sa.Date()),
        sa.Column("replacement_id", sa.Uuid(), sa.ForeignKey("certificate.id")),
    )
    waiting = sa.text("state = 'REQUESTED'")
    op.create_index(
        f"uq_{CORRECTION}_open",
        CORRECTION,
        ["certificate_id", "field"],
        unique=True,
        postgresql_where=waiting,
    )
    op.create_index(f"ix_{CORRECTION}_certificate", CORRECTION, ["certificate_id"])
