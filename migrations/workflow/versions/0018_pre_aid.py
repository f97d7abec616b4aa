"""The agreement of the side that sends aid."""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Apply."""
