"""Decisions of the HRSS, the exits a form rests on, and the people it lists."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
