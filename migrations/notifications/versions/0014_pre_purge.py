"""What was sent long ago is purged."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply."""
