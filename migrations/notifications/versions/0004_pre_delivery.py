"""Notices on their way out: fan-out, copies a recipient and contact, how each channel's provider bears up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0004"
down_revision = "0003"

DISPATCH, COPY, CIRCUIT = "dispatch", "delivery_copy", "delivery_circuit"
OPEN = "sent_at is null and handed_on_at is null and dead_at is null"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        DISPATCH,
        *_keyed(),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(120), nullable=False),
        sa.Column("roles", ARRAY(sa.Text())),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("template", sa.String(80), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("legal", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("title_zh", "title_en", "body_zh", "body_en")
        ),
        sa.Column("basis", JSONB(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("cursor", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint(
            "event_id", "audience", "template", name=f"uq_{DISPATCH}_event_id_audience_template"
        ),
    )
    op.create_index(
        f"ix_{DISPATCH}_open", DISPATCH, ["priority", "id"], postgresql_where=sa.text("done_at is null")
    )
    _copies()
    op.create_table(
        CIRCUIT,
        sa.Column("channel", sa.String(20), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("probe_at", sa.DateTime(timezone=True)),
    )


def _copies() -> None:
    op.create_table(
        COPY,
        *_keyed(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("dispatch_id", sa.Uuid(), sa.ForeignKey(f"{DISPATCH}.id"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("bundle_id", sa.Uuid()),
        sa.Column("last_way", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("handed_on_at", sa.DateTime(timezone=True)),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text()),
        sa.Column("receipt", sa.Text()),
        sa.UniqueConstraint(
            "dispatch_id", "account_id", "contact_id", name=f"uq_{COPY}_dispatch_id_account_id_contact_id"
        ),
    )
    for name, columns, where in (
        ("due", ["channel", "priority", "due_at"], f"{OPEN} and id = bundle_id"),
        ("bundle", ["bundle_id"], OPEN),
        ("gather", ["channel", "due_at"], f"{OPEN} and bundle_id is null"),
        ("dead", ["id"], "dead_at is not null"),
    ):
        op.create_index(f"ix_{COPY}_{name}", COPY, columns, postgresql_where=sa.text(where))


def _keyed() -> tuple[sa.Column, ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table(CIRCUIT)
    op.drop_table(COPY)
    op.drop_table(DISPATCH)
