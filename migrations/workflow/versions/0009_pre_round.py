"""Rounds of a declaration, and what is saved before it is finished."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
