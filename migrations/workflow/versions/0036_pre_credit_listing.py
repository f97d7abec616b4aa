"""What credit platforms answered of whoever declares."""

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Apply."""
