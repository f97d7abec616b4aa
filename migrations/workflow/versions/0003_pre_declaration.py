"""Declaration, material, review chain."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
