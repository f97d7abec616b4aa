"""Supervision: pace, findings, reports."""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply."""
