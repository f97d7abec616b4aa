"""Batches of farmers and herders, with windows of their own."""

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply."""
