"""Imports of last year's staffing, with what was found of their rows."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
