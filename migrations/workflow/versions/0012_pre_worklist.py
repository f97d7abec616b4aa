"""Due dates, claims and escalations of reviews."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply."""
