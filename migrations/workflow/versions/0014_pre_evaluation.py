"""What a declaration was found to hold of its criteria."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply."""
