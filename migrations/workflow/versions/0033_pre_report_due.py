"""The step of report due: nothing yet."""

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Change nothing."""


def downgrade() -> None:
    """Change nothing."""
