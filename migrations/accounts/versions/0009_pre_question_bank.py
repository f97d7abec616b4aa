"""Versions of the online test's questions, and timed attempts."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
