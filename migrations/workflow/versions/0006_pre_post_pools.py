"""The pool and the ground of a recommendation, and where a targeted title is valid."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
