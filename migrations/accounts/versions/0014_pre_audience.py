"""Audience."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
