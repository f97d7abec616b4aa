"""Two reviewers for strict cases, and refusals."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply."""
