"""Declarations by exemption and expert nomination."""

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply."""
