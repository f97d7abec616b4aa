"""The step of spot check: nothing yet."""

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Change nothing."""


def downgrade() -> None:
    """Change nothing."""
