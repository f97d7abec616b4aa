"""Cards of units, recalculations and the standings they find."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
