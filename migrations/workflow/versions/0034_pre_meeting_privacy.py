"""Meeting privacy."""

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
