"""Extensions of windows, pass marks, and declarations that lapse."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
