"""Which route a recommendation and a declaration take."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
