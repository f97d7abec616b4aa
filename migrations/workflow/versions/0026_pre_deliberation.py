"""The step of deliberation: nothing yet."""

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Change nothing."""


def downgrade() -> None:
    """Change nothing."""
