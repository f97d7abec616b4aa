"""What the unit found of every material before it recommends."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
