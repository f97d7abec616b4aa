"""Registrations of interest in a plan, and the ranked list made of them."""

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply."""
