"""The step of standing: nothing yet."""

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Change nothing."""


def downgrade() -> None:
    """Change nothing."""
