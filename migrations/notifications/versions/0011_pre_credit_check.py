"""Credit platforms are asked of whoever declares."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply."""
