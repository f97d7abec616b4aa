"""A delivery to an endpoint is passed over."""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply."""
