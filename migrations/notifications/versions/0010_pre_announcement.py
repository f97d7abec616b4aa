"""Announcements; a notice tells how many readers it was copied for, and is withdrawn with the copies that wait; what waits and what a notice is about are indexed for operators."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0010"
down_revision = "0009"

ANNOUNCEMENT, DISPATCH, COPY = "announcement", "dispatch", "delivery_copy"
WAITS = "sent_at is null and handed_on_at is null and dead_at is null"
OPEN = f"{WAITS} and withdrawn_at is null"
INDEXES = (
    ("due", ["channel", "priority", "due_at"], " and id = bundle_id"),
    ("bundle", ["bundle_id"], ""),
    ("gather", ["channel", "due_at"], " and bundle_id is null"),
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        ANNOUNCEMENT,
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("lineage", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("roles", ARRAY(sa.Text())),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("legal", sa.Boolean(), nullable=False),
        sa.Column("document_no", sa.String(80)),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("title_en", sa.String(240)),
        sa.Column("body_en", sa.Text()),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("announced_by", sa.Uuid(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("cancelled_for", sa.Text()),
    )
    op.create_index(f"ix_{ANNOUNCEMENT}_lineage", ANNOUNCEMENT, ["lineage"], postgresql_using="gin")
    op.create_index(f"ix_{ANNOUNCEMENT}_day", ANNOUNCEMENT, ["organisation_id", "announced_on"])
    announced = sa.text("state = 'ANNOUNCED'")
    op.create_index(f"ix_{ANNOUNCEMENT}_open", ANNOUNCEMENT, ["id"], postgresql_where=announced)
    op.add_column(DISPATCH, sa.Column("readers", sa.Integer(), server_default="0", nullable=False))
    op.add_column(DISPATCH, sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    op.add_column(COPY, sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
    _index_copies(OPEN)
    op.create_index(f"ix_{COPY}_open", COPY, ["dispatch_id"], postgresql_where=sa.text(OPEN))
    op.create_index(f"ix_{COPY}_waiting", COPY, ["id"], postgresql_where=sa.text(OPEN))
    op.create_index(f"ix_{DISPATCH}_subject", DISPATCH, ["subject"])


def _index_copies(waiting: str) -> None:
    for name, columns, further in INDEXES:
        op.drop_index(f"ix_{COPY}_{name}", COPY)
        op.create_index(f"ix_{COPY}_{name}", COPY, columns, postgresql_where=sa.text(waiting + further))


def downgrade() -> None:
    """Take back."""
    op.drop_index(f"ix_{DISPATCH}_subject", DISPATCH)
    op.drop_index(f"ix_{COPY}_waiting", COPY)
    op.drop_index(f"ix_{COPY}_open", COPY)
    _index_copies(WAITS)
    op.drop_column(COPY, "withdrawn_at")
    op.drop_column(DISPATCH, "withdrawn_at")
    op.drop_column(DISPATCH, "readers")
    op.drop_table(ANNOUNCEMENT)
