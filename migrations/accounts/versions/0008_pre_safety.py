"""Second factors, sign-in history, and delegation of roles."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
