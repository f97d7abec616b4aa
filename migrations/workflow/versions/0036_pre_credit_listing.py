"""What credit platforms answered of whoever declares."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

TABLE = "credit_listing"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("declaration_id", sa.Uuid(), sa.ForeignKey("declaration.id"), nullable=False),
        sa.Column("platform", sa.String(60), nullable=False),
        sa.Column("platform_title", sa.String(120), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("awaited_until", sa.Date()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("document", sa.String(120)),
        sa.Column("begins", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.Column("document_number", sa.String(80)),
        sa.Column("reason", sa.Text()),
        sa.UniqueConstraint("declaration_id", "platform", name=f"uq_{TABLE}_declaration_id_platform"),
        sa.CheckConstraint(
            "state <> 'LISTED' or document is not null", name=op.f(f"ck_{TABLE}_1_8_listed_by_document")
        ),
        sa.CheckConstraint(
            "state <> 'SET_ASIDE' or num_nonnulls(document_number, reason) = 2",
            name=op.f(f"ck_{TABLE}_1_8_set_aside_by_document"),
        ),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
