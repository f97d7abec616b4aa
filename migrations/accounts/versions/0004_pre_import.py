"""Imports of organisations and people from spreadsheets."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""
