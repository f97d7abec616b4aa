"""Targeted plans, and imports of staffing."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
