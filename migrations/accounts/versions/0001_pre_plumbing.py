"""Plumbing: outbox, inbox, audit, history, idempotency keys, clock."""

from alembic import op

from services.kit.migrations import create_plumbing

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    create_plumbing(op, "accounts")
