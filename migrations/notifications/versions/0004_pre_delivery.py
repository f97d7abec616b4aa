"""Delivery."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
