"""What happens to organisations after they are created, and the closure that finds their subtrees."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
