"""Identity documents of other kinds, employments, and changes of employer."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
