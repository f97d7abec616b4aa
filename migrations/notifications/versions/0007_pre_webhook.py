"""Webhooks: receivers, a message an event, a delivery a receiver of it, and every try."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0007"
down_revision = "0006"

ENDPOINT, MESSAGE = "webhook_endpoint", "webhook_message"
DELIVERY, ATTEMPT = "webhook_delivery", "webhook_attempt"


def keyed() -> tuple[sa.Column, ...]:
    """The columns of every aggregate."""
    return (
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("province", sa.String(32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def upgrade() -> None:
    """Apply."""
    _endpoints()
    _messages()
    _deliveries()


def _endpoints() -> None:
    op.create_table(
        ENDPOINT,
        *keyed(),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("event_types", ARRAY(sa.String(120)), nullable=False),
        sa.Column("description", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("former_secret", sa.LargeBinary()),
        sa.Column("former_secret_until", sa.DateTime(timezone=True)),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True)),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("disabled_for", sa.String(30)),
    )
    op.create_index(f"ix_{ENDPOINT}_organisation_id", ENDPOINT, ["organisation_id"])


def _messages() -> None:
    op.create_table(
        MESSAGE,
        *keyed(),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("message", JSONB(), nullable=False),
        sa.Column("concerned", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
    )
    op.create_index(f"ix_{MESSAGE}_created_at", MESSAGE, ["created_at"])
    op.create_index(f"ix_{MESSAGE}_concerned", MESSAGE, ["concerned"], postgresql_using="gin")


def _deliveries() -> None:
    op.create_table(
        DELIVERY,
        *keyed(),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(120), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.Column("last_error", sa.Text()),
        sa.Column("endpoint_id", sa.Uuid(), sa.ForeignKey(f"{ENDPOINT}.id"), nullable=False),
        sa.Column(
            "message_id", sa.Uuid(), sa.ForeignKey(f"{MESSAGE}.id", ondelete="CASCADE"), nullable=False
        ),
        sa.UniqueConstraint("endpoint_id", "message_id", name=f"uq_{DELIVERY}_endpoint_id_message_id"),
    )
    untold, waiting = sa.text("delivered_at is null"), sa.text("delivered_at is null and dead_at is null")
    columns = ["endpoint_id", "subject", "seq"]
    op.create_index(f"ix_{DELIVERY}_open", DELIVERY, columns, postgresql_where=untold)
    op.create_index(
        f"ix_{DELIVERY}_due", DELIVERY, ["endpoint_id", "due_at", "seq"], postgresql_where=waiting
    )
    op.create_index(f"ix_{DELIVERY}_endpoint", DELIVERY, ["endpoint_id", "id"])
    op.create_index(f"ix_{DELIVERY}_message", DELIVERY, ["message_id"])
    op.create_table(
        ATTEMPT,
        *keyed(),
        sa.Column(
            "delivery_id", sa.Uuid(), sa.ForeignKey(f"{DELIVERY}.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("status", sa.Integer()),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("error", sa.String(80)),
    )
    op.create_index(f"ix_{ATTEMPT}_delivery", ATTEMPT, ["delivery_id", "id"])


def downgrade() -> None:
    """Take back."""
    for table in (ATTEMPT, DELIVERY, MESSAGE, ENDPOINT):
        op.drop_table(table)
