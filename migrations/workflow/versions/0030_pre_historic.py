"""The step of historic: nothing yet."""

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Change nothing."""


def downgrade() -> None:
    """Change nothing."""
