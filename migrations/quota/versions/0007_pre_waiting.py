"""Waiting order, and the grounds that exempt."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
