"""Integrity due."""

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
